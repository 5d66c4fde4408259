"""Signatures by name or file: a damaged file is refused with all its faults."""

from pathlib import Path

import pytest

from radpipe.errors import ParameterError, UsageError
from radpipe.survival.signatures.files import find_signature


def test_a_damaged_file_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("name: x\ntitle: y\nterms: [{column: a, weight: heavy}]\ncolour: red\n")
    with pytest.raises(
        ParameterError, match=r"(?s)colour is unknown.*source must be text.*terms\[0\].weight must be a number"
    ):
        find_signature(path)
    path.write_text("!!python/object/apply:os.system ['true']\n")
    with pytest.raises(ParameterError, match="is no YAML"):
        find_signature(path)
    with pytest.raises(UsageError, match="neither a file nor one of aerts2014-locked"):
        find_signature("nothing")
