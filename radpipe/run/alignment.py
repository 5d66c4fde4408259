"""Alignment: which images are measured through a registration; planned from headers, without a pixel."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from radpipe.cohort import Case, ImageRef, RoiRef
from radpipe.errors import UsageError
from radpipe.run.kept_transforms import transform_name
from radpipe.run.tasks import Alignment

__all__ = ["METHODS", "ON_DRAWN", "Registering", "aligned"]

ON_DRAWN = "-drawn"

METHODS = ("rigid", "rigid-drawn", "deformable", "deformable-drawn")
"""Words of ``--register``: by which transform; measured on the second image's own grid, or on the one that was drawn
on."""

ENDINGS = (".tfm", ".txt", ".h5")


@dataclass(frozen=True, slots=True)
class Registering:
    """What is done about images that nothing was drawn on and that do not share patient space with the drawn one.

    Parameters
    ----------
    method
        One of ``METHODS``, or empty: nothing.
    folder
        Holds transforms of the user; one that is there is taken instead of registering. Empty: none.

    Raises
    ------
    UsageError
        The method is unknown, or the folder is not there.
    """

    method: str = ""
    folder: str = ""

    def __post_init__(self) -> None:
        if self.method and self.method not in METHODS:
            message = f"--register {self.method}: unknown; write {', '.join(METHODS)}"
            raise UsageError(message)
        if self.folder and not Path(self.folder).is_dir():
            message = f"--transform {self.folder}: no such folder"
            raise UsageError(message)

    def __bool__(self) -> bool:
        return bool(self.method or self.folder)

    def given(self, case_id: str, image_id: str) -> str:
        """Return the path of the user's transform for an image, or nothing."""
        if not self.folder:
            return ""
        paths = [Path(self.folder) / f"{transform_name(case_id, image_id)}{ending}" for ending in ENDINGS]
        return next((str(path.resolve()) for path in paths if path.is_file()), "")


def aligned(
    case: Case, image: ImageRef, rois: Sequence[RoiRef], registering: Registering
) -> tuple[ImageRef, Sequence[RoiRef], Alignment | None]:
    """Find the ROIs of a case that reach an image by registration only.

    Parameters
    ----------
    case, image
        What is planned.
    rois
        Those that the data set gives the image.
    registering
        What the user wants.

    Returns
    -------
    image, rois, alignment
        As they came, and None, where the image has ROIs of its own, shares patient space with what was drawn on, or
        nothing can be done. Else ROIs of the drawn image, and that image.
    """
    drawn, reached = _drawn_elsewhere(case, image, rois) if registering else (None, ())
    if drawn is None or not reached:
        return image, rois, None
    given = registering.given(case.case_id, image.image_id)
    if not given and not registering.method:
        return image, rois, None
    how = registering.method
    if given:
        how = f"given{ON_DRAWN}" if how.endswith(ON_DRAWN) else "given"
    columns = {**image.columns, "registered_to": drawn.image_id, "registration": how}
    return replace(image, columns=columns), reached, Alignment(drawn, how, given)


def _drawn_elsewhere(case: Case, image: ImageRef, rois: Sequence[RoiRef]) -> tuple[ImageRef | None, tuple[RoiRef, ...]]:
    images = {image.image_id: image for image in case.images}
    if rois:
        codes = {roi.refusal.code for roi in rois if roi.refusal is not None}
        if "E_UNREGISTERED" not in codes or any(roi.refusal is None for roi in rois):
            return None, ()
        others = [roi.refusal.facts["other"] for roi in rois if roi.refusal and roi.refusal.code == "E_UNREGISTERED"]
        freed = tuple(
            replace(roi, refusal=None) if roi.refusal and roi.refusal.code == "E_UNREGISTERED" else roi for roi in rois
        )
        return images.get(str(others[0])), freed
    homes = Counter(roi.image_ids[0] for roi in case.rois if roi.image_ids)
    for home, _ in homes.most_common():
        drawn = images[home]
        if _frame(drawn) and _frame(image) and _frame(drawn) != _frame(image):
            return drawn, tuple(roi for roi in case.rois if roi.image_ids and roi.image_ids[0] == home)
    return None, ()


def _frame(image: ImageRef) -> str:
    return "" if image.geometry is None else image.geometry.frame_of_reference_uid or ""
