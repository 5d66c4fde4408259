"""What a finished run has to show: each measured mask once, with its numbers, and the task that draws it again."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from radpipe.errors import NothingUsableError
from radpipe.features.variant import State
from radpipe.files import open_checked
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.qc.frames import unguarded
from radpipe.run.record import Recipe
from radpipe.run.tasks import ImageTask
from radpipe.store.index import scan
from radpipe.store.ledger import read_rows
from radpipe.store.plans import PlanFile, list_plans, read_plan_file

__all__ = ["MEASURES", "Flag", "Masked", "RowOf", "Shown", "gather", "read_flags", "run_digest"]

MEASURES = (
    ("volume", "Volume", "mL"),
    ("mean", "Mean of the image", ""),
    ("original_shape_Sphericity", "Sphericity", ""),
    ("original_firstorder_10Percentile", "10th percentile", ""),
    ("original_firstorder_90Percentile", "90th percentile", ""),
    ("original_firstorder_Entropy", "Entropy", ""),
    ("original_shape_Maximum3DDiameter", "Largest diameter", "mm"),
    ("original_shape_Elongation", "Elongation", ""),
    ("original_shape_Flatness", "Flatness", ""),
    ("original_glcm_JointEntropy", "Joint entropy (GLCM)", ""),
    ("original_glcm_Correlation", "Correlation (GLCM)", ""),
    ("original_glrlm_GrayLevelNonUniformity", "Non-uniformity (GLRLM)", ""),
)
"""Numbers shown beside a mask: name of the feature, words, unit. The first two come from the mask where they can."""


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row of the run that a decision on its mask concerns."""

    config: str
    task_key: str


@dataclass(frozen=True, slots=True)
class Flag:
    """What a rule says of a row: its code, and the sentence with the numbers."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Masked:
    """One mask on one image, as it was measured by one or more configurations.

    Parameters
    ----------
    case_id, image_id, modality, roi
        Which.
    rows
        The rows that it was measured in.
    mask_sha256
        Digest of voxels and grid; empty in runs of versions that took none.
    values
        Of ``MEASURES``, None where a row has none.
    unit
        Of the image's values, or empty.
    warnings
        Sentences of the row.
    flags, remarks
        What the rules say; a remark is no flag.
    """

    case_id: str
    image_id: str
    modality: str
    roi: str
    rows: tuple[RowOf, ...]
    mask_sha256: str
    values: tuple[float | None, ...]
    unit: str
    warnings: tuple[str, ...]
    flags: tuple[Flag, ...] = ()
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a run.

    Parameters
    ----------
    masks
        In the order of the run.
    tasks
        Key -> the task that draws; empty where the plan holds no references.
    private
        Whether the run is one that hides names and paths.
    digest
        Of the run: of its rows and masks.
    flagged
        Whether there is a table of flags.
    """

    masks: tuple[Masked, ...]
    tasks: Mapping[str, ImageTask]
    private: bool
    digest: str
    flagged: bool = False


def gather(out: Path, private_plans: Sequence[Path] = ()) -> Shown:
    """Read what a finished run has to show.

    Parameters
    ----------
    out
        An output folder of ``radpipe extract``.
    private_plans
        Of a private run: its plans with references.

    Raises
    ------
    NothingUsableError
        The folder holds no run, or no measured row.
    UsageError
        A private plan is one of another run.
    """
    plans = list_plans(out)
    if not plans:
        message = f"{out} holds no run (plans.json is missing)"
        raise NothingUsableError(message)
    given = {plan.path.name: plan for plan in (read_plan_file(out, path) for path in private_plans)}
    plans = [given.get(plan.path.name, plan) for plan in plans]
    flags = read_flags(out)
    masks: dict[tuple[str, ...], Masked] = {}
    tasks: dict[str, ImageTask] = {}
    private = any(plan.header.get("private") for plan in plans)
    for outcome, key, task in _measured(out, plans):
        row = RowOf(outcome.config, key)
        flagged_row = flags.get((outcome.case_id, outcome.image_id, outcome.roi, outcome.config), ((), ""))
        digest = str(outcome.qc.get("mask_sha256", ""))
        place = (outcome.case_id, outcome.image_id, outcome.roi, digest)
        if place in masks:
            masks[place] = _with(masks[place], row, flagged_row[0])
            continue
        masks[place] = _masked(outcome, row, digest, *flagged_row)
        if task is not None:
            tasks[key] = task
    if not masks:
        message = f"{out} holds no measured row"
        raise NothingUsableError(message)
    shown = tuple(masks.values())
    return Shown(shown, tasks, private, run_digest(shown), (out / "tables" / "qc.csv").is_file())


