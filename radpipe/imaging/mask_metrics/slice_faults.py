"""Faults of an outline within its slices: holes, forgotten slices, and a slice beside its neighbours."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.volume import Mask

__all__ = ["gaps", "holes", "off_slice_of"]


NEIGHBOURS_FIT, OFF_SHARE = 0.6, 0.5
"""Two slices with a larger Dice coefficient fit each other; one between them with half of it to both is off."""


def holes(mask: Mask, count: int) -> dict[str, Any]:
    """Measure the background of each slice that does not reach the slice's border.

    Parameters
    ----------
    mask
        An outline.
    count
        Its holes, from :func:`radpipe.kernels.parts.parts_and_holes`.

    Returns
    -------
    dict
        The fields ``hole_ml`` and ``hole_slice`` of the metrics.
    """
    if count == 0:
        return {"hole_ml": 0.0, "hole_slice": -1}
    from scipy import ndimage

    outside = np.pad(~mask.crop, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    in_plane = np.zeros((3, 3, 3), dtype=bool)
    in_plane[1] = ndimage.generate_binary_structure(2, 1)
    labels, _ = ndimage.label(outside, structure=in_plane)
    voxels = outside & ~np.isin(labels, labels[:, 0, 0])
    areas = voxels.sum(axis=(1, 2))
    return {
        "hole_ml": float(areas.sum() * mask.geometry.voxel_volume_mm3 / 1000.0),
        "hole_slice": mask.box[0].start + int(areas.argmax()),
    }


def gaps(mask: Mask, areas: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Find the empty slices between the first and the last, and whether outlines beside them overlap.

    Parameters
    ----------
    mask
        An outline.
    areas
        Voxels of each slice of its box.

    Returns
    -------
    dict
        The fields ``gap_slices``, ``gap_slice`` and ``gap_within`` of the metrics.
    """
    empty = np.flatnonzero(areas == 0)
    if not empty.size:
        return {"gap_slices": 0, "gap_slice": -1, "gap_within": False}
    filled = np.flatnonzero(areas)
    ends = [(a, b) for a, b in pairwise(filled) if b - a > 1]
    within = any(bool((mask.crop[a] & mask.crop[b]).any()) for a, b in ends)
    return {"gap_slices": int(empty.size), "gap_slice": mask.box[0].start + int(empty[0]), "gap_within": within}


def off_slice_of(mask: Mask, areas: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Find the slice with the least overlap with its neighbours where those overlap each other well (Dice).

    Parameters
    ----------
    mask
        An outline.
    areas
        Voxels of each slice of its box.

    Returns
    -------
    dict
        The fields ``off_slice`` and ``off_mm`` of the metrics.
    """
    crop = mask.crop
    next_one = _dices(crop[:-1], crop[1:], areas[:-1] + areas[1:])
    next_but_one = _dices(crop[:-2], crop[2:], areas[:-2] + areas[2:])
    own = np.maximum(next_one[:-1], next_one[1:])
    odd = np.flatnonzero((next_but_one > NEIGHBOURS_FIT) & (own < OFF_SHARE * next_but_one) & (areas[1:-1] > 0))
    if not odd.size:
        return {"off_slice": -1, "off_mm": 0.0}
    place = int(odd[np.argmin(own[odd])]) + 1
    centres = np.array([_centre_yx(crop[z]) for z in (place - 1, place, place + 1)])
    way = (centres[1] - centres[[0, 2]].mean(axis=0)) * mask.geometry.spacing_zyx_mm[1:]
    return {"off_slice": mask.box[0].start + place, "off_mm": float(np.linalg.norm(way))}


def _dices(
    slices: npt.NDArray[np.bool_], others: npt.NDArray[np.bool_], sizes: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    common = (slices & others).sum(axis=(1, 2))
    dices: npt.NDArray[np.float64] = 2.0 * common / np.maximum(sizes, 1)
    return dices


def _centre_yx(plane: npt.NDArray[np.bool_]) -> list[float]:
    return [float(np.mean(indices)) for indices in np.nonzero(plane)]
