"""``OUT/tables/qc.csv``: a row per measured ROI: numbers of its mask, its flags as sentences, and its verdict."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from radpipe.qc.cohort_rules import Finding, Scores, compared
from radpipe.qc.frames import groups, unguarded
from radpipe.qc.metrics import KEYS, QcRows
from radpipe.qc.neighbours import copies, sides, twins
from radpipe.qc.own_rules import OWN_COLUMNS, Usual, alone
from radpipe.qc.rules import CASE_LEAST, CASE_SHARE, CASE_Z, FEWEST_SHOWN, FLAGS

if TYPE_CHECKING:
    import numpy.typing as npt
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


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """What the run as a whole says of its rows.

    Parameters
    ----------
    scores
        Of every row, NaN where it was not compared.
    findings
        Row of the run -> findings of the comparison with other rows.
    usual
        How often each rule of rows alone is met.
    """

    scores: "Mapping[str, npt.NDArray[np.float64]]"
    findings: Mapping[int, list[Finding]]
    usual: Usual

    @classmethod
    def of(cls, rows: QcRows) -> "_Judged":
        """Compare all rows; only numbers and codes of words are in memory."""
        frame, sound = rows.compared()
        places = np.flatnonzero(sound)
        scores = compared(frame)
        findings: dict[int, list[Finding]] = {}
        for finding in (*scores.findings, *copies(frame), *sides(frame), *_cases(frame, scores)):
            findings.setdefault(int(places[finding.row]), []).append(finding)
        columns = {name: np.full(len(sound), np.nan) for name in _SCORES}
        for name, values in scores.columns.items():
            columns[name][places] = values
        columns["compared_with"][columns["compared_with"] < FEWEST_SHOWN] = np.nan
        return cls(columns, findings, Usual.of(map(_sound, rows.blocks((*OWN_COLUMNS, "fault")))))


def flagged(rows: QcRows) -> "Iterator[pd.DataFrame]":
    """Judge the rows of a run.

    Parameters
    ----------
    rows
        Of the run; none comes later.

    Yields
    ------
    pandas.DataFrame
        Columns ``QC_COLUMNS``: all rows in the same order, a block at a time, at least one block; every verdict is
        ``not reviewed``.
    """
    judged = _Judged.of(rows)
    begin = 0
    for block in rows.blocks():
        yield _table(block, judged, begin)
        begin += len(block)


def _sound(block: "pd.DataFrame") -> "pd.DataFrame":
    """Leave rows out that have no numbers."""
    return block[block["fault"] == ""].reset_index(drop=True)


def _table(block: "pd.DataFrame", judged: _Judged, begin: int) -> "pd.DataFrame":
    import pandas as pd

    places = np.flatnonzero(block["fault"] == "")
    known = _sound(block)
    flags, remarks = alone(known, judged.usual)
    own = [replace(finding, row=int(places[finding.row])) for finding in (*flags, *twins(known))]
    others = [
        replace(finding, row=row) for row in range(len(block)) for finding in judged.findings.get(begin + row, ())
    ]
    sentences = _by_row([*own, *others], len(block))
    notes = _by_row([replace(finding, row=int(places[finding.row])) for finding in remarks], len(block)).sentences
    for row in np.flatnonzero(block["fault"] != ""):
        notes[row] = f"numbers of the mask: {block['fault'].iloc[row]}"
    columns: dict[str, object] = {
        **{name: values[begin : begin + len(block)] for name, values in judged.scores.items()},
        "overlaps": [_overlaps(overlaps) for overlaps in block["overlaps"]],
        "flags": sentences.flags,
        "flag_sentences": sentences.sentences,
        "remarks": notes,
        "verdict": NOT_REVIEWED,
        "reason": "",
        "reviewers": "",
    }
    whole = {*_WHOLE, "compared_with"}
    cells = {name: columns.get(name, block.get(name)) for name in QC_COLUMNS}
    typed = {name: pd.Series(cell, dtype="Int64") if name in whole else cell for name, cell in cells.items()}
    return pd.DataFrame(typed, index=block.index, columns=list(QC_COLUMNS), copy=False)


def _overlaps(listed: str) -> str:
    overlaps = json.loads(listed) if listed else []
    return "; ".join(f"{roi} (Dice {dice:.3f}, {inside:.0%} inside)" for roi, dice, inside in overlaps)


def _cases(frame: "pd.DataFrame", scores: Scores) -> Iterator[Finding]:
    """Flag every ROI of an image whose ROIs are odd together."""
    odd = np.zeros(len(frame), dtype=bool)
    odd[[finding.row for finding in scores.findings if finding.code in _CONTENT]] = True
    near = scores.judged & (np.abs(scores.columns["content_z"]) > CASE_Z)
    images = frame["image"].to_numpy()
    some = np.flatnonzero(np.isin(images, images[odd]))
    for _, members in groups(frame, ["image", "config"], some):
        judged = members[scores.judged[members] | odd[members]]
        off = judged[odd[judged] | near[judged]]
        if np.count_nonzero(odd[off]) < CASE_LEAST or len(off) < CASE_SHARE * len(judged):
            continue
        names = ", ".join(frame["roi"].iloc[off][:8])
        sentence = f"{len(off)} of {len(judged)} ROIs of this image are odd in content or place: {names}"
        yield from (Finding(row, "case", sentence) for row in members.tolist())


def _by_row(findings: Sequence[Finding], count: int) -> _Told:
    places = {code: place for place, code in enumerate(FLAGS)}
    gathered: dict[int, list[Finding]] = {}
    for finding in findings:
        gathered.setdefault(finding.row, []).append(finding)
    flags, sentences = [""] * count, [""] * count
    for row, own in gathered.items():
        own.sort(key=lambda finding: (places[finding.code], finding.sentence))
        codes = dict.fromkeys(finding.code for finding in own)
        flags[row] = ";".join(codes)
        joined = [" / ".join(finding.sentence for finding in own if finding.code == code) for code in codes]
        sentences[row] = "; ".join(sentence.replace("; ", ", ") for sentence in joined)
    return _Told(flags, sentences)


def write_qc(out: Path, blocks: "Iterable[pd.DataFrame]") -> None:
    """Write ``OUT/tables/qc.csv``.

    Parameters
    ----------
    out
        The output folder.
    blocks
        Rows with columns ``QC_COLUMNS``, in their order.

    Raises
    ------
    StorageError
        It could not be written.
    """
    from radpipe.tables.export import write_csv_blocks

    write_csv_blocks(out / "tables" / QC_TABLE, QC_COLUMNS, blocks)


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
