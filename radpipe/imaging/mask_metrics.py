"""Numbers of a mask on its image that tell whether the outline can be right: content, parts, holes, gaps, place, twins.

They are taken from the very mask that is measured, on the image's own grid. What they mean for the cohort is said
elsewhere (:mod:`radpipe.qc.rules`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.volume import Mask, Volume

__all__ = [
    "AIR_BELOW_HU",
    "BONE_ABOVE_HU",
    "STRAY_BEYOND_MM",
    "TWIN_DICE",
    "WITHIN_SHARE",
    "MaskMetrics",
    "Overlap",
    "mask_digest",
    "mask_metrics",
]

AIR_BELOW_HU = -300.0
"""A voxel that is darker holds mostly air; fat is near -100 HU, lung near -800 HU."""

BONE_ABOVE_HU = 700.0
"""A voxel that is brighter is compact bone, metal or contrast; spongy bone is below."""

STRAY_BEYOND_MM = 10.0
"""A part whose box is so far from that of the largest part is no ragged edge of it."""

TWIN_DICE = 0.98
"""Two ROIs with a larger Dice coefficient are one outline under two names."""

NEIGHBOURS_FIT, OFF_SHARE = 0.6, 0.5
"""Two slices with a larger Dice coefficient fit each other; one between them with half of it to both is off."""

MIRRORED_SHARE = 0.95
"""An outline that shares more of its voxels with its mirror images has no form of its own."""

WITHIN_SHARE = 0.9
"""A ROI of which another holds a larger share lies inside it."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another ROI of the same image that holds the same voxels, or nearly all of this one's.

    Parameters
    ----------
    roi
        Its row's name.
    dice
        2 |A n B| / (|A| + |B|), 0 to 1.
    inside
        Share of this ROI's voxels that the other holds, 0 to 1.
    """

    roi: str
    dice: float
    inside: float


@dataclass(frozen=True, slots=True)
class MaskMetrics:
    """What is known of one mask on one image.

    Parameters
    ----------
    mask_sha256
        Over voxels and grid; see :func:`mask_digest`.
    form_sha256
        Over voxels and spacing alone: equal in two patients when an outline was copied. Empty where the outline nearly
        equals its mirror image along each axis, as the balls and boxes of phantoms do, which are equal by chance.
    unit
        Of the image: ``HU``, ``SUVbw`` or ``arbitrary``.
    voxels, volume_ml
        Size.
    mean, median, sd
        Of the image's values inside, in its unit.
    air_share, bone_share
        Share of voxels below ``AIR_BELOW_HU`` and above ``BONE_ABOVE_HU``, 0 to 1; None where the image is not in HU.
    parts, largest_share
        Parts that touch by no face, edge or corner (26 neighbours), and the share of voxels in the largest.
    stray_mm, stray_ml, stray_slice
        Of the smallest part that is ``STRAY_BEYOND_MM`` from the largest one, by their boxes: distance, volume, and
        slice index; 0, 0 and -1 where there is none.
    hole_ml, hole_slice
        Volume of the holes that the outline leaves in its slices (4 neighbours), and the slice of the largest; -1
        where there is none.
    gap_slices, gap_slice, gap_within
        Empty slices between the first and the last, the index of the first of them (-1: none), and whether one of the
        gaps lies between outlines that overlap in the plane, as where a slice was forgotten.
    off_slice, off_mm
        The slice whose outline lies beside those of both its neighbours, which fit each other, and how far its centre
        is from the middle of theirs; -1 and 0 where there is none.
    first_slice, last_slice, slices
        Extent as indices, and the number of slices of the image.
    touches
        ``first slice``, ``last slice`` and ``edge`` of the image that the mask reaches, joined by a semicolon; axes
        with one voxel do not count.
    centre_x_mm, centre_y_mm, centre_z_mm
        Mean position of the voxels in patient space (LPS): x grows to the patient's left.
    body_x_mm
        Mean x of what is no air in the mask's middle slice; None where the image is not in HU.
    overlaps
        Twins, and ROIs that hold this one; the union that this ROI is a part of does not count.
    """

    mask_sha256: str
    form_sha256: str
    unit: str
    voxels: int
    volume_ml: float
    mean: float
    median: float
    sd: float
    air_share: float | None
    bone_share: float | None
    parts: int
    largest_share: float
    stray_mm: float
    stray_ml: float
    stray_slice: int
    hole_ml: float
    hole_slice: int
    gap_slices: int
    gap_slice: int
    gap_within: bool
    off_slice: int
    off_mm: float
    first_slice: int
    last_slice: int
    slices: int
    touches: str
    centre_x_mm: float
    centre_y_mm: float
    centre_z_mm: float
    body_x_mm: float | None
    overlaps: tuple[Overlap, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "MaskMetrics":
        """Read what :meth:`to_json` wrote."""
        fields = dict(record)
        overlaps = tuple(Overlap(**overlap) for overlap in fields.pop("overlaps"))
        return cls(**fields, overlaps=overlaps)


def mask_digest(mask: Mask) -> str:
    """Digest the voxels of a mask and the grid they lie on; the same digest, the same outline at the same place.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits. The frame of reference does not count: it is a name, not a place.
    """
    grid = mask.geometry
    digest = hashlib.sha256(np.array(grid.size_zyx, dtype="<i8").tobytes())
    numbers = (*grid.spacing_zyx_mm, *grid.origin_xyz_mm, *grid.direction)
    digest.update(np.array(numbers, dtype="<f8").tobytes())
    digest.update(np.array([[span.start, span.stop] for span in mask.box], dtype="<i8").tobytes())
    digest.update(np.packbits(mask.crop).tobytes())
    return digest.hexdigest()


def mask_metrics(
    volume: Volume, masks: Mapping[str, Mask], sources: Mapping[str, frozenset[str]] | None = None
) -> dict[str, MaskMetrics]:
    """Take the numbers of each mask of an image.

    Parameters
    ----------
    volume
        The image as read.
    masks
        Name of the row -> mask on the image's grid.
    sources
        Name of the row -> ids of the ROIs it is made of. Rows that share one (a union and its part) are not compared.

    Raises
    ------
    ValueError
        A mask lies on another grid.
    """
    overlaps = _overlaps(masks, sources or {})
    return {name: _metrics(volume, mask, overlaps[name]) for name, mask in masks.items()}


def _metrics(volume: Volume, mask: Mask, overlaps: tuple[Overlap, ...]) -> MaskMetrics:
    inside = volume.array[mask.box][mask.crop]
    grid, hounsfield = volume.geometry, volume.unit == "HU"
    areas = mask.crop.sum(axis=(1, 2))
    centre = grid.index_to_mm([span.start + mean for span, mean in zip(mask.box, _mean_index(mask), strict=True)])
    middle = mask.box[0].start + int(np.searchsorted(np.cumsum(areas), mask.voxel_count / 2))
    return MaskMetrics(
        mask_sha256=mask_digest(mask),
        form_sha256=_form_digest(mask),
        unit=volume.unit,
        voxels=mask.voxel_count,
        volume_ml=mask.volume_mm3 / 1000.0,
        mean=float(inside.mean(dtype=np.float64)),
        median=float(np.median(inside)),
        sd=float(inside.std(dtype=np.float64)),
        air_share=float(np.mean(inside < AIR_BELOW_HU)) if hounsfield else None,
        bone_share=float(np.mean(inside > BONE_ABOVE_HU)) if hounsfield else None,
        **_parts(mask),
        **_holes(mask),
        **_gaps(mask, areas),
        **_off_slice(mask, areas),
        first_slice=mask.box[0].start,
        last_slice=mask.box[0].stop - 1,
        slices=grid.size_zyx[0],
        touches=_touches(mask),
        centre_x_mm=float(centre[0]),
        centre_y_mm=float(centre[1]),
        centre_z_mm=float(centre[2]),
        body_x_mm=_body_x_mm(volume, middle) if hounsfield else None,
        overlaps=overlaps,
    )


def _form_digest(mask: Mask) -> str:
    mirrored = [np.count_nonzero(mask.crop & np.flip(mask.crop, axis)) for axis in range(3)]
    if min(mirrored) > MIRRORED_SHARE * mask.voxel_count:
        return ""
    digest = hashlib.sha256(np.array(mask.crop.shape, dtype="<i8").tobytes())
    digest.update(np.array(mask.geometry.spacing_zyx_mm, dtype="<f8").tobytes())
    digest.update(np.packbits(mask.crop).tobytes())
    return digest.hexdigest()


def _mean_index(mask: Mask) -> list[float]:
    means = []
    for axis in range(3):
        others = tuple(other for other in range(3) if other != axis)
        profile = mask.crop.sum(axis=others, dtype=np.float64)
        means.append(float(profile @ np.arange(profile.size) / profile.sum()))
    return means


def _parts(mask: Mask) -> dict[str, Any]:
    from scipy import ndimage

    labels, count = ndimage.label(mask.crop, structure=np.ones((3, 3, 3)))
    if count == 1:
        return {"parts": 1, "largest_share": 1.0, "stray_mm": 0.0, "stray_ml": 0.0, "stray_slice": -1}
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    boxes = ndimage.find_objects(labels)
    largest = int(sizes.argmax())
    spacing = np.array(mask.geometry.spacing_zyx_mm)
    far = [_distance_mm(boxes[largest], box, spacing) for box in boxes]
    stray = [number for number in range(count) if far[number] > STRAY_BEYOND_MM]
    told: dict[str, Any] = {"parts": int(count), "largest_share": float(sizes[largest] / sizes.sum())}
    if not stray:
        return told | {"stray_mm": 0.0, "stray_ml": 0.0, "stray_slice": -1}
    least = min(stray, key=lambda number: int(sizes[number]))
    return told | {
        "stray_mm": far[least],
        "stray_ml": float(sizes[least] * mask.geometry.voxel_volume_mm3 / 1000.0),
        "stray_slice": mask.box[0].start + boxes[least][0].start,
    }


def _distance_mm(box: tuple[slice, ...], other: tuple[slice, ...], spacing_zyx_mm: npt.NDArray[np.float64]) -> float:
    """Shortest way between the voxels of two boxes, centre to centre; 0 where they overlap."""
    steps = [max(a.start - b.stop + 1, b.start - a.stop + 1, 0) for a, b in zip(box, other, strict=True)]
    return float(np.linalg.norm(np.array(steps) * spacing_zyx_mm))


def _holes(mask: Mask) -> dict[str, Any]:
    """Find the background of each slice that does not reach the slice's border."""
    from scipy import ndimage

    outside = np.pad(~mask.crop, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    in_plane = np.zeros((3, 3, 3), dtype=bool)
    in_plane[1] = ndimage.generate_binary_structure(2, 1)
    labels, count = ndimage.label(outside, structure=in_plane)
    if count == len(mask.crop):  # each slice has its one background
        return {"hole_ml": 0.0, "hole_slice": -1}
    voxels = outside & ~np.isin(labels, labels[:, 0, 0])
    areas = voxels.sum(axis=(1, 2))
    return {
        "hole_ml": float(areas.sum() * mask.geometry.voxel_volume_mm3 / 1000.0),
        "hole_slice": mask.box[0].start + int(areas.argmax()),
    }


def _gaps(mask: Mask, areas: npt.NDArray[np.int64]) -> dict[str, Any]:
    empty = np.flatnonzero(areas == 0)
    if not empty.size:
        return {"gap_slices": 0, "gap_slice": -1, "gap_within": False}
    filled = np.flatnonzero(areas)
    ends = [(a, b) for a, b in pairwise(filled) if b - a > 1]
    within = any(bool((mask.crop[a] & mask.crop[b]).any()) for a, b in ends)
    return {"gap_slices": int(empty.size), "gap_slice": mask.box[0].start + int(empty[0]), "gap_within": within}


def _off_slice(mask: Mask, areas: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Find the slice with the least overlap with its neighbours where those overlap each other well (Dice)."""
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


def _touches(mask: Mask) -> str:
    sizes = mask.geometry.size_zyx
    ends = [(span.start == 0, span.stop == size) for span, size in zip(mask.box, sizes, strict=True)]
    edge = any(any(ends[axis]) for axis in (1, 2) if sizes[axis] > 1)
    words = {"first slice": sizes[0] > 1 and ends[0][0], "last slice": sizes[0] > 1 and ends[0][1], "edge": edge}
    return "; ".join(word for word, meets in words.items() if meets)


def _body_x_mm(volume: Volume, z: int) -> float | None:
    inside = volume.array[z] > AIR_BELOW_HU
    count = int(np.count_nonzero(inside))
    if count == 0:
        return None
    columns = inside.sum(axis=0, dtype=np.float64)
    rows = inside.sum(axis=1, dtype=np.float64)
    y, x = rows @ np.arange(rows.size) / count, columns @ np.arange(columns.size) / count
    return float(volume.geometry.index_to_mm([z, y, x])[0])


def _overlaps(masks: Mapping[str, Mask], sources: Mapping[str, frozenset[str]]) -> dict[str, tuple[Overlap, ...]]:
    overlaps: dict[str, list[Overlap]] = {name: [] for name in masks}
    names = sorted(masks, key=lambda name: masks[name].crop.size)
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            if sources.get(name, frozenset()) & sources.get(other, frozenset()):
                continue
            common = _common(masks[name], masks[other])
            if not common:
                continue
            sizes = {name: masks[name].voxel_count, other: masks[other].voxel_count}
            dice = 2.0 * common / sum(sizes.values())
            for inner, outer in ((name, other), (other, name)):
                share = common / sizes[inner]
                if dice > TWIN_DICE or share > WITHIN_SHARE:
                    overlaps[inner].append(Overlap(outer, dice, share))
    return {name: tuple(found) for name, found in overlaps.items()}


def _common(mask: Mask, other: Mask) -> int:
    apart = any(a.stop <= b.start or b.stop <= a.start for a, b in zip(mask.box, other.box, strict=True))
    return 0 if apart else mask.common_voxels(other)
