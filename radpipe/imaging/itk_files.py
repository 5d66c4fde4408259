"""NIfTI, NRRD, MHA: images and label masks, read whole or not at all."""

from radpipe.cohort import ImageRef, RoiRef
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.itk_reading import read_file
from radpipe.imaging.labels import choose_label, values_of
from radpipe.imaging.regrid import resample_nearest
from radpipe.imaging.shelf import Shelf
from radpipe.problems import Action
from radpipe.volume import Mask, Volume

__all__ = ["labels_in_file", "place_mask", "read_itk_image", "read_itk_mask"]


def read_itk_image(ref: ImageRef, policy: Policy) -> Volume:
    """Read an image file.

    Returns
    -------
    Volume
        In the file's own number type; unit ``HU`` for CT, ``SUVbw`` for PT whose file is taken as such, else
        ``arbitrary``.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``, ``E_HEADER``, ``E_NO_SPACING``,
        ``E_NONFINITE``, ``E_NOT_AN_IMAGE``.
    """
    path = ref.paths[0]
    array, geometry, header_notes = read_file(path, policy)
    notes = list(header_notes)
    unit = {"CT": "HU", "PT": "SUVbw"}.get(ref.modality, "arbitrary")
    try:
        volume = Volume(array, geometry, unit)
    except InputError as fault:
        raise fault.located(path=path) from None
    low, high = float(volume.array.min()), float(volume.array.max())
    if low == 0 and high in (1, 255) and bool(((volume.array == 0) | (volume.array == high)).all()):
        notes.append(policy.meet("E_NOT_AN_IMAGE", path=path, high=high))
    if unit == "HU" and (low < -1024 or high > 3071):
        notes.append(policy.meet("W_HU_RANGE", path=path, lowest=low, highest=high))
    return Volume(volume.array, geometry, unit, tuple(notes))


def read_itk_mask(roi: RoiRef, image: Geometry, policy: Policy, shelf: Shelf | None = None) -> Mask:
    """Read a label of a mask file.

    Parameters
    ----------
    roi
        Its selector is the label; None takes the only label that the mask holds.
    image
        Grid of the image that is measured.
    policy
        What to do about another grid or label.
    shelf
        Keeps the file for the next ROI in it.

    Raises
    ------
    InputError
        As for images, and those of :func:`radpipe.imaging.labels.choose_label`, and ``E_GRID_MISMATCH``.
    """
    labels, geometry, header_notes = (shelf or Shelf()).once(roi.path, lambda: read_file(roi.path, policy))
    is_lossy = roi.path.lower().endswith((".jpg", ".jpeg"))
    chosen = choose_label(labels, roi.selector, policy, roi.path, is_lossy=is_lossy)
    try:
        mask = Mask.within(chosen.box, chosen.array, geometry, (*header_notes, *chosen.notes))
        return place_mask(mask, image, policy, roi.path)
    except InputError as fault:
        raise fault.located(path=roi.path) from None


def place_mask(mask: Mask, image: Geometry, policy: Policy, path: str) -> Mask:
    """Bring a mask to the image's grid: as it is on the same grid, else refused or resampled by policy.

    Raises
    ------
    InputError
        ``E_GRID_MISMATCH`` unless the policy says fix; ``E_EMPTY_ROI`` when no voxel's centre lies in the ROI.
    """
    if mask.geometry.same_grid(image):
        return Mask(mask.box, mask.crop, image, mask.notes)
    difference = image.difference(mask.geometry)
    if policy.action("E_GRID_MISMATCH") is not Action.FIX:
        raise InputError("E_GRID_MISMATCH", path=path, difference=difference)
    box, array, outside = resample_nearest(mask, image)
    notes = [*mask.notes, policy.meet("W_RESAMPLED_MASK", path=path, difference=difference)]
    if outside > 0:
        notes.append(policy.meet("W_OUTSIDE", path=path, percent=outside))
    return Mask.within(box, array, image, tuple(notes))


def labels_in_file(path: str) -> tuple[int, ...]:
    """Return the labels that a mask file holds, rising, 0 left out; the whole file is read.

    Raises
    ------
    InputError
        As :func:`read_itk_mask`.
    """
    return values_of(read_file(path, Policy())[0], path)