def run_digest(masks: Sequence[Masked]) -> str:
    """Digest the rows of a run and their masks in their order: the page keeps decisions under it.

    Parameters
    ----------
    masks
        All that are shown.
    """
    lines = [
        json.dumps([mask.case_id, mask.image_id, mask.roi, row.config, row.task_key, mask.mask_sha256])
        for mask in masks
        for row in mask.rows
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _measured(out: Path, plans: Sequence[PlanFile]) -> Iterator[tuple[Outcome, str, ImageTask | None]]:
    """Read rows that were measured on the mask as it was drawn; perturbed states are nobody's outline."""
    recipes = {plan.path: Recipe.of(plan.header) for plan in plans}
    for row in read_rows(plans, scan(out, whole=True), with_tasks=True):
        recipe = recipes[row.plan.path]
        if row.outcome is None or row.outcome.status is not Status.OK or isinstance(recipe.params.variant, State):
            continue
        yield row.outcome, row.entry.key, recipe.task(row.entry) if row.entry.task else None


def _masked(outcome: Outcome, row: RowOf, digest: str, flags: tuple[Flag, ...], remarks: str) -> Masked:
    vector, qc = outcome.vector, outcome.qc
    values = tuple(_value(name, vector, qc) for name, _, _ in MEASURES)
    return Masked(
        outcome.case_id, outcome.image_id, outcome.modality, outcome.roi, (row,), digest, values,
        str(qc.get("unit", "")), tuple(str(note) for note in outcome.warnings), flags, remarks,
    )  # fmt: skip


def _value(name: str, vector: FeatureVector | None, qc: Mapping[str, Any]) -> float | None:
    features = {} if vector is None else vector.as_dict()
    diagnostics = {} if vector is None else vector.diagnostics
    if name == "volume":
        value = qc.get("volume_ml")
        if value is None and isinstance(diagnostics.get("volume_mm3"), int | float):
            value = float(diagnostics["volume_mm3"] or 0) / 1000
    elif name == "mean":
        value = qc.get("mean", features.get("original_firstorder_Mean"))
    else:
        value = features.get(name)
    return None if value is None or value != value else float(f"{value:.6g}")


def _with(mask: Masked, row: RowOf, flags: tuple[Flag, ...]) -> Masked:
    return replace(mask, rows=(*mask.rows, row), flags=tuple(dict.fromkeys((*mask.flags, *flags))))


def read_flags(out: Path) -> dict[tuple[str, str, str, str], tuple[tuple[Flag, ...], str]]:
    """Read ``tables/qc.csv``: flags and remarks by case, image, ROI and config; none without the table.

    Parameters
    ----------
    out
        The output folder.
    """
    path = out / "tables" / "qc.csv"
    if not path.is_file():
        return {}
    flags = {}
    with open_checked(path) as file:
        for row in csv.DictReader(file.read().decode("utf-8").splitlines(keepends=True)):
            codes = [code.strip() for code in row["flags"].split(";") if code.strip()]
            sentences = [sentence.strip() for sentence in row["flag_sentences"].split("; ")]
            if len(sentences) != len(codes):
                sentences = [row["flag_sentences"], *[""] * (len(codes) - 1)]
            key = tuple(unguarded(row[name]) for name in ("case_id", "image_id", "roi", "config"))
            flags[key[0], key[1], key[2], key[3]] = (tuple(map(Flag, codes, sentences)), row.get("remarks") or "")
    return flags
