"""What is known of a mask on its image: the numbers, and the other ROIs that hold the same voxels."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

__all__ = ["MaskMetrics", "Overlap"]


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
        record = {field.name: getattr(self, field.name) for field in fields(self)}
        return record | {"overlaps": tuple(asdict(overlap) for overlap in self.overlaps)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "MaskMetrics":
        """Read what :meth:`to_json` wrote."""
        numbers = dict(record)
        overlaps = tuple(Overlap(**overlap) for overlap in numbers.pop("overlaps"))
        return cls(**numbers, overlaps=overlaps)
