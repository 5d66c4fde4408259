"""Opening what a task names: its image and masks; kept open while settings, controls and states of it follow."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from radpipe.cohort import RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.features.remarks import size_remarks
from radpipe.features.shared_image import SharedImage
from radpipe.imaging.open import open_image, open_mask, unite
from radpipe.rois import Target
from radpipe.run.carrier import carrier_of, place_of
from radpipe.run.keys import stamps_of
from radpipe.run.tasks import ImageTask
from radpipe.volume import Mask, Volume

__all__ = ["LastImage", "open_targets"]

Opened = tuple[Volume, dict[str, Mask | InputError]]


def open_targets(
    task: ImageTask, tell: Callable[[str], None] | None = None, out: Path | None = None
) -> tuple[Volume, dict[str, Mask | InputError]]:
    """Open the image and the mask of each target; a mask that cannot be used is its error.

    Raises
    ------
    InputError
        The image itself cannot be used.
    """
    volume = open_image(task.image, task.policy)
    volume = replace(volume, notes=(*volume.notes, *_fitness(task, volume.unit)))
    carrier = None
    if task.alignment is not None:
        carrier = carrier_of(task, open_image(task.alignment.drawn, task.policy), volume, out)
        volume = carrier.measured(volume)
    place, keep = place_of(task, volume, carrier, open_mask, out)
    masks: dict[str, Mask | InputError] = {}
    for target in task.targets:
        if tell is not None:
            tell(target.name)
        try:
            masks[target.name] = _mask(target, volume, task.policy, place)
        except InputError as fault:
            masks[target.name] = fault.located(case=task.image.case_id, roi=target.name)
    keep()
    return volume, masks


def _fitness(task: ImageTask, unit: str) -> tuple[Note, ...]:
    """Compare the image with what the settings are for; an image whose modality nobody told is taken at its word."""
    purpose, modality = task.params.purpose, task.image.modality
    unit_fits = not purpose.unit or unit == purpose.unit or modality in ("", "OT")
    if purpose.suits(modality) and unit_fits:
        return ()
    facts = {"preset": task.params.name, "wanted": str(purpose), "found": f"{modality} in {unit} units"}
    return (task.policy.meet("E_PRESET_MODALITY", **facts),)


def _mask(target: Target, volume: Volume, policy: Policy, place: Callable[[RoiRef], Mask]) -> Mask:
    mask = unite([place(roi) for roi in target.rois])
    notes = [*mask.notes, *size_remarks(mask, policy)]
    for roi in target.rois:
        if roi.found_name:
            notes.append(policy.meet("W_ROI_TRANSLATED", found=roi.found_name, asked=roi.name))
        if roi.twin is not None:
            notes.append(_agreement(roi.twin, place, mask, policy))
    return replace(mask, notes=tuple(notes))


def _agreement(twin: RoiRef, place: Callable[[RoiRef], Mask], mask: Mask, policy: Policy) -> Note:
    """Compare a ROI of a RTSTRUCT with its copy in a SEG, by Dice's coefficient 2 |A n B| / (|A| + |B|)."""
    try:
        other = place(twin)
    except InputError as fault:
        return policy.meet("W_AGREEMENT_UNKNOWN", name=twin.name, chosen="the RTSTRUCT", reason=fault.sentence)
    dice = 2.0 * mask.common_voxels(other) / (mask.voxel_count + other.voxel_count)
    return policy.meet("W_AGREEMENT", name=twin.name, dice=dice, chosen="the RTSTRUCT")


class LastImage:
    """The image that was opened last, and what its variants share; the next image takes its place.

    It belongs to who measures one task after the other, and travels empty. A file that changed is read again.
    ``shared`` is what the variants of the image share; None before one is open.
    """

    def __init__(self) -> None:
        self._task: ImageTask | None = None
        self._stamps: list[Any] = []
        self.shared: SharedImage | None = None
        self._forget()

    def __reduce__(self) -> tuple[type["LastImage"], tuple[()]]:
        return LastImage, ()

    def _forget(self) -> None:
        self._opened: Opened | None = None
        self._fitness: tuple[Note, ...] = ()
        self._digests: dict[str, list[Any]] = {}
        self.shared = None

    def digests_for(self, task: ImageTask) -> dict[str, list[Any]]:
        """Return the digests of files of a task that are known, to be added to; another image is let go.

        Parameters
        ----------
        task
            What is measured next.
        """
        stamps = stamps_of(task)
        if self._task is None or _inputs(self._task) != _inputs(task) or stamps != self._stamps:
            self._forget()
        self._task, self._stamps = task, stamps
        return self._digests

    def open(self, task: ImageTask, out: Path | None = None) -> Opened:
        """Open the image and the mask of each target, or return them as they lie open; as :func:`open_targets`.

        Parameters
        ----------
        task, out
            As there.

        Raises
        ------
        InputError
            The image itself cannot be used.
        """
        self.digests_for(task)
        if self._opened is None or self._fitness != _fitness(task, self._opened[0].unit):
            self._opened = self.shared = None  # before the next image is read: two need not fit into memory
            self._opened = open_targets(task, out=out)
            self._fitness = _fitness(task, self._opened[0].unit)
            self.shared = SharedImage(self._opened[0])
        return self._opened


def _inputs(task: ImageTask) -> tuple[Any, ...]:
    """Return what decides how an image and its masks are opened."""
    return task.image, task.targets, task.alignment, task.policy
