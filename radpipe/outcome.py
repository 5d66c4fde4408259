"""FeatureVector and Outcome: what became of one planned ROI."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import Note

__all__ = ["FeatureVector", "Outcome", "Status"]

Scalar = str | float | int | bool | None


class Status(StrEnum):
    """How a planned ROI ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, eq=False)
class FeatureVector:
    """The feature values of one ROI, in the order of the catalogue.

    Parameters
    ----------
    names
        PyRadiomics' names, ``original_firstorder_Mean``; unique.
    values
        float64, shape (len(names),); NaN where PyRadiomics gives NaN.
    diagnostics
        What is told beside the features, without the prefix ``diag_``: voxel count, volume, spacing, bins.

    Raises
    ------
    ValueError
        Names and values differ in number.
    """

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    diagnostics: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.names),):
            message = f"{len(self.names)} names, values of shape {self.values.shape}"
            raise ValueError(message)

    @property
    def set_id(self) -> str:
        """Digest of the names in their order; vectors with the same id share their columns."""
        return hashlib.sha256("\n".join(self.names).encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, float]:
        """Return name -> value."""
        return dict(zip(self.names, self.values.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of one planned ROI; exactly one exists for each.

    Parameters
    ----------
    case_id, image_id, modality, roi, config
        Which ROI: the row's key.
    status, code, message
        How it ended; code and message are empty when ok.
    warnings
        Notes, told also when ok.
    vector
        The values when ok, else None.
    seconds, peak_bytes
        Wall time of the ROI's share and the worker's peak memory; told, never part of the tables' bytes.
    traceback
        Kept for ``E_UNEXPECTED`` only.
    qc
        Numbers of the mask as JSON values, see :class:`radpipe.imaging.mask_metrics.MaskMetrics`; empty where none were
        taken. They are no columns of the feature table.
    """

    case_id: str
    image_id: str
    modality: str
    roi: str
    config: str
    status: Status
    code: str = ""
    message: str = ""
    warnings: tuple[Note, ...] = ()
    vector: FeatureVector | None = None
    seconds: float = 0.0
    peak_bytes: int = 0
    traceback: str = ""
    qc: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.status is Status.OK) != (self.vector is not None) or (self.status is Status.OK) == bool(self.code):
            message = f"outcome {self.status} of {self.case_id}, {self.roi}: code {self.code!r}, vector {self.vector!r}"
            raise ValueError(message)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Case, image, ROI and config: unique in a run."""
        return (self.case_id, self.image_id, self.roi, self.config)
