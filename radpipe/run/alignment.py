"""Alignment: which images are measured through a registration, planned; and how their ROIs get there, worked."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from radpipe.cohort import Case, ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy, UsageError
from radpipe.geometry import Geometry
from radpipe.imaging.regrid import carry_image, carry_mask, cut_to_field, outside_percent
from radpipe.imaging.shelf import Shelf
from radpipe.imaging.transforms import RigidTransform, read_transform
from radpipe.run.coverage import TRANSFORMS, Carried, keep_coverage
from radpipe.run.kept_transforms import inputs_of, keep_transform, kept_transform, transform_name
from radpipe.run.tasks import Alignment, ImageTask
from radpipe.volume import Mask, Volume

__all__ = [
    "METHODS",
    "Carrier",
    "Registering",
    "aligned",
    "carrier_of",
    "place_of",
    "transform_name",
]

METHODS = ("rigid", "rigid-drawn")
"""Words of ``--register``: measured on the second image's own grid, or on the one that was drawn on."""

ON_DRAWN = "-drawn"

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
    images = {one.image_id: one for one in case.images}
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


@dataclass(frozen=True, slots=True, eq=False)
class Carrier:
    """Takes masks from the grid of the image that was drawn on to that of the image that is measured.

    Parameters
    ----------
    drawn
        The grid that masks are read on is its own.
    field
        Grid of the second image.
    transform
        From points of the drawn image to points of the second one.
    notes
        What each row must tell.
    on_drawn
        Whether the second image is taken to the drawn grid instead.
    names
        Of both images, for sentences: ``image`` and ``other``.
    """

    drawn: Geometry
    field: Geometry
    transform: RigidTransform
    notes: tuple[Note, ...]
    on_drawn: bool
    names: Mapping[str, str]

    def measured(self, volume: Volume) -> Volume:
        """Return the second image as it is measured: as it is, or on the drawn grid."""
        placed = carry_image(volume, self.drawn, self.transform) if self.on_drawn else volume
        return replace(placed, notes=(*placed.notes, *self.notes))

    def carry(self, mask: Mask, policy: Policy) -> Mask:
        """Return a mask on the grid that is measured.

        Raises
        ------
        InputError
            ``E_OUTSIDE``, ``E_EMPTY_ROI``, or what the policy makes of ``W_OUTSIDE``.
        """
        if self.on_drawn:
            return cut_to_field(mask, self.field, self.transform, policy)
        return carry_mask(mask, self.field, self.transform, policy)

    def outside_percent(self, mask: Mask) -> float:
        """Return the share of a drawn mask beyond the second image's field, 0 to 100."""
        return outside_percent(mask, self.field, self.transform)


def carrier_of(task: ImageTask, drawn: Volume, volume: Volume, out: Path | None) -> Carrier:
    """Find how masks get from one image to the other: from the user's file, a kept transform, or by registration.

    Parameters
    ----------
    task
        With an alignment.
    drawn, volume
        The image that was drawn on, and the one that is measured.
    out
        The output folder: transforms are kept there and used again. None keeps none.

    Raises
    ------
    InputError
        ``E_TRANSFORM``: the user's file cannot be used. ``E_REGISTRATION``: the registration cannot be trusted.
    """
    alignment = task.alignment
    if alignment is None:
        message = "the task has no alignment"
        raise ValueError(message)
    names = {"image": task.image.image_id, "other": alignment.drawn.image_id}
    stem = transform_name(task.image.case_id, task.image.image_id)
    kept = None if out is None else out / TRANSFORMS
    head = {"case_id": task.image.case_id, "image_id": names["image"], "modality": task.image.modality}
    head |= {"drawn_on": names["other"], "method": alignment.method}
    notes: tuple[Note, ...] = ()
    if alignment.file:
        way = read_transform(alignment.file)
        keep_transform(kept, stem, way, head | {"status": "given", "message": "", "figures": {}, "inputs": ""})
    else:
        inputs = inputs_of(drawn, volume)
        record, way = kept_transform(kept, stem, inputs) or _registered(drawn, volume, task.image.modality)
        record = head | record | {"inputs": inputs}
        keep_transform(kept, stem, way, record)
        code = {"refused": "E_REGISTRATION", "doubtful": "W_REGISTRATION"}.get(record["status"])
        notes = () if code is None else (task.policy.meet(code, **names, reason=record["message"]),)
    on_drawn = alignment.method.endswith(ON_DRAWN)
    return Carrier(drawn.geometry, volume.geometry, way, notes, on_drawn, names)


def _registered(drawn: Volume, volume: Volume, modality: str) -> tuple[dict[str, Any], RigidTransform]:
    from radpipe.imaging.registration import doubts, refusals, register_rigid

    found = register_rigid(drawn, volume)
    refused, doubtful = refusals(found), doubts(found)
    if modality == "PT":
        doubtful = (*doubtful, "a PET shows function and was taken over minutes of breathing")
    status = "refused" if refused else "doubtful" if doubtful else "ok"
    return {"status": status, "message": "; ".join(refused or doubtful), "figures": found.to_json()}, found.transform


def place_of(
    task: ImageTask, volume: Volume, carrier: Carrier | None, open_mask: Callable[..., Mask], out: Path | None
) -> tuple[Callable[[RoiRef], Mask], Callable[[], None]]:
    """Return what reads a ROI as a mask of the measured image, carried there where it was drawn elsewhere.

    A file that holds several ROIs in turn is read once.

    Parameters
    ----------
    task, volume, carrier
        What is measured, and how masks get there; None where they lie on it.
    open_mask
        Reads a mask.
    out
        The output folder, where the coverage of ROIs that were carried is kept; None keeps nothing.

    Returns
    -------
    place, keep
        What reads a ROI, and what keeps the coverage of those that were read.
    """
    shelf = Shelf()
    if carrier is None:
        return lambda roi: open_mask(roi, volume.geometry, task.policy, shelf), lambda: None
    carried: list[Carried] = []

    def place(roi: RoiRef) -> Mask:
        drawn = open_mask(roi, carrier.drawn, task.policy, shelf)
        outside = carrier.outside_percent(drawn)
        try:
            mask = carrier.carry(drawn, task.policy)
        except InputError as fault:
            carried.append(Carried(roi.name, drawn.volume_mm3, 0.0, outside, fault.code))
            raise
        carried.append(Carried(roi.name, drawn.volume_mm3, mask.volume_mm3, outside))
        return mask

    def keep() -> None:
        if out is not None and carried:
            stem = transform_name(task.image.case_id, task.image.image_id)
            keep_coverage(out, stem, task.image.case_id, carrier.names, carried)

    return place, keep
