"""The worker: one image, all its ROIs, to one published part. The only place that catches broadly."""

import os
import resource
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from radpipe.cohort import MaskKind, RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.features.engine import choose_engine
from radpipe.imaging.open import open_image, open_mask, unite
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.rois import Target
from radpipe.run.plan import ImageTask
from radpipe.store.parts import Receipt, publish
from radpipe.volume import Mask, Volume

__all__ = ["SMALL_VOLUME_MM3", "SMALL_VOXELS", "marker_of", "measure", "open_targets", "outcomes_of", "prepare_process"]

SMALL_VOXELS = 64
SMALL_VOLUME_MM3 = 1000.0
"""Below 64 voxels or 1 mL texture features say little; such ROIs warn, they are not dropped."""


def prepare_process() -> None:
    """Set a worker process up: one ITK thread, since the workers fill the cores."""
    import SimpleITK as sitk  # noqa: N813

    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    sitk.ProcessObject.SetGlobalWarningDisplay(False)


def marker_of(out: Path, key: str) -> Path:
    """Return the file that stands while a task is being measured; what a dead worker leaves names it."""
    return out / "inflight" / key


def measure(task: ImageTask, out: Path) -> Receipt:
    """Measure one image and publish its part.

    Raises
    ------
    StorageError
        The part could not be written.
    """
    marker = marker_of(out, task.key)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(str(os.getpid()))
    try:
        return publish(out, task.key, outcomes_of(task))
    finally:
        marker.unlink(missing_ok=True)


def outcomes_of(task: ImageTask) -> tuple[Outcome, ...]:
    """Measure one image; whatever goes wrong becomes a row, never an exception."""
    began = time.perf_counter()
    results: dict[str, FeatureVector | InputError | tuple[Exception, str]] = {}
    notes: dict[str, tuple[Note, ...]] = {}
    try:
        volume, masks = open_targets(task)
        for name, mask in masks.items():
            if isinstance(mask, InputError):
                results[name] = mask
            else:
                notes[name] = tuple(dict.fromkeys((*volume.notes, *mask.notes)))
        usable = {name: mask for name, mask in masks.items() if isinstance(mask, Mask)}
        if usable:
            results.update(choose_engine(task.engine).measure(volume, usable, task.params))
    except InputError as fault:
        results = {target.name: fault for target in task.targets}
    except Exception as fault:  # noqa: BLE001
        told = (fault, traceback.format_exc())
        results = {target.name: results.get(target.name, told) for target in task.targets}
    share = (time.perf_counter() - began) / max(len(task.targets), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return tuple(
        _outcome(task, target.name, results[target.name], (*task.notes, *notes.get(target.name, ())), share, peak)
        for target in task.targets
    )


def open_targets(
    task: ImageTask, tell: Callable[[str], None] | None = None
) -> tuple[Volume, dict[str, Mask | InputError]]:
    """Open the image and the mask of each target; a mask that cannot be used is its error.

    Raises
    ------
    InputError
        The image itself cannot be used.
    """
    volume = open_image(task.image, task.policy)
    masks: dict[str, Mask | InputError] = {}
    for target in task.targets:
        if tell is not None:
            tell(target.name)
        try:
            masks[target.name] = _mask(target, volume, task.policy)
        except InputError as fault:
            masks[target.name] = fault.located(case=task.image.case_id, roi=target.name)
    return volume, masks


def _mask(target: Target, volume: Volume, policy: Policy) -> Mask:
    mask = unite([open_mask(roi, volume.geometry, policy) for roi in target.rois])
    notes = list(mask.notes)
    if mask.voxel_count < SMALL_VOXELS or mask.volume_mm3 < SMALL_VOLUME_MM3:
        notes.append(policy.meet("W_SMALL_ROI", voxels=mask.voxel_count, volume_mm3=mask.volume_mm3))
    for roi in target.rois:
        if "found_name" in roi.facts:
            told = {"found": roi.facts["found_name"], "asked": roi.name, "dictionary": "tg263"}
            notes.append(policy.meet("W_ROI_TRANSLATED", **told))
        if "twin_path" in roi.facts:
            notes.append(_agreement(roi, volume, mask, policy))
    return Mask(mask.array, mask.geometry, tuple(notes))


def _agreement(roi: RoiRef, volume: Volume, mask: Mask, policy: Policy) -> Note:
    """Compare a ROI of a RTSTRUCT with its copy in a SEG, by Dice's coefficient 2 |A n B| / (|A| + |B|)."""
    twin = RoiRef(
        "twin", roi.name, MaskKind.DICOM_SEG, roi.facts["twin_path"], int(roi.facts["twin_selector"]), roi.image_ids
    )
    try:
        other = open_mask(twin, volume.geometry, policy)
    except InputError as fault:
        return policy.meet("W_AGREEMENT_UNKNOWN", name=roi.name, chosen="the RTSTRUCT", reason=fault.sentence)
    both = int(np.count_nonzero(mask.array & other.array))
    dice = 2.0 * both / (mask.voxel_count + other.voxel_count)
    return policy.meet("W_AGREEMENT", name=roi.name, dice=dice, chosen="the RTSTRUCT")


def _outcome(
    task: ImageTask,
    roi: str,
    result: FeatureVector | InputError | tuple[Exception, str],
    notes: tuple[Note, ...],
    seconds: float,
    peak: int,
) -> Outcome:
    image = task.image
    row = (image.case_id, image.image_id, image.modality, roi, task.params.name)
    if isinstance(result, FeatureVector):
        told = {name.removeprefix("diag_"): text for name, text in image.facts.items() if name.startswith("diag_")}
        vector = replace(result, diagnostics={**result.diagnostics, **told})
        return Outcome(*row, Status.OK, warnings=notes, vector=vector, seconds=seconds, peak_bytes=peak)
    if isinstance(result, InputError):
        fault, trace = result, ""
    else:
        kind, what = type(result[0]).__name__, " ".join(str(result[0]).split())[:300]
        fault, trace = InputError("E_UNEXPECTED", kind=kind, what=what), result[1]
    fault = fault.located(case=image.case_id, roi=roi)
    return Outcome(*row, Status.FAILED, fault.code, fault.message, notes, None, seconds, peak, trace)
