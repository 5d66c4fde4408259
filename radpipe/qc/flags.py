"""``OUT/tables/qc.csv``: a row per measured ROI: numbers of its mask, its flags as sentences, and its verdict."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from radpipe.qc.cohort_rules import Finding, Scores, compared
from radpipe.qc.frames import groups, unguarded
from radpipe.qc.metrics import KEYS
from radpipe.qc.own_rules import alone, with_neighbours
from radpipe.qc.rules import CASE_LEAST, CASE_SHARE, CASE_Z, FEWEST_SHOWN, FLAGS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NOT_REVIEWED", "QC_COLUMNS", "QC_TABLE", "flagged", "read_qc", "write_qc"]

QC_TABLE = "qc.csv"

NOT_REVIEWED = "not reviewed"
"""Verdict of a row that nobody decided about."""

_NUMBERS = (
    "unit", "voxels", "volume_ml", "mean", "median", "sd", "air_share", "bone_share", "sphericity", "parts",
    "largest_share", "stray_mm", "stray_ml", "stray_slice", "hole_ml", "hole_slice", "gap_slices", "gap_slice",
    "off_slice", "off_mm",
    "first_slice", "last_slice", "slices", "touches", "centre_x_mm", "centre_y_mm", "centre_z_mm", "body_x_mm",
    "overlaps",
)  # fmt: skip

_SCORES = ("compared_with", "volume_z", "content_z", "shape_z", "place_distance")

QC_COLUMNS = (
    *KEYS, "mask_sha256", *_NUMBERS, *_SCORES, "flags", "flag_sentences", "remarks", "verdict", "reason", "reviewers",
)  # fmt: skip
"""Columns of ``qc.csv``. ``flags`` are codes joined by ``;``, the gravest first. ``flag_sentences`` has one sentence a
code, joined by a semicolon and a blank, which stand nowhere else in it. ``remarks`` are told and no flag. Slices are
indices from 0."""

_CONTENT = frozenset({"content", "air", "bone", "place"})

_WHOLE = (
    "voxels",
    "parts",
    "stray_slice",
    "hole_slice",
    "gap_slices",
    "gap_slice",
    "off_slice",
    "first_slice",
    "last_slice",
    "slices",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """Findings of each row by code, in the order of :data:`FLAGS`."""

    flags: list[str]
    sentences: list[str]


def flagged(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Judge the rows of a run.

    Parameters
    ----------
    frame
        Of :meth:`radpipe.qc.metrics.QcRows.frame`, index 0 to n - 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``QC_COLUMNS``, the rows in the same order; every verdict is ``not reviewed``.
    """
    import pandas as pd

    sound = frame["fault"].to_numpy() == ""
    known = frame if sound.all() else frame[sound].reset_index(drop=True)
    scores = compared(known)
    own, remarks = alone(known)
    findings = [*scores.findings, *own, *with_neighbours(known)]
    findings += _cases(known, findings, scores)
    rows = np.flatnonzero(sound)
    told = _by_row(findings, rows, len(frame))
    notes = _by_row(remarks, rows, len(frame)).sentences
    for row, fault in frame.loc[frame["fault"] != "", "fault"].items():
        notes[int(str(row))] = f"numbers of the mask: {fault}"
    columns = {name: np.full(len(frame), np.nan) for name in _SCORES}
    for name, values in scores.columns.items():
        columns[name][rows] = values
    columns["compared_with"][columns["compared_with"] < FEWEST_SHOWN] = np.nan
    del known
    own_columns: dict[str, object] = {
        **columns,
        "overlaps": [_overlaps(overlaps) for overlaps in frame["overlaps"]],
        "flags": told.flags,
        "flag_sentences": told.sentences,
        "remarks": notes,
        "verdict": NOT_REVIEWED,
        "reason": "",
        "reviewers": "",
    }
    whole = {*_WHOLE, "compared_with"}
    cells = {name: own_columns.get(name, frame.get(name)) for name in QC_COLUMNS}
    typed = {name: pd.Series(cell, dtype="Int64") if name in whole else cell for name, cell in cells.items()}
    return pd.DataFrame(typed, index=frame.index, columns=list(QC_COLUMNS), copy=False)


def _overlaps(overlaps: tuple[object, ...]) -> str:
    return "; ".join(
        f"{one.roi} (Dice {one.dice:.3f}, {one.inside:.0%} inside)"  # type: ignore[attr-defined]
        for one in overlaps
    )


def _cases(frame: "pd.DataFrame", findings: list[Finding], scores: Scores) -> list[Finding]:
    """Flag every ROI of an image whose ROIs are odd together."""
    odd = {finding.row for finding in findings if finding.code in _CONTENT}
    near = scores.judged & (np.abs(scores.columns["content_z"]) > CASE_Z)
    cases = []
    for _, members in groups(frame, ["case_id", "image_id", "config"]):
        judged = [row for row in members if scores.judged[row] or row in odd]
        off = [row for row in judged if row in odd or near[row]]
        if sum(row in odd for row in off) < CASE_LEAST or len(off) < CASE_SHARE * len(judged):
            continue
        names = ", ".join(frame["roi"].iloc[off][:8])
        sentence = f"{len(off)} of {len(judged)} ROIs of this image are odd in content or place: {names}"
        cases += [Finding(int(row), "case", sentence) for row in members]
    return cases


def _by_row(findings: list[Finding], rows: "np.ndarray[tuple[int], np.dtype[np.int64]]", count: int) -> _Told:
    places = {code: place for place, code in enumerate(FLAGS)}
    gathered: dict[int, list[Finding]] = {}
    for finding in findings:
        gathered.setdefault(int(rows[finding.row]), []).append(finding)
    flags, sentences = [""] * count, [""] * count
    for row, own in gathered.items():
        own.sort(key=lambda finding: (places[finding.code], finding.sentence))
        codes = dict.fromkeys(finding.code for finding in own)
        flags[row] = ";".join(codes)
        told = [" / ".join(finding.sentence for finding in own if finding.code == code) for code in codes]
        sentences[row] = "; ".join(sentence.replace("; ", ", ") for sentence in told)
    return _Told(flags, sentences)


def write_qc(out: Path, table: "pd.DataFrame") -> None:
    """Write ``OUT/tables/qc.csv``.

    Raises
    ------
    StorageError
        It could not be written.
    """
    from radpipe.tables.export import write_csv

    write_csv(out / "tables" / QC_TABLE, table)


def read_qc(out: Path) -> "pd.DataFrame":
    """Read ``OUT/tables/qc.csv``; ids, names and sentences are text, empty where they are missing.

    Raises
    ------
    NothingUsableError
        The folder holds none.
    """
    import pandas as pd

    from radpipe.errors import NothingUsableError

    path = out / "tables" / QC_TABLE
    if not path.is_file():
        message = f"{out} holds no {QC_TABLE}; radpipe extract or radpipe tables writes it"
        raise NothingUsableError(message)
    numbers = {*_NUMBERS, *_SCORES} - {"unit", "touches", "overlaps"}
    frame = pd.read_csv(path, dtype={name: str for name in QC_COLUMNS if name not in numbers}, keep_default_na=False,
                        na_values={name: [""] for name in numbers})  # fmt: skip
    text = [name for name in frame.columns if name not in numbers]
    return frame.assign(**{name: frame[name].map(unguarded) for name in text})
