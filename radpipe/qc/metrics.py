"""The numbers of a run's masks, one row per measured ROI and configuration: spooled while tables are written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radpipe.features.params import Params
from radpipe.imaging.mask_metrics import MaskMetrics
from radpipe.outcome import FeatureVector, Outcome
from radpipe.qc.names import common_name
from radpipe.store.spool import Spool, spool

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

__all__ = ["KEYS", "NUMBERS", "QcRows"]

KEYS = ("case_id", "image_id", "modality", "roi", "config", "task_key")
"""First columns of ``tables/qc.csv``."""

NUMBERS = tuple(field.name for field in fields(MaskMetrics))
"""Columns that come from the worker."""

_TEXT = ("mask_sha256", "form_sha256", "unit", "touches")

_OTHERS = (*KEYS, *_TEXT, "overlaps", "warnings", "fault", "name")

_FLOATS = (*(name for name in NUMBERS if name not in (*_TEXT, "overlaps")), "sphericity", "normalised_mean")

_COMPARED_WORDS = ("name", "roi", "modality", "config", "unit", "case_id")

_COMPARED_NUMBERS = (
    "voxels", "volume_ml", "mean", "median", "air_share", "bone_share", "slices", "centre_x_mm", "centre_y_mm",
    "centre_z_mm", "body_x_mm", "sphericity", "normalised_mean",
)  # fmt: skip

_SPHERICITY = ("original_shape_Sphericity", "morph_sphericity", "morphology_sphericity")


class QcRows:
    """Gathers the rows while the tables are written; see :meth:`gathered_in`.

    Parameters
    ----------
    rows
        Where they are put.
    normalised
        Configuration -> scale of a normalised image, for configurations that normalise: the mean is then one of
        standard deviations.
    """

    def __init__(self, rows: Spool, normalised: Mapping[str, float]) -> None:
        self._rows = rows
        self._normalised = normalised

    @classmethod
    @contextmanager
    def gathered_in(cls, folder: Path, params: Sequence[Params] = ()) -> "Iterator[QcRows]":
        """Gather rows in a temporary file of a folder.

        Parameters
        ----------
        folder
            Of the tables.
        params
            Settings of the configurations: they say which normalise.

        Raises
        ------
        StorageError
            The disk is full, or the folder cannot be written.
        """
        import pyarrow as pa

        schema = pa.schema([*((name, pa.string()) for name in _OTHERS), *((name, pa.float64()) for name in _FLOATS)])
        scales = {config.name: config.settings.normalize_scale for config in params if config.settings.normalize}
        with spool(folder, schema) as rows:
            yield cls(rows, scales)

    def add(self, outcome: Outcome, task_key: str) -> None:
        """Take a row, where it was measured."""
        if outcome.vector is None:
            return
        numbers = {name: value for name, value in outcome.qc.items() if name != "acquisition"}
        fault = numbers.pop("fault", "" if numbers else "not recorded: measured by an earlier version")
        metrics = None
        if not fault:
            try:
                metrics = MaskMetrics.from_json(numbers)
            except (TypeError, KeyError):
                fault = "recorded by another version"
        keys = (outcome.case_id, outcome.image_id, outcome.modality, outcome.roi, outcome.config, task_key)
        form, mean = _value(outcome.vector, _SPHERICITY), float("nan")
        if outcome.config in self._normalised:
            mean = _value(outcome.vector, ("original_firstorder_Mean",)) / self._normalised[outcome.config]
        text = ["" if metrics is None else getattr(metrics, name) for name in _TEXT]
        overlaps = (
            [] if metrics is None else [[overlap.roi, overlap.dice, overlap.inside] for overlap in metrics.overlaps]
        )
        warnings = [[note.code, note.sentence] for note in outcome.warnings]
        values = [None if metrics is None else getattr(metrics, name) for name in _FLOATS[:-2]]
        numbers_of_row = [float("nan") if value is None else float(value) for value in values]
        others = (_listed(overlaps), _listed(warnings), fault, common_name(outcome.roi))
        self._rows.add((*keys, *text, *others, *numbers_of_row, form, mean))

    def blocks(self, columns: Sequence[str] | None = None) -> "Iterator[pd.DataFrame]":
        """Give the rows again, a block at a time, with their keys, numbers and words.

        ``name`` is what spellings of one organ share, see :func:`radpipe.qc.names.common_name`; ``overlaps`` and
        ``warnings`` are lists as JSON, empty where there are none. Missing numbers are NaN, missing text is empty.

        Parameters
        ----------
        columns
            Those to read; None reads all.
        """
        for block in self._rows.blocks(columns):
            yield block.to_pandas(use_threads=False)

    def compared(self) -> "tuple[pd.DataFrame, npt.NDArray[np.bool_]]":
        """Return what rows are compared by, of all rows that have numbers, and which of all rows these are.

        Words are categories; ``image`` numbers the images, and ``form`` the outlines, -1 where there is no digest. A
        row takes 160 bytes.
        """
        import pandas as pd
        import pyarrow.compute as pc

        sound = pc.equal(self._column("fault"), "")
        columns: dict[str, Any] = {}
        for name in _COMPARED_WORDS:
            words = self._column(name).filter(sound).dictionary_encode()
            columns[name] = pd.Categorical.from_codes(words.indices.to_numpy(), words.dictionary.to_pandas())
        images = pc.binary_join_element_wise(self._column("case_id"), self._column("image_id"), "\n").filter(sound)
        columns["image"] = images.dictionary_encode().indices.to_numpy()
        forms = self._column("form_sha256").filter(sound).dictionary_encode()
        columns["form"] = np.where(pc.equal(forms, ""), -1, forms.indices)
        for name in _COMPARED_NUMBERS:
            columns[name] = self._column(name).filter(sound).to_numpy()
        return pd.DataFrame(columns, copy=False), sound.to_numpy(zero_copy_only=False)

    def _column(self, name: str) -> Any:
        import pyarrow as pa

        return pa.concat_arrays([chunk for block in self._rows.blocks((name,)) for chunk in block.column(0).chunks])


def _listed(cells: Sequence[Any]) -> str:
    return json.dumps(cells) if cells else ""


def _value(vector: FeatureVector, names: tuple[str, ...]) -> float:
    for name in names:
        if name in vector.names:
            return float(vector.values[vector.names.index(name)])
    return float("nan")
