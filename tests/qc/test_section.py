"""The report's section of quality control: which answers differ, and in which words."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from radpipe.qc.analysis import QcUse
from radpipe.qc.review import Reviewed
from radpipe.qc.section import judged
from radpipe.report.blocks import Listing, Paragraph, Table
from radpipe.survival.statistics.interval import Interval

STATE = Reviewed({}, {}, {}, 0, {"Ann": 4}, (), (), (), (), "f" * 64, "2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z")
USE = QcUse(
    {("p1", "ct", "GTV"): "QC: shifted"},
    {("p2", "ct", "GTV"): "QC: artefact"},
    {"per_protocol": 5, "exclude": 1, "variation": 1},
    STATE,
    (),
)


def answer(low: float, high: float, patients: int = 7) -> Any:
    difference = Interval((low + high) / 2, low, high)
    return SimpleNamespace(
        endpoint="overall_survival",
        event=np.array([True] * 3 + [False] * (patients - 3)),
        models=(SimpleNamespace(name="volume", c_index=Interval(0.6, 0.5, 0.7)),),
        comparisons=(SimpleNamespace(model_a="radiomics", model_b="volume", difference=difference),),
    )


def blocks(tmp_path: Path, own: Any, everybody: Any, stricter: Any) -> list[Any]:
    asked = []

    def answered(left_out: Any) -> Any:
        asked.append(dict(left_out))
        return everybody if not left_out else stricter

    section = judged(own, USE, tmp_path, answered).section
    assert asked == [{}, {**USE.excluded, **USE.varied}]
    return list(section.blocks)


def test_reasons_patients_and_both_answers_stand_side_by_side(tmp_path: Path):
    found = blocks(tmp_path, answer(-0.01, 0.05, 6), answer(-0.02, 0.04), answer(0.0, 0.05, 5))
    lists = {block.title: block.items for block in found if isinstance(block, Listing)}
    assert lists["Left out"] == ("1 x shifted (the outline does not sit on the anatomy)",)
    assert lists["Kept as acceptable variation"] == ("1 x artefact (an artefact makes the content meaningless)",)
    (table,) = (block for block in found if isinstance(block, Table))
    assert table.header == ("", "without those left out", "with everybody measured", "without variations too")
    assert table.rows[0] == ("patients, events", "6, 3", "7, 3", "5, 3")
    assert table.rows[-1][:2] == ("difference, radiomics against volume", "0.020 (-0.010 to 0.050)")


@pytest.mark.parametrize(
    ("everybody", "words"),
    [
        (answer(-0.02, 0.06), "does not hang on quality control"),
        (answer(0.01, 0.06), "hangs on quality control: its interval is on another side of 0 with everybody measured."),
        (answer(-0.06, -0.01), "hangs on quality control"),
        (None, "does not hang on quality control"),
    ],
)
def test_an_answer_that_hangs_on_the_exclusions_is_seen_to(tmp_path: Path, everybody: Any, words: str):
    found = blocks(tmp_path, answer(-0.01, 0.05), everybody, answer(-0.01, 0.05))
    assert any(words in block.text for block in found if isinstance(block, Paragraph))
