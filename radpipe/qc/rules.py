"""The rules of flags: what each looks at, where its fence stands, why, what to do. The documentation is made of it."""

from dataclasses import dataclass

__all__ = [
    "CASE_LEAST",
    "CASE_SHARE",
    "CASE_Z",
    "FEWEST_FLAGGED",
    "FEWEST_SHOWN",
    "FLAGS",
    "FLOORS",
    "HOLE_ML",
    "LARGEST_SHARE",
    "OFF_BODY_SHARE",
    "PAIR_RATIO",
    "PLACE_FLOOR_MM",
    "ROBUST_Z",
    "SHARE_FLOOR",
    "SIDE_MM",
    "SMALLEST_FORM_ML",
    "STRAY_TARGET_ML",
    "Rule",
]

ROBUST_Z = 3.5
"""Robust z beyond which a value is odd. Iglewicz and Hoaglin 1993, How to detect and handle outliers."""

FEWEST_FLAGGED = 20
"""Fewest ROIs of one name and modality among which one is called odd."""

FEWEST_SHOWN = 10
"""Fewest among which the robust z is shown; no flag comes of it below ``FEWEST_FLAGGED``."""

FLOORS = {"volume": 0.1, "content_hu": 15.0, "content_suv": 0.2, "content_normalised": 0.1, "shape": 0.03}
"""Least spread: of the log of mL, HU, log of SUV, SD of a normalised image, sphericity. Without it a tight cohort (of
spinal cords, say) calls 8 % of its members odd."""

SMALLEST_FORM_ML = 2.0
"""Below it the voxel grid decides the sphericity."""

SHARE_FLOOR = 0.10
"""Least distance of the fence from the third quartile of the share of air or bone: streaks stay within."""

OFF_BODY_SHARE = 0.8
"""Share of air that no part of a body has where none is expected: flagged without a cohort."""

LARGEST_SHARE = 0.95
"""An organ whose largest part holds less is in pieces."""

STRAY_TARGET_ML = 0.05
"""Of targets, which may have parts, only a distant one that is smaller is called stray: no node is so small."""

HOLE_ML = 0.1
"""A larger hole in the slices of an outline is told."""

SIDE_MM = 5.0
"""How far a sided organ without its partner must lie on the other side of the cord, or of the body's middle."""

PAIR_RATIO = 2.0
"""Left and right glands, eyes and cochleas that differ by more."""

PLACE_FLOOR_MM = 3.0
"""Least spread of a centre's place relative to another organ, along each axis."""

CASE_LEAST, CASE_SHARE, CASE_Z = 2, 0.5, 2.5
"""So many of an image's ROIs are flagged by content or place, and such a share of them is flagged or has content beyond
this robust z: image and contours do not fit. Outlines that slide within muscle are far less odd each than together."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of flags.

    Parameters
    ----------
    code
        As in the column ``flags``.
    looks_at, when, why, remedy
        For the documentation, and for the page.
    """

    code: str
    looks_at: str
    when: str
    why: str
    remedy: str


