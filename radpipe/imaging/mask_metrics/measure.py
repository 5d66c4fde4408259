"""The measuring: all numbers of each mask of an image."""

from collections.abc import Mapping

import numpy as np

from radpipe.imaging.mask_metrics.digests import form_digest, mask_digest
from radpipe.imaging.mask_metrics.overlaps import overlaps_of
from radpipe.imaging.mask_metrics.parts import parts
from radpipe.imaging.mask_metrics.place import body_x_of, mean_index, touches_of
from radpipe.imaging.mask_metrics.slice_faults import gaps, holes, off_slice_of
from radpipe.imaging.mask_metrics.summary import mean_median_sd
from radpipe.imaging.mask_metrics.thresholds import AIR_BELOW_HU, BONE_ABOVE_HU
from radpipe.imaging.mask_metrics.values import MaskMetrics, Overlap
from radpipe.volume import Mask, Volume

__all__ = ["mask_metrics"]


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
    overlaps = overlaps_of(masks, sources or {})
    return {name: _metrics(volume, mask, overlaps[name]) for name, mask in masks.items()}


def _metrics(volume: Volume, mask: Mask, overlaps: tuple[Overlap, ...]) -> MaskMetrics:
    from radpipe.kernels.parts import parts_and_holes  # numba, which the process that plans does not need
    from radpipe.kernels.spans import values_inside

    inside = values_inside(volume.array[mask.box], mask.crop)
    mean, median, sd = mean_median_sd(inside)
    part_count, hole_count = parts_and_holes(mask.crop)
    grid, hounsfield = volume.geometry, volume.unit == "HU"
    areas = np.array([np.count_nonzero(plane) for plane in mask.crop])
    centre = grid.index_to_mm([span.start + mean for span, mean in zip(mask.box, mean_index(mask), strict=True)])
    middle = mask.box[0].start + int(np.searchsorted(np.cumsum(areas), mask.voxel_count / 2))
    return MaskMetrics(
        mask_sha256=mask_digest(mask),
        form_sha256=form_digest(mask),
        unit=volume.unit,
        voxels=mask.voxel_count,
        volume_ml=mask.volume_mm3 / 1000.0,
        mean=mean,
        median=median,
        sd=sd,
        air_share=float(np.mean(inside < AIR_BELOW_HU)) if hounsfield else None,
        bone_share=float(np.mean(inside > BONE_ABOVE_HU)) if hounsfield else None,
        **parts(mask, part_count),
        **holes(mask, hole_count),
        **gaps(mask, areas),
        **off_slice_of(mask, areas),
        first_slice=mask.box[0].start,
        last_slice=mask.box[0].stop - 1,
        slices=grid.size_zyx[0],
        touches=touches_of(mask),
        centre_x_mm=float(centre[0]),
        centre_y_mm=float(centre[1]),
        centre_z_mm=float(centre[2]),
        body_x_mm=body_x_of(volume, middle) if hounsfield else None,
        overlaps=overlaps,
    )
