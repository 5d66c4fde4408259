"""What perturbed states say of each feature: ``perturbed.parquet`` as measured, ``robustness.csv`` as agreement."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.files import remove
from radpipe.outcome import Outcome
from radpipe.parquet import parquet_file
from radpipe.store.index import PackIndex
from radpipe.store.ledger import LedgerRow
from radpipe.store.plans import PlanFile
from radpipe.survival.statistics.agreement import Repeats, agreement
from radpipe.tables.export import Told, write_csv, write_perturbed_table
from radpipe.tables.features import FIRST_COLUMNS
from radpipe.tables.robustness_dictionary import robustness_dictionary

__all__ = ["ROBUSTNESS_COLUMNS", "robustness", "write_robustness"]

FloatArray = npt.NDArray[np.float64]

ROBUSTNESS_COLUMNS = (
    "config", "perturbations", "states", "modality", "roi", "feature", "icc", "icc_low", "icc_high", "patients",
    "repeats", "within_sd", "repeatability", "robust_0.75", "robust_0.90",
)  # fmt: skip
"""Columns of ``robustness.csv``: one row per feature, ROI name and set of states."""

_LABEL = re.compile(r"(?P<config>.*)~(?P<letters>[A-Z]+)-\d+-of-(?P<states>\d+)")

Group = tuple[str, str, int, str, str]


class _Sums:
    """Number, mean and sum of squares of each feature of each image, updated state by state.

    Welford 1962, Technometrics 4:419.
    """

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], tuple[FloatArray, FloatArray, FloatArray]] = {}

    def add(self, image: tuple[str, str], values: FloatArray) -> None:
        """Take the values of one state; what is NaN failed."""
        if image not in self._sums:
            self._sums[image] = (np.zeros(values.size), np.zeros(values.size), np.zeros(values.size))
        count, mean, squares = self._sums[image]
        there = np.isfinite(values)
        count += there
        step = np.where(there, values - mean, 0.0)
        mean += step / np.maximum(count, 1.0)
        squares += step * np.where(there, values - mean, 0.0)

    def repeats(self, feature: int) -> Repeats:
        """Return the sums of one feature over all images."""
        rows = [[part[feature] for part in sums] for sums in self._sums.values()]
        count, mean, squares = np.array(rows, dtype=np.float64).T
        return Repeats(count.astype(np.int64), mean, squares)


def robustness(path: Path) -> pd.DataFrame:
    """Return the agreement of each feature over perturbed states.

    Parameters
    ----------
    path
        ``perturbed.parquet``.

    Returns
    -------
    pandas.DataFrame
        Columns ``ROBUSTNESS_COLUMNS``. States that failed leave the others of their image; ``robust_`` tells whether
        the lower end of the 95 % interval of ICC(1,1) reaches 0.75 and 0.90.
    """
    groups: dict[Group, _Sums] = {}
    features: list[str] = []
    for frame in _frames(path):
        features = [name for name in frame.columns if name not in FIRST_COLUMNS and not name.startswith("diag_")]
        values = frame[features].to_numpy(dtype=np.float64)
        for row, keys in enumerate(frame[["config", "modality", "roi", "case_id", "image_id"]].to_numpy().tolist()):
            config, modality, roi, case_id, image_id = keys
            label = _LABEL.fullmatch(config)
            if label is not None:
                group = (label["config"], label["letters"], int(label["states"]), modality, roi)
                groups.setdefault(group, _Sums()).add((case_id, image_id), values[row])
    rows: list[list[Any]] = []
    for group, sums in groups.items():
        for place, feature in enumerate(features):
            agreed = agreement(sums.repeats(place))
            rows.append([*group, feature, *astuple(agreed), agreed.low >= 0.75, agreed.low >= 0.90])
    return pd.DataFrame(rows, columns=list(ROBUSTNESS_COLUMNS))


def _frames(path: Path) -> Iterator[pd.DataFrame]:
    with parquet_file(path) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, use_threads=False).to_pandas(use_threads=False)


def write_robustness(
    out: Path, plans: Sequence[PlanFile], index: PackIndex, *, ended: Callable[[LedgerRow], Outcome]
) -> Told | None:
    """Write ``perturbed.parquet`` and ``robustness.csv``; without plans of perturbed states, take old ones away.

    Parameters
    ----------
    out
        The output folder.
    plans, index
        Of perturbed states, as :func:`radpipe.store.ledger.read_rows` takes them.
    ended
        Makes the outcome of a row that is still open.

    Returns
    -------
    Told or None
        What the rows said; None without plans.

    Raises
    ------
    StorageError
        A table could not be written, or a plan or pack cannot be read.
    """
    folder = out / "tables"
    if not plans:
        for name in ("perturbed.parquet", "robustness.csv", "robustness_dictionary.csv"):
            if (folder / name).exists():
                remove(folder / name)
        return None
    written = write_perturbed_table(out, plans, index, ended=ended)
    write_csv(folder / "robustness.csv", robustness(folder / "perturbed.parquet"))
    write_csv(folder / "robustness_dictionary.csv", robustness_dictionary())
    return written
