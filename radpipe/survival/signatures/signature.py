"""Signatures as objects: features with their formula, how they were measured, weights, threshold, source.

A signature refuses a table that was measured otherwise and names the difference, because weights belong to one way of
measuring: Energy grows with the number of voxels, and compactness has three formulas.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.design.patients import Patients

__all__ = ["Signature", "Term"]

FloatArray = npt.NDArray[np.float64]

SPACING_TOLERANCE_MM = 1e-3
"""Voxel sizes that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Term:
    """One feature of a signature.

    Parameters
    ----------
    column
        Of the feature table.
    weight
        Of the feature's value in the linear predictor.
    variant
        Which formula the weight belongs to, in words.
    """

    column: str
    weight: float
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A locked prognostic index: the weighted sum of features.

    Parameters
    ----------
    name, title, source
        For the command line, for readers, and where the numbers come from.
    terms
        At least one.
    threshold
        Of the linear predictor, at which patients are split; None where none was published.
    requires
        Setting -> value that a table's measurement must have: ``config``, ``modality``, ``measured_spacing_x_mm``
        (y, z).
    notes
        What a user must know.
    """

    name: str
    title: str
    source: str
    terms: tuple[Term, ...]
    threshold: float | None = None
    requires: Mapping[str, str | float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def differences(self, patients: Patients) -> list[str]:
        """List what in a table is not as the signature requires; empty when it may be applied."""
        differences = []
        absent = [term.column for term in self.terms if term.column not in patients.features.columns]
        if absent:
            differences.append(f"column {', '.join(absent)} is missing")
        for name, wanted in self.requires.items():
            given = patients.extraction.get(name)
            if given is None:
                differences.append(f"the table does not tell one {name} for all patients, {wanted} is required")
            elif isinstance(wanted, str):
                if given != wanted:
                    differences.append(f"{name} is {given}, {wanted} is required")
            elif abs(float(given) - wanted) > SPACING_TOLERANCE_MM:
                differences.append(f"{name} is {given}, {wanted:g} is required")
        return differences

    def index(self, features: pd.DataFrame) -> FloatArray:
        """Return the linear predictor of each row, shape (n,); higher is a higher risk."""
        values = features[[term.column for term in self.terms]].to_numpy(dtype=np.float64)
        return np.asarray(values @ np.array([term.weight for term in self.terms]))
