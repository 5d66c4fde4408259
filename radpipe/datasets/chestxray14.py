"""Segmentations of the NIH's ChestX-ray14: PNG masks beside PNG radiographs, with each mask's estimated quality."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import overload

import numpy as np

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, Refusal, RoiRef
from radpipe.datasets.options import DatasetOptions
from radpipe.datasets.side_tables import number_of, read_table
from radpipe.errors import InputError, Note, NothingUsableError, Policy
from radpipe.imaging.planar import read_png

__all__ = ["LABELS", "read_chestxray14"]

LABELS: Mapping[int, str] = {1: "Lung_L", 2: "Lung_R", 3: "Heart"}
"""Label values as a sister set of the same authors documents them (left is the patient's left); this set documents
none, so the values are looked up in the files and the user may replace the table."""

SAMPLE = 24
"""So many masks, spread over the set, are opened to learn which label values occur."""

MASK_ENDING = "_labels.png"
SCORES = "rca_dice_scores.csv"


def read_chestxray14(source: Path, options: DatasetOptions | None = None) -> Cohort:
    """Read a folder of masks and radiographs.

    Parameters
    ----------
    source
        Holds, at any depth, ``00000001_000_labels.png``, ``00000001_000.png`` and ``rca_dice_scores.csv``.
    options
        ``min_dice`` skips masks whose estimated Dice is lower; ``labels`` replaces the table of label values.

    Returns
    -------
    Cohort
        One case a radiograph, its fact ``rca_dice`` the estimate; the cohort's problems say which labels were found,
        and how many masks were left out because their radiograph is not there, as in a part of the download.

    Raises
    ------
    NothingUsableError
        No mask, or no radiograph, is there.
    """
    options = options or DatasetOptions()
    pictures = dict(_pictures(str(Path(source).absolute())))
    masks = {name.removesuffix(MASK_ENDING): path for name, path in pictures.items() if name.endswith(MASK_ENDING)}
    images = {name.removesuffix(".png"): path for name, path in pictures.items() if not name.endswith(MASK_ENDING)}
    if not masks:
        message = f"{source} holds no mask NAME{MASK_ENDING}; join and unpack segmentations.tar.gz.aa ... first"
        raise NothingUsableError(message)
    values, opened = _values([masks[name] for name in sorted(masks)])
    alone = sorted(masks.keys() - images.keys())
    table = dict(options.labels) or {value: LABELS.get(value, f"label-{value}") for value in values}
    problems = [_label_note(values, opened, len(masks), table)]
    if alone:
        problems.append(_alone_note(alone, len(masks)))
    if not images:
        message = f"{source} holds {len(masks)} masks and none of their radiographs NAME.png"
        raise NothingUsableError(message)
    scores = _scores(source, problems)
    names = sorted(images)
    cases = _Cases(names, lambda name: _case(name, images[name], masks.get(name), scores.get(name), table, options))
    return Cohort("chestxray14", str(source), cases, tuple(problems))


class _Cases(Sequence[Case]):
    """The cases of 112,120 radiographs, each made when it is asked for: only paths are kept in memory."""

    def __init__(self, names: Sequence[str], make: Callable[[str], Case]) -> None:
        self._names = names
        self._make = make

    @property
    def case_ids(self) -> Sequence[str]:
        """The names of the pictures."""
        return self._names

    @property
    def modalities(self) -> Mapping[str, int]:
        """How many images each modality has: all are radiographs."""
        return {"CR": len(self._names)}

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, index: int) -> Case: ...

    @overload
    def __getitem__(self, index: slice) -> "Sequence[Case]": ...

    def __getitem__(self, index: int | slice) -> "Case | Sequence[Case]":
        if isinstance(index, slice):
            return [self._make(name) for name in self._names[index]]
        return self._make(self._names[index])


def _pictures(folder: str) -> Iterator[tuple[str, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as fault:
        message = f"{folder} cannot be read: {fault.strerror}"
        raise NothingUsableError(message) from None
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _pictures(entry.path)
        elif entry.name.lower().endswith(".png") and entry.is_file():
            yield entry.name, entry.path


def _values(paths: Sequence[str]) -> tuple[list[int], int]:
    """Return the label values of a sample of masks, and how many of them could be opened."""
    chosen = [paths[i] for i in sorted({int(i) for i in np.linspace(0, len(paths) - 1, SAMPLE)})]
    present: set[int] = set()
    opened = 0
    for path in chosen:
        try:
            labels, _ = read_png(path, Policy(), palette_index=True)
        except InputError:
            continue
        opened += 1
        present |= {int(value) for value in np.unique(labels)}
    return sorted(present - {0}), opened


def _label_note(values: Sequence[int], opened: int, total: int, table: Mapping[int, str]) -> Note:
    meanings = ", ".join(f"{value} = {table[value]}" if value in table else f"{value} not used" for value in values)
    sample = f"{opened} of the {total} masks were opened to see which labels they hold"
    return Note.of(
        "W_DATASET", what=f"{sample}: {meanings or 'none'}; the data set documents none, --label sets other names"
    )


def _alone_note(alone: Sequence[str], total: int) -> Note:
    what = (
        f"{len(alone)} of {total} masks were left out: their radiographs are not in the folder (first {alone[0]}.png)"
    )
    return Note.of("W_DATASET", what=what)


def _scores(source: Path, problems: list[Note]) -> dict[str, float]:
    tables = sorted(source.rglob(SCORES))
    if not tables:
        problems.append(Note.of("W_DATASET", what=f"{SCORES} is not in the folder; no mask has an estimated Dice"))
        return {}
    scores = {}
    for name, row in read_table(tables[0]).items():
        value = number_of(row.get("dice"))
        if value is not None:
            scores[name.removesuffix(MASK_ENDING)] = value
    return scores


def _case(
    name: str,
    image: str,
    mask: str | None,
    score: float | None,
    table: Mapping[int, str],
    options: DatasetOptions,
) -> Case:
    problems: list[Note] = []
    refusal = None
    if score is not None and options.min_dice is not None and score < options.min_dice:
        refusal = Refusal("E_LOW_DICE", {"dice": score, "wanted": options.min_dice})
    if score is None and options.min_dice is not None and mask is not None:
        problems.append(Note.of("W_CASE", what="the mask has no estimated Dice, so --min-dice says nothing of it"))
    known = {} if score is None else {"rca_dice": f"{score:.8g}"}
    images = (ImageRef(name, "CR", "CR", ImageKind.PLANAR, (image,), columns=known),)
    rois = () if mask is None else tuple(
        RoiRef(f"label-{value}", organ, MaskKind.PLANAR, mask, value, ("CR",), reference=f"{name}.png", refusal=refusal)
        for value, organ in table.items()
    )  # fmt: skip
    return Case(name, images, rois, tuple(problems), name.partition("_")[0], known)
