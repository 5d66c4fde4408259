"""A case: images and ROIs of one patient, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from radpipe.cohort.image_ref import ImageRef
from radpipe.cohort.roi_ref import RoiRef
from radpipe.errors import Note

__all__ = ["Case", "refuse_twins"]


@dataclass(frozen=True, slots=True)
class Case:
    """One patient (or one row group of a manifest): images, ROIs, and what is wrong with it.

    Parameters
    ----------
    case_id
        Unique in the cohort.
    images, rois
        What can be measured.
    problems
        Found while indexing; a code ``E_...`` here means that something of the case cannot be measured.
    clinical_key
        The patient id to look up in a clinical table; the case id unless the data set says otherwise.
    facts
        Columns that the table of cases carries as they are (for instance ``rca_dice``).
    reports
        Absolute paths of its structured reports, in which landmarks may stand.

    Raises
    ------
    ValueError
        An image id or ROI id occurs twice.
    """

    case_id: str
    images: tuple[ImageRef, ...]
    rois: tuple[RoiRef, ...]
    problems: tuple[Note, ...] = ()
    clinical_key: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    reports: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse_twins([image.image_id for image in self.images], f"case {self.case_id}: image id")
        refuse_twins([roi.roi_id for roi in self.rois], f"case {self.case_id}: roi id")
        if not self.clinical_key:
            object.__setattr__(self, "clinical_key", self.case_id)

    def rois_of(self, image_id: str) -> tuple[RoiRef, ...]:
        """Return the ROIs that may be measured on an image."""
        return tuple(roi for roi in self.rois if image_id in roi.image_ids)


def refuse_twins(ids: Sequence[str], what: str) -> None:
    """Refuse ids of which one occurs twice.

    Parameters
    ----------
    ids
        In their order.
    what
        What they are ids of, for the message.

    Raises
    ------
    ValueError
        One occurs twice; it is named.
    """
    seen: set[str] = set()
    for word in ids:
        if word in seen:
            message = f"{what} {word!r} occurs twice"
            raise ValueError(message)
        seen.add(word)
