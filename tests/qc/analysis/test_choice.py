"""What an analysis may take of quality control."""

from pathlib import Path

import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.qc.analysis import QcChoice, choose_rows, unreviewed_of

from .decided import SAID, decide


def test_a_table_without_masks_and_an_unknown_word_are_refused(run: tuple[Path, Path], tmp_path: Path):
    choice = QcChoice(decide(run[0], tmp_path / "d.jsonl", *SAID))
    with pytest.raises(UsageError, match="--qc needs the output folder of radpipe extract"):
        choose_rows(pd.DataFrame({"case_id": ["a"]}), choice, None)
    with pytest.raises(UsageError, match="--qc-unreviewed 'maybe' is unknown; allowed: include, refuse"):
        unreviewed_of("maybe")
