"""Numbers of a mask on its image that tell whether the outline can be right: content, parts, holes, gaps, place, twins.

They are taken from the very mask that is measured, on the image's own grid. What they mean for the cohort is said
elsewhere (:mod:`radpipe.qc.rules`).
"""

from radpipe.imaging.mask_metrics.digests import mask_digest
from radpipe.imaging.mask_metrics.measure import mask_metrics
from radpipe.imaging.mask_metrics.thresholds import (
    AIR_BELOW_HU,
    BONE_ABOVE_HU,
    STRAY_BEYOND_MM,
    TWIN_DICE,
    WITHIN_SHARE,
)
from radpipe.imaging.mask_metrics.values import MaskMetrics, Overlap

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
