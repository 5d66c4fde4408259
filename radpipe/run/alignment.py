"""Alignment: which images are measured through a registration, planned; and how their ROIs get there, worked."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from radpipe.cohort import Case, ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy, UsageError
from radpipe.files import read_whole, write_text
from radpipe.imaging.regrid import carry_mask
from radpipe.imaging.shelf import Shelf
from radpipe.imaging.transforms import RigidTransform, read_transform, transform_text
from radpipe.run.tasks import Alignment, ImageTask
from radpipe.volume import Mask, Volume

__all__ = ["FOLDER", "METHODS", "Carrier", "Registering", "aligned", "carrier_of", "place_of", "transform_name"]

METHODS = ("rigid",)
"""Words of ``--register``."""

FOLDER = "transforms"
"""Where in the output folder transforms and their records lie."""

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


def transform_name(case_id: str, image_id: str) -> str:
    """Return the name of an image's transform, without its ending.

    Examples
    --------
    >>> transform_name("case_01", "MR_T1")
    'case_01_MR_T1'
    >>> transform_name("a/b", "MR")
    'a_b_MR-0571d2'
    """
    plain = f"{case_id}_{image_id}"
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", plain)[:150]
    return safe if safe == plain else f"{safe}-{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()[:6]}"


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
    how = "given" if given else registering.method
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
    transform
        From points of the drawn image to points of the measured one.
    notes
        What each row must tell.
    """

    drawn: Volume
    transform: RigidTransform
    notes: tuple[Note, ...]

    def carry(self, mask: Mask, volume: Volume, policy: Policy) -> Mask:
        """Return a mask on the measured image's grid.

        Raises
        ------
        InputError
            ``E_OUTSIDE``, ``E_EMPTY_ROI``, or what the policy makes of ``W_OUTSIDE``.
        """
        return carry_mask(mask, volume.geometry, self.transform, policy)


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
    kept = None if out is None else out / FOLDER
    head = {"case_id": task.image.case_id, "image_id": names["image"], "modality": task.image.modality}
    head |= {"drawn_on": names["other"], "method": alignment.method}
    if alignment.file:
        transform = read_transform(alignment.file)
        _keep(kept, stem, transform, head | {"status": "given", "message": "", "figures": {}, "inputs": ""})
        return Carrier(drawn, transform, ())
    inputs = _inputs(drawn, volume)
    record, transform = _kept(kept, stem, inputs) or _registered(drawn, volume, task.image.modality)
    record = head | record | {"inputs": inputs}
    _keep(kept, stem, transform, record)
    code = {"refused": "E_REGISTRATION", "doubtful": "W_REGISTRATION"}.get(record["status"])
    notes = () if code is None else (task.policy.meet(code, **names, reason=record["message"]),)
    return Carrier(drawn, transform, notes)


def _registered(drawn: Volume, volume: Volume, modality: str) -> tuple[dict[str, Any], RigidTransform]:
    from radpipe.imaging.registration import doubts, refusals, register_rigid

    found = register_rigid(drawn, volume)
    refused, doubtful = refusals(found), doubts(found)
    if modality == "PT":
        doubtful = (*doubtful, "a PET shows function and was taken over minutes of breathing")
    status = "refused" if refused else "doubtful" if doubtful else "ok"
    record = {"status": status, "message": "; ".join(refused or doubtful), "figures": found.to_json()}
    return record, found.transform


def _inputs(drawn: Volume, volume: Volume) -> str:
    """Digest all that the registration depends on: voxels, grids, units, and the programs."""
    import SimpleITK as sitk  # noqa: N813

    from radpipe.imaging.registration import METHOD

    digest = hashlib.sha256(f"{METHOD} {sitk.Version_VersionString()}".encode())
    for image in (drawn, volume):
        grid = image.geometry.to_json()
        digest.update(f"{image.unit} {image.array.dtype} {json.dumps(grid, sort_keys=True)}".encode())
        digest.update(image.array.data)
    return digest.hexdigest()


def _kept(folder: Path | None, stem: str, inputs: str) -> tuple[dict[str, Any], RigidTransform] | None:
    """Return what was kept of the same registration; nothing where it is absent, of other images, or was touched."""
    if folder is None:
        return None
    try:
        record = json.loads(read_whole(folder / f"{stem}.json"))
        text = read_whole(folder / f"{stem}.tfm")
        if record["inputs"] != inputs or record["transform_sha256"] != hashlib.sha256(text).hexdigest():
            return None
        told = {name: record[name] for name in ("status", "message", "figures")}
        return told, read_transform(str(folder / f"{stem}.tfm"))
    except (FileNotFoundError, ValueError, KeyError, TypeError, InputError):
        return None


def _keep(folder: Path | None, stem: str, transform: RigidTransform, record: dict[str, Any]) -> None:
    if folder is None:
        return
    text = transform_text(transform)
    record |= {"transform": f"{FOLDER}/{stem}.tfm", "transform_sha256": hashlib.sha256(text.encode()).hexdigest()}
    write_text(folder / f"{stem}.tfm", text)
    write_text(folder / f"{stem}.json", json.dumps(record, indent=1, sort_keys=True) + "\n")


def place_of(
    task: ImageTask, volume: Volume, carrier: Carrier | None, open_mask: Callable[..., Mask]
) -> Callable[[RoiRef], Mask]:
    """Return what reads a ROI as a mask of the measured image, carried there where it was drawn elsewhere.

    A file that holds several ROIs in turn is read once.
    """
    shelf = Shelf()
    if carrier is None:
        return lambda roi: open_mask(roi, volume.geometry, task.policy, shelf)
    return lambda roi: carrier.carry(open_mask(roi, carrier.drawn.geometry, task.policy, shelf), volume, task.policy)