FLAGS = {
    rule.code: rule
    for rule in (
        Rule(
            "case",
            "all ROIs of one image",
            "at least 2 are flagged by content, air, bone or place, and at least half of those that can be judged are "
            "flagged so or have content beyond a robust z of 2.5",
            "the image and the contours do not fit each other: another frame of reference, another patient, a flip",
            "compare patient, series and date of image and structure set; export both again",
        ),
        Rule(
            "content",
            "mean HU (CT), log of the median SUV (PET), mean of a normalised MR",
            "robust z beyond 3.5 among at least 20 ROIs of that name; spread at least 15 HU, 0.2, 0.1 SD",
            "the outline lies on something else, or on the right organ of an unusual patient (no contrast, fat)",
            "look whether the outline follows the organ; exclude what is shifted or another structure",
        ),
        Rule(
            "place",
            "centre relative to brainstem, spinal cord and mandible of the same image (else to other organs); not of "
            "targets",
            "robust Mahalanobis distance beyond the fence for three dimensions, for more than half of the organs it is "
            "compared with; spread at least 3 mm an axis; at least 20 images that have both",
            "this one organ is shifted, on another level, or named wrongly",
            "look at the overview; exclude or redraw",
        ),
        Rule(
            "side",
            "names with a side; x grows to the patient's left",
            "the left one lies to the right of the right one; alone, 5 mm beyond the spinal cord, brainstem or the "
            "body's middle on the other side",
            "sides were swapped, or the image is mirrored",
            "compare with the image; rename, or exclude both",
        ),
        Rule(
            "twins",
            "voxels of other ROIs of the image, and outlines of other patients",
            "Dice above 0.98 with another name; more than 90 % inside another organ (targets, body, brain, canals and "
            "the like may hold others); or the very outline of another patient, unless half of at least 10 ROIs of "
            "that name have one",
            "copied under two names, or from another patient",
            "find out which of the two it is; exclude the other",
        ),
        Rule(
            "air",
            "share of voxels below -300 HU; not of lungs, cavities, airways, body",
            "beyond the third quartile by three interquartile ranges and 10 points, among at least 20; or above 80 % "
            "in any run",
            "the outline leaves the body, or lies on the couch",
            "look at the outline's border; redraw or exclude",
        ),
        Rule(
            "bone",
            "share of voxels above 700 HU; not of bones, cochlea, mandible, body",
            "beyond the third quartile by three interquartile ranges and 10 points, among at least 20",
            "on bone, metal or a filling, or shifted",
            "look; a filling in a large organ may be an acceptable variation",
        ),
        Rule(
            "slice",
            "the outline of each slice beside those of its neighbours",
            "Dice to both is less than half of what they have with each other, which is above 0.6",
            "one slice's outline was moved, or is that of another structure",
            "redraw the slice",
        ),
        Rule(
            "gaps",
            "empty slices between the first and the last",
            "any; of targets only between outlines that overlap, since nodes lie apart",
            "a slice was forgotten",
            "draw it, or --policy W_GAP=fix for RTSTRUCTs",
        ),
        Rule(
            "cut",
            "first and last slice of the image, and its edge in the plane",
            "any, unless half of at least 10 ROIs of that name reach the border too",
            "the scan was too short: the volume is a lower bound",
            "keep it as a variation where texture is asked, exclude it where volume is",
        ),
        Rule(
            "parts",
            "parts that do not touch (26 neighbours)",
            "organs: the largest part holds less than 95 %, or a part lies more than 10 mm away; targets: a distant "
            "part below 0.05 mL; not where half of at least 10 ROIs of that name are so",
            "stray clicks, or two structures under one name",
            "delete the stray part, or exclude",
        ),
        Rule(
            "holes",
            "background that a slice's outline encloses (4 neighbours)",
            "more than 0.1 mL, unless half of at least 10 ROIs of that name have such",
            "an inner contour was read as a hole, or painting left one",
            "look whether the hole is meant",
        ),
        Rule(
            "volume",
            "log of the volume",
            "robust z beyond 3.5 among at least 20; spread at least 0.1",
            "far too small or large; a large tumour alone is not odd on the log scale",
            "look at first and last slice",
        ),
        Rule(
            "pair",
            "volumes of left and right glands, eyes, lenses and cochleas",
            "one is more than twice the other",
            "half drawn, or swapped with another organ; or removed by surgery",
            "look at both",
        ),
        Rule(
            "shape",
            "sphericity, of ROIs over 2 mL",
            "robust z beyond 3.5 among at least 20; spread at least 0.03",
            "ragged, flattened, or in pieces",
            "turn through the slices",
        ),
        Rule(
            "run",
            "warnings of the row",
            "any that is about image or outline, unless half of at least 10 ROIs of that name have it",
            "reading image or contours met something odd",
            "the sentence says what; `radpipe codes` what to do",
        ),
    )
}
"""Code -> rule, the gravest first: the order in which a row's flags are listed."""
