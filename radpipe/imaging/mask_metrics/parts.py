"""Parts of a mask that do not touch, and those that lie astray."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.imaging.mask_metrics.thresholds import STRAY_BEYOND_MM
from radpipe.volume import Mask

__all__ = ["parts"]


def parts(mask: Mask, count: int) -> dict[str, Any]:
    """Measure the parts that touch by no face, edge or corner, and find the smallest that lies astray.

    Parameters
    ----------
    mask
        An outline.
    count
        Its parts, from :func:`radpipe.kernels.parts.parts_and_holes`.

    Returns
    -------
    dict
        The fields ``parts``, ``largest_share``, ``stray_mm``, ``stray_ml`` and ``stray_slice`` of the metrics.
    """
    if count == 1:
        return {"parts": 1, "largest_share": 1.0, "stray_mm": 0.0, "stray_ml": 0.0, "stray_slice": -1}
    from scipy import ndimage

    labels, count = ndimage.label(mask.crop, structure=np.ones((3, 3, 3)))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    boxes = ndimage.find_objects(labels)
    largest = int(sizes.argmax())
    spacing = np.array(mask.geometry.spacing_zyx_mm)
    far = [_distance_mm(boxes[largest], box, spacing) for box in boxes]
    stray = [number for number in range(count) if far[number] > STRAY_BEYOND_MM]
    numbers: dict[str, Any] = {"parts": int(count), "largest_share": float(sizes[largest] / sizes.sum())}
    if not stray:
        return numbers | {"stray_mm": 0.0, "stray_ml": 0.0, "stray_slice": -1}
    least = min(stray, key=lambda number: int(sizes[number]))
    return numbers | {
        "stray_mm": far[least],
        "stray_ml": float(sizes[least] * mask.geometry.voxel_volume_mm3 / 1000.0),
        "stray_slice": mask.box[0].start + boxes[least][0].start,
    }


def _distance_mm(box: tuple[slice, ...], other: tuple[slice, ...], spacing_zyx_mm: npt.NDArray[np.float64]) -> float:
    """Shortest way between the voxels of two boxes, centre to centre; 0 where they overlap."""
    steps = [max(a.start - b.stop + 1, b.start - a.stop + 1, 0) for a, b in zip(box, other, strict=True)]
    return float(np.linalg.norm(np.array(steps) * spacing_zyx_mm))
