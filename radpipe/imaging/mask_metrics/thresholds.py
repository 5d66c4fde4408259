"""Limits that the numbers of a mask use, each with its reason: air, bone, stray parts, twins."""

__all__ = ["AIR_BELOW_HU", "BONE_ABOVE_HU", "STRAY_BEYOND_MM", "TWIN_DICE", "WITHIN_SHARE"]


AIR_BELOW_HU = -300.0
"""A voxel that is darker holds mostly air; fat is near -100 HU, lung near -800 HU."""

BONE_ABOVE_HU = 700.0
"""A voxel that is brighter is compact bone, metal or contrast; spongy bone is below."""

STRAY_BEYOND_MM = 10.0
"""A part whose box is so far from that of the largest part is no ragged edge of it."""

TWIN_DICE = 0.98
"""Two ROIs with a larger Dice coefficient are one outline under two names."""

WITHIN_SHARE = 0.9
"""A ROI of which another holds a larger share lies inside it."""
