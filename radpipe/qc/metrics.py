"""The numbers of a run's masks as a frame, one row per measured ROI and configuration."""

from array import array
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from radpipe.features.params import Params
from radpipe.imaging.mask_metrics import MaskMetrics
from radpipe.outcome import FeatureVector, Outcome
from radpipe.qc.names import common_name

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KEYS", "NUMBERS", "QcRows"]

KEYS = ("case_id", "image_id", "modality", "roi", "config", "task_key")
"""First columns of ``tables/qc.csv``."""

NUMBERS = tuple(field.name for field in fields(MaskMetrics))
"""Columns that come from the worker."""

_TEXT = ("mask_sha256", "form_sha256", "unit", "touches")

_OTHERS = (*KEYS, *_TEXT, "overlaps", "warnings", "fault")

_FLOATS = (*(name for name in NUMBERS if name not in (*_TEXT, "overlaps")), "sphericity", "normalised_mean")

_SPHERICITY = ("original_shape_Sphericity", "morph_sphericity", "morphology_sphericity")


class QcRows:
    """Gathers the rows while the tables are written.

    Parameters
    ----------
    normalised
        Configuration -> scale of a normalised image, for configurations that normalise: the mean is then one of
        standard deviations.
    """

    def __init__(self, normalised: Mapping[str, float] | None = None) -> None:
        self._normalised = normalised or {}
        self._numbers: list[array[float]] = [array("d") for _ in _FLOATS]
        self._others: list[list[Any]] = [[] for _ in _OTHERS]

    @classmethod
    def of(cls, params: list[Params]) -> "QcRows":
        """Know from settings which configurations normalise."""
        return cls({one.name: one.settings.normalize_scale for one in params if one.settings.normalize})

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
        keys: tuple[str, ...] = (
            outcome.case_id,
            outcome.image_id,
            outcome.modality,
            outcome.roi,
            outcome.config,
            task_key,
        )
        warnings = tuple((note.code, note.sentence) for note in outcome.warnings)
        form, mean = _value(outcome.vector, _SPHERICITY), float("nan")
        if outcome.config in self._normalised:
            mean = _value(outcome.vector, ("original_firstorder_Mean",)) / self._normalised[outcome.config]
        text = ["" if metrics is None else getattr(metrics, name) for name in _TEXT]
        overlaps = () if metrics is None else metrics.overlaps
        for others, cell in zip(self._others, (*keys, *text, overlaps, warnings, fault), strict=True):
            # Rows of one image and of one kind follow each other: a word that stands above is not kept twice.
            others.append(others[-1] if others and others[-1] == cell else cell)
        for name, column in zip(_FLOATS[:-2], self._numbers, strict=False):
            value = None if metrics is None else getattr(metrics, name)
            column.append(float("nan") if value is None else float(value))
        self._numbers[-2].append(form)
        self._numbers[-1].append(mean)

    def frame(self) -> "pd.DataFrame":
        """Return the rows: keys, numbers, ``sphericity``, ``normalised_mean``, ``warnings``, ``fault`` and ``name``.

        ``name`` is what spellings of one organ share, see :func:`radpipe.qc.names.common_name`. Missing numbers are
        NaN, missing text is empty.
        """
        import pandas as pd

        rois = self._others[_OTHERS.index("roi")]
        names = {roi: common_name(roi) for roi in set(rois)}
        columns: dict[str, Any] = {"name": _objects([names[roi] for roi in rois])}
        columns |= {name: _objects(column) for name, column in zip(_OTHERS, self._others, strict=True)}
        # Numbers stay where they were gathered: a run of 100,000 radiographs has them in 30 columns of megabytes.
        columns |= {name: np.asarray(column) for name, column in zip(_FLOATS, self._numbers, strict=True)}
        return pd.DataFrame(columns, copy=False)


def _objects(cells: list[Any]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    """Make a column of references; cells may be tuples, which NumPy would take apart."""
    return np.fromiter(cells, dtype=object, count=len(cells))


def _value(vector: FeatureVector, names: tuple[str, ...]) -> float:
    for name in names:
        if name in vector.names:
            return float(vector.values[vector.names.index(name)])
    return float("nan")
