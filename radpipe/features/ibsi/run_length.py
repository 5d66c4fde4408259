"""Grey level run length features (IBSI 3.7, TP0I)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from radpipe.features.ibsi.settings import Aggregation
from radpipe.features.ibsi.sizes import SizeMatrix, features_of_sizes, size_matrices
from radpipe.features.ibsi.texture import Part, TextureRoi, by_direction, counted
from radpipe.features.inputs import GrayLevels
from radpipe.kernels.runs import count_pairs_and_runs

__all__ = ["FEATURES", "measure_run_length"]

Runs = tuple[int, npt.NDArray[np.int32]]
"""Voxels, and runs by direction, grey level and length, shape (A, n, longest)."""

FEATURES = features_of_sizes(
    "rlm",
    "length",
    (
        *("sre", "lre", "lgre", "hgre", "srlge", "srhge", "lrlge", "lrhge"),
        *("glnu", "glnu_norm", "rlnu", "rlnu_norm", "r_perc", "gl_var", "rl_var", "rl_entr"),
    ),
    "22OV W4KF V3SW G3QZ HTZT GD3A IVPO 3KUM R5YN OVBL W92Y IC23 9ZK5 8CE5 SXLW HJ9O",
    (
        "Short runs emphasis",
        "Long runs emphasis",
        "Low grey level run emphasis",
        "High grey level run emphasis",
        "Short run low grey level emphasis",
        "Short run high grey level emphasis",
        "Long run low grey level emphasis",
        "Long run high grey level emphasis",
        "Grey level non-uniformity",
        "Normalised grey level non-uniformity",
        "Run length non-uniformity",
        "Normalised run length non-uniformity",
        "Run percentage",
        "Grey level variance",
        "Run length variance",
        "Run entropy",
    ),
    "run",
)
"""In IBSI's order."""


def measure_run_length(roi: TextureRoi, aggregations: Sequence[Aggregation]) -> dict[str, float]:
    """Measure the family for each aggregation."""
    n, longest = len(roi.gray.present), max(roi.mask.shape)

    def count(part: Part) -> Runs:
        grid = part.grid
        _, runs = count_pairs_and_runs(grid.slots, grid.spans, part.steps, n, longest, with_pairs=False)
        return part.voxels, runs

    parts = counted(roi, tuple(dict.fromkeys(aggregation.extent for aggregation in aggregations)), count)
    return by_direction(FEATURES, parts, aggregations, _merged, lambda runs, merged: _matrices(runs, roi.gray, merged))


def _merged(parts: Sequence[Runs]) -> Runs:
    return sum(voxels for voxels, _ in parts), np.sum([runs for _, runs in parts], axis=0, dtype=np.int32)


def _matrices(part: Runs, gray: GrayLevels, directions_merged: bool) -> list[SizeMatrix]:
    voxels, runs = part
    lengths = np.arange(1, runs.shape[2] + 1, dtype=np.float64)
    used = runs.sum(axis=0, keepdims=True) if directions_merged else runs
    times = len(runs) if directions_merged else 1
    return size_matrices(used.astype(np.float64), gray.present.astype(np.float64), lengths, float(voxels * times))
