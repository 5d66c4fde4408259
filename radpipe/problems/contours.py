"""Contours of RTSTRUCT files."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_NO_CONTOURS",
        "error",
        "the ROI has no closed planar contour ({found})",
        "check the ROI in the planning system",
        "A ROI of points or open lines, or an empty one.",
    ),
    entry(
        "E_OUTSIDE",
        "error warn",
        "{percent:.1f} % of the ROI's area lies outside the image",
        "check that the ROI belongs to this image",
        "Contours off the image.",
    ),
    entry(
        "W_OUTSIDE",
        "warn error",
        "{percent:.1f} % of the ROI's area lies outside the image and was cut",
        "check the field of view",
        "A part of the ROI is cut by the image's border.",
    ),
    entry(
        "W_OPEN_CONTOURS",
        "warn error",
        "{count} contours are points or open lines and have no area ({kinds})",
        "nothing, if they are markers",
        "POINT and OPEN_* contours are counted, not filled.",
    ),
    entry(
        "W_NESTED_CONTOURS",
        "warn error fix",
        "contours of the ROI overlap on {count} slices; {effect}",
        "--policy W_NESTED_CONTOURS=fix takes the union instead",
        "Overlapping CLOSED_PLANAR contours.",
    ),
    entry(
        "W_OFF_SLICE",
        "warn error",
        "{count} contours lie between slices or in another plane; {percent:.1f} % of the area had no slice within "
        "half a spacing; {displaced} gave way to a plane nearer to their slice",
        "check that the ROI was drawn on this series",
        "Contours that belong to no slice, or share one with a nearer plane; half way between two slices the upper one "
        "is taken.",
    ),
    entry(
        "W_GAP",
        "warn error fix",
        "the ROI, or a part of it, is not drawn on {missing} of the slices that it crosses ({percent:.0f} %): {where}; "
        "{effect}",
        "check the planes in the planning system; --policy W_GAP=fix interpolates between planes (shape-based)",
        "Planes of contours further apart than the image's slices, or planes that are missing.",
    ),
    entry(
        "W_CUT",
        "warn error",
        "the ROI reaches the image's end at {positions}; what lies beyond is not measured",
        "check that no slices are missing at that end",
        "A contour on the first or the last slice of the image.",
    ),
    entry(
        "W_DOUBLED_CONTOURS",
        "warn error",
        "{count} contours are in the file more than once and were counted once",
        "nothing, unless the file was put together from two",
        "Equal contours: even-odd would make a hole of the ROI.",
    ),
    entry(
        "W_CROSSED_CONTOURS",
        "warn error",
        "{count} contours cross or overlap themselves: they enclose {filled:.0f} voxels, but {area:.0f} by their ring",
        "check these contours in the planning system",
        "A contour like a figure eight, or one that runs round twice; it is filled even-odd.",
    ),
    entry(
        "W_STRAY_CONTOURS",
        "warn error",
        "{count} contours with {percent:.2f} % of the ROI's voxels lie apart from the rest, at {positions}",
        "check for a click that was left on another slice: it changes diameters and extents",
        "A few voxels far above or below the rest of a ROI.",
    ),
    entry(
        "W_DEGENERATE_CONTOURS",
        "warn error",
        "{count} contours have fewer than three different points",
        "nothing",
        "Contours without an area.",
    ),
    entry(
        "W_CONTOUR_IMAGE",
        "warn error",
        "{count} contours refer to images that are not in the series; they were placed by geometry",
        "nothing, if the geometry is right",
        "Referenced SOP instances are only cross-checked.",
    ),
)
