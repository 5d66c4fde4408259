"""Files that killed runs left are swept."""

import os
import time
from pathlib import Path

from radpipe.files import sweep


def test_temporary_files_of_others_are_swept_when_they_are_older_than_a_day(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        for name, age in ((".young.tmp", 60), (".old.tmp", 2 * 86_400), ("old.tmp", 2 * 86_400)):
            (folder / name).touch()
            os.utime(folder / name, (time.time() - age,) * 2)
    sweep(tmp_path)
    for folder in (tmp_path, tmp_path / "below"):
        assert sorted(path.name for path in folder.glob("*.tmp")) == [".young.tmp", "old.tmp"]
