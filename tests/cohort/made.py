"""A case of one image and one ROI, whose fields are all told."""

from dataclasses import MISSING, fields

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, Refusal, RoiRef
from radpipe.errors import Note
from radpipe.geometry import Geometry

GRID = Geometry((2, 3, 4), (3.0, 1.0, 1.0), frame_of_reference_uid="1.2.3")
IMAGE = ImageRef(
    "HN1004", "1.2.840", "CT", ImageKind.DICOM_SERIES, ("/data/a.dcm", "/data/b.dcm"), GRID, {"rca_dice": "0.62"}
)
TWIN = RoiRef("s1", "GTV-1", MaskKind.DICOM_SEG, "/data/seg.dcm", 2, ("1.2.840",))
REFUSAL = Refusal("E_LOW_DICE", {"dice": 0.625, "wanted": 0.9})
ROI = RoiRef(
    "r1",
    "GTV-1",
    MaskKind.RTSTRUCT,
    "/data/rs.dcm",
    7,
    ("1.2.840",),
    GRID,
    "gtv 1",
    "1.2.840",
    TWIN,
    REFUSAL,
    {"reader": "Kim"},
)
CASE = Case("HN1004", (IMAGE,), (ROI,), (Note("W_CASE", "odd"),), facts={"site": "larynx"}, reports=("/data/sr.dcm",))
COHORT = Cohort("hn1", "/data", (CASE,))


def at_default(reference: ImageRef | RoiRef, plain: ImageRef | RoiRef) -> list[str]:
    """Name the fields with a default in which two references are equal."""
    optional = [
        entry.name
        for entry in fields(reference)
        if entry.default is not MISSING or entry.default_factory is not MISSING
    ]
    return [name for name in optional if getattr(reference, name) == getattr(plain, name)]
