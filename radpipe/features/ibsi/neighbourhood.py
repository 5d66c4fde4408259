"""Neighbourhood grey tone difference (IBSI 3.10, IPET) and neighbouring grey level dependence features (3.11, REK0)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.classes.ngtdm import gray_tone_differences
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.ibsi.sizes import SizeMatrix, features_of_sizes, size_matrices
from radpipe.features.ibsi.texture import Part, TextureRoi, by_extent, counted
from radpipe.features.inputs import GrayLevels
from radpipe.kernels.neighbours import count_dependences, sum_tone_differences
from radpipe.kernels.runs import count_pairs_and_runs

__all__ = [
    "DEPENDENCE_FEATURES",
    "TONE_FEATURES",
    "Neighbourhood",
    "measure_dependence",
    "measure_tone_difference",
    "neighbourhood_of",
]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """What is counted in a slice or the volume.

    Parameters
    ----------
    part
        The slice or volume.
    pairs
        Of neighbouring grey levels, shape (A, n, n).
    dependence
        Voxels by grey level and number of dependent neighbours, shape (n, 2 A + 1).
    difference
        Summed differences from the neighbours' mean by grey level, shape (n,).
    surrounded
        Voxels by grey level that have a neighbour in the ROI, shape (n,).
    """

    part: Part
    pairs: npt.NDArray[np.int32]
    dependence: npt.NDArray[np.int64]
    difference: npt.NDArray[np.float64]
    surrounded: npt.NDArray[np.int64]


def neighbourhood_of(roi: TextureRoi, extents: Sequence[str]) -> dict[str, list[Neighbourhood]]:
    """Count pairs, dependences and differences; extent -> counts of each part."""
    return counted(roi, extents, lambda part: _neighbourhood(part, roi.gray))


def _neighbourhood(part: Part, gray: GrayLevels) -> Neighbourhood:
    grid, steps, n = part.grid, part.steps, len(gray.present)
    pairs, _ = count_pairs_and_runs(grid.slots, grid.spans, steps, n, 0, with_pairs=True)
    dependence = count_dependences(grid.slots, grid.slots, grid.spans, steps, n, 0)
    difference, surrounded = sum_tone_differences(grid.slots, grid.levels(gray), grid.spans, steps, n)
    return Neighbourhood(part, pairs, dependence, difference, surrounded)


def _merged(parts: Sequence[Neighbourhood]) -> Neighbourhood:
    return Neighbourhood(
        parts[0].part,
        np.sum([part.pairs for part in parts], axis=0, dtype=np.int32),
        np.sum([part.dependence for part in parts], axis=0),
        np.sum([part.difference for part in parts], axis=0),
        np.sum([part.surrounded for part in parts], axis=0),
    )


@dataclass(frozen=True, slots=True)
class ToneDifference:
    """The features of one matrix, by PyRadiomics' names."""

    values: Mapping[str, float]


def _tone(name: str) -> Callable[[ToneDifference], float]:
    return lambda shared: shared.values[name]


ToneFeature = IbsiFeature[ToneDifference]

TONE_FEATURES: tuple[ToneFeature, ...] = (
    ToneFeature(
        "ngt_coarseness", "QCDE", "Coarseness", "1 / sum p_i s_i; 10^6 without differences", "", _tone("Coarseness")
    ),
    ToneFeature(
        "ngt_contrast",
        "65HE",
        "Contrast",
        "sum p_i p_j (i - j)^2 / (Ngp (Ngp - 1)) * sum s_i / N; Ngp levels occur",
        "",
        _tone("Contrast"),
    ),
    ToneFeature("ngt_busyness", "NQ30", "Busyness", "sum p_i s_i / sum |i p_i - j p_j|", "", _tone("Busyness")),
    ToneFeature(
        "ngt_complexity",
        "HDEZ",
        "Complexity",
        "sum |i - j| (p_i s_i + p_j s_j) / (p_i + p_j) / N",
        "",
        _tone("Complexity"),
    ),
    ToneFeature(
        "ngt_strength",
        "1X9X",
        "Strength",
        "sum (p_i + p_j) (i - j)^2 / sum s_i; 0 without differences",
        "",
        _tone("Strength"),
    ),
)
"""In IBSI's order. Voxels without a neighbour in the ROI do not count."""


def measure_tone_difference(
    parts: Mapping[str, Sequence[Neighbourhood]], gray: GrayLevels, extents: Sequence[str]
) -> dict[str, float]:
    """Measure the family for each extent, of counts from :func:`neighbourhood_of` and the ROI's grey levels."""

    def statistics(part: Neighbourhood) -> ToneDifference:
        used = part.surrounded > 0
        if not used.any():
            return ToneDifference(
                dict.fromkeys(("Coarseness", "Contrast", "Busyness", "Complexity", "Strength"), float("nan"))
            )
        levels = GrayLevels(gray.slots, np.concatenate([[0], gray.present[used]]), part.surrounded[used])
        return ToneDifference(gray_tone_differences(part.difference[used], levels))

    return by_extent(TONE_FEATURES, parts, extents, _merged, statistics)


DEPENDENCE_FEATURES: tuple[IbsiFeature[SizeMatrix], ...] = (
    *features_of_sizes(
        "ngl",
        "dependence count",
        (
            *("lde", "hde", "lgce", "hgce", "ldlge", "ldhge", "hdlge", "hdhge"),
            *("glnu", "glnu_norm", "dcnu", "dcnu_norm", "dc_perc", "gl_var", "dc_var", "dc_entr"),
        ),
        "SODN IMOQ TL9H OAE7 EQ3F JA6D NBZI 9QMG FP8K 5SPA Z87G OKJI 6XV8 1PFV DNX2 FCBV",
        (
            "Low dependence emphasis",
            "High dependence emphasis",
            "Low grey level count emphasis",
            "High grey level count emphasis",
            "Low dependence low grey level emphasis",
            "Low dependence high grey level emphasis",
            "High dependence low grey level emphasis",
            "High dependence high grey level emphasis",
            "Grey level non-uniformity",
            "Normalised grey level non-uniformity",
            "Dependence count non-uniformity",
            "Normalised dependence count non-uniformity",
            "Dependence count percentage",
            "Grey level variance",
            "Dependence count variance",
            "Dependence count entropy",
        ),
        "neighbourhood",
    ),
    IbsiFeature("ngl_dc_energy", "CAS9", "Dependence count energy", "sum p^2", "", lambda s: s.energy),
)
"""In IBSI's order. j counts the voxel itself, so it is at least 1."""


def measure_dependence(
    parts: Mapping[str, Sequence[Neighbourhood]], gray: GrayLevels, extents: Sequence[str]
) -> dict[str, float]:
    """Measure the family for each extent, of counts from :func:`neighbourhood_of` and the ROI's grey levels."""

    def statistics(part: Neighbourhood) -> SizeMatrix:
        counts = part.dependence[None].astype(np.float64)
        sizes = np.arange(1, counts.shape[2] + 1, dtype=np.float64)
        return size_matrices(counts, gray.present.astype(np.float64), sizes, float(counts.sum()))[0]

    return by_extent(DEPENDENCE_FEATURES, parts, extents, _merged, statistics)
