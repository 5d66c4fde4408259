"""Carrier: takes ROIs to an image that they were not drawn on, by a transform that is given, kept, or searched."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from radpipe.cohort import RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.bent_files import read_way
from radpipe.imaging.deformation import Deformation
from radpipe.imaging.regrid import carry_image, carry_mask, centres_of, cut_to_field, outside_percent
from radpipe.imaging.shelf import Shelf
from radpipe.imaging.transforms import RigidTransform
from radpipe.run.alignment import ON_DRAWN
from radpipe.run.coverage import TRANSFORMS, Carried, keep_coverage
from radpipe.run.kept_transforms import inputs_of, keep_transform, kept_transform, transform_name
from radpipe.run.tasks import ImageTask
from radpipe.volume import Mask, Volume

__all__ = ["Carrier", "carrier_of", "place_of"]


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
    transform: RigidTransform | Deformation
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
            ``E_OUTSIDE``, ``E_EMPTY_ROI``, or what the policy makes of ``W_OUTSIDE`` and ``W_DEFORMED``.
        """
        take = cut_to_field if self.on_drawn else carry_mask
        carried = take(mask, self.field, self.transform, policy)
        if isinstance(self.transform, RigidTransform):
            return carried
        percent = 100.0 * (self.transform.volume_ratio(centres_of(mask)) - 1.0)
        note = policy.meet("W_DEFORMED", **self.names, percent=percent, largest=self.transform.largest_mm)
        return replace(carried, notes=(*carried.notes, note))

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
        ``E_DEFORMATION``: the deformation folds space.
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
        way = read_way(alignment.file, volume.geometry)
        figures = way.to_json() if isinstance(way, Deformation) else {}
        record = head | {"status": "given", "message": "", "figures": figures, "inputs": ""}
        keep_transform(kept, stem, way, record, given=alignment.file)
    else:
        bends = alignment.method.startswith("deformable")
        inputs = inputs_of(drawn, volume, bends=bends)
        known = kept_transform(kept, stem, inputs, volume.geometry)
        record, way = known or _registered(drawn, volume, task.image.modality, bends=bends)
        record = head | record | {"inputs": inputs}
        keep_transform(kept, stem, way, record)
        code = {"refused": "E_REGISTRATION", "doubtful": "W_REGISTRATION"}.get(str(record["status"]))
        notes = () if code is None else (task.policy.meet(code, **names, reason=str(record["message"])),)
    on_drawn = alignment.method.endswith(ON_DRAWN)
    return Carrier(drawn.geometry, volume.geometry, way, notes, on_drawn, names)


def _registered(
    drawn: Volume, volume: Volume, modality: str, *, bends: bool
) -> tuple[dict[str, Any], RigidTransform | Deformation]:
    from radpipe.imaging.registration import doubts, refusals, register_rigid

    registration = register_rigid(drawn, volume)
    refused, doubtful = refusals(registration), doubts(registration)
    figures: dict[str, Any] = registration.to_json()
    sentences: tuple[str, ...] = ()
    way: RigidTransform | Deformation = registration.transform
    if bends and not refused:
        from radpipe.imaging.deformable import bend_doubts, register_deformable

        bending = register_deformable(drawn, volume, registration.transform)
        doubtful, way = (*doubtful, *bend_doubts(bending)), bending.way
        figures |= bending.to_json()
        sentences = (bending.told,) if bending.told else ()
    if modality == "PT":
        doubtful = (*doubtful, "a PET shows function and was taken over minutes of breathing")
    status = "refused" if refused else "doubtful" if doubtful else "ok"
    return {"status": status, "message": "; ".join(refused or (*doubtful, *sentences)), "figures": figures}, way


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
