"""The worker: one image, all its ROIs, to their outcomes. The only place that catches broadly."""

import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from radpipe.errors import InputError, Note
from radpipe.features.engine import choose_engine
from radpipe.features.remarks import bin_remarks, contour_remarks
from radpipe.features.shared_image import SharedImage
from radpipe.features.variant import State
from radpipe.features.variants import measure_variant
from radpipe.imaging.acquisition import grid_facts
from radpipe.imaging.mask_metrics import mask_metrics
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.run.keys import content_digest
from radpipe.run.opened import LastImage, open_targets
from radpipe.run.tasks import ImageTask
from radpipe.store.packs import Measured
from radpipe.volume import Mask, Volume

__all__ = [
    "Inspected", "Inspection", "Look", "Probe", "guarded", "inspect", "measure",
    "measure_privately", "outcomes_of", "prepare_process", "probe",
]  # fmt: skip

T = TypeVar("T")


def prepare_process() -> None:
    """Set a worker process up: one ITK thread, since the workers fill the cores, and no warnings of its own.

    Where it is not loaded, its environment says so; most tasks do without it.
    """
    if "SimpleITK" not in sys.modules:
        return
    import SimpleITK as sitk  # noqa: N813

    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    sitk.ProcessObject.SetGlobalWarningDisplay(False)


Look = Callable[[ImageTask, Volume, Mapping[str, Mask]], object]
"""Is shown the image and the masks of a task that was measured; what it does costs no row."""


def measure(
    task: ImageTask,
    out: Path,
    known: frozenset[str] = frozenset(),
    look: Look | None = None,
    last: LastImage | None = None,
) -> Measured:
    """Measure one image.

    Parameters
    ----------
    task
        What to measure.
    out
        The output folder, where transforms are kept; the process that asked writes the outcomes.
    known
        Content digests that were measured before, of files that lay elsewhere or had another time: such an image is
        not measured.
    look
        Is shown the image and its masks; None: nobody.
    last
        Keeps what was opened, where other settings or states of the same image may follow; None opens it anew.

    Returns
    -------
    Measured
        The outcomes with the digest of what they were measured from; without outcomes when that digest is known.
    """
    digests = None if last is None else last.digests_for(task)
    content = content_digest(task, digests)
    if content and content in known:
        return Measured(task.key, content, None)
    return Measured(task.key, content, outcomes_of(task, out, look, last))


def measure_privately(
    task: ImageTask,
    out: Path,
    known: frozenset[str] = frozenset(),
    look: Look | None = None,
    last: LastImage | None = None,
) -> Measured:
    """Measure one image, without paths in any sentence; as :func:`measure`."""
    from radpipe.private import scrubbed

    rois = [roi for target in task.targets for roi in target.rois]
    images = [task.image]
    if task.alignment is not None:
        drawn, given = task.alignment.drawn, task.alignment.file
        images += [drawn, replace(drawn, paths=(given,))] if given else [drawn]

    def clean(text: str) -> str:
        return scrubbed(text, images, rois)

    image = measure(task, out, known, look, last)
    if image.outcomes is None:
        return image
    outcomes = tuple(
        replace(
            outcome,
            message=clean(outcome.message),
            warnings=tuple(Note(note.code, clean(note.sentence)) for note in outcome.warnings),
            traceback="",
        )
        for outcome in image.outcomes
    )
    return replace(image, outcomes=outcomes)


def outcomes_of(
    task: ImageTask, out: Path | None = None, look: Look | None = None, last: LastImage | None = None
) -> tuple[Outcome, ...]:
    """Measure one image; whatever goes wrong becomes a row, never an exception.

    ROIs are measured together. When that fails for a reason of its own, each is measured alone, so that one ROI costs
    no other. Transforms are kept in ``out``, where it is given. ``look`` is shown the image and its masks, ``last``
    keeps them open.
    """
    began = time.perf_counter()
    names = [target.name for target in task.targets]
    results: dict[str, _Result] = {}
    notes: dict[str, tuple[Note, ...]] = {}
    qc: dict[str, dict[str, Any]] = {}
    opened = guarded(lambda: open_targets(task, out=out) if last is None else last.open(task, out))
    if isinstance(opened, InputError | _Unexpected):
        results = dict.fromkeys(names, opened)
    else:
        volume, masks = opened
        results.update({name: mask for name, mask in masks.items() if isinstance(mask, InputError)})
        usable = {name: mask for name, mask in masks.items() if isinstance(mask, Mask)}
        notes = {name: tuple(dict.fromkeys((*volume.notes, *mask.notes))) for name, mask in usable.items()}
        results.update(_measured(task, volume, usable, None if last is None else last.shared))
        qc = _mask_numbers(
            task, volume, {name: mask for name, mask in usable.items() if isinstance(results[name], FeatureVector)}
        )
        if look is not None and usable:
            guarded(lambda: look(task, volume, usable))
    share = (time.perf_counter() - began) / max(len(names), 1)
    peak = _peak_bytes()
    return tuple(
        replace(
            _outcome(task, name, results[name], (*task.notes, *notes.get(name, ())), share, peak), qc=qc.get(name, {})
        )
        for name in names
    )


def _mask_numbers(task: ImageTask, volume: Volume, masks: Mapping[str, Mask]) -> dict[str, dict[str, Any]]:
    """Take the numbers of each mask for quality control; a perturbed state is nobody's outline.

    The first row has what is known of the image's acquisition too.
    A fault there costs no row: what it was stands in the place of the numbers.
    """
    if isinstance(task.params.variant, State) or not masks:
        return {}
    sources = {target.name: frozenset(roi.roi_id for roi in target.rois) for target in task.targets}
    numbers = guarded(lambda: mask_metrics(volume, masks, sources))
    if isinstance(numbers, InputError | _Unexpected):
        rows: dict[str, dict[str, Any]] = {name: {"fault": _known(numbers).code} for name in masks}
    else:
        rows = {name: metrics.to_json() for name, metrics in numbers.items()}
    rows[next(iter(rows))]["acquisition"] = {**volume.acquisition, **grid_facts(volume.geometry)}
    return rows


def _peak_bytes() -> int:
    """Return the most memory that this process has held; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What :func:`inspect` found of one ROI; voxels and bins where settings were given and it would be measured."""

    roi: str
    status: str
    codes: str
    message: str
    voxels: int | None = None
    bins: int | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What :func:`inspect` found of one image, and how long it took."""

    key: str
    rois: tuple[Inspected, ...]
    seconds: float = 0.0

    @property
    def voxels(self) -> int:
        """Voxels that would be measured, of all ROIs."""
        return sum(roi.voxels or 0 for roi in self.rois)


def inspect(task: ImageTask, out: Path) -> Inspection:
    """Open one image and its masks without measuring; nothing is written to the output folder.

    Where the task has settings, its ROIs are prepared as they would be measured.
    """
    began = time.perf_counter()
    opened = guarded(lambda: open_targets(task))
    if isinstance(opened, InputError | _Unexpected):
        return Inspection(task.key, tuple(_refused(task, target.name, opened) for target in task.targets))
    volume, masks = opened
    usable = {name: mask for name, mask in masks.items() if isinstance(mask, Mask)}
    foreseen = _foreseen(task, volume, usable)
    rows = []
    for name, mask in masks.items():
        ahead = foreseen.get(name)
        if isinstance(mask, InputError):
            rows.append(_refused(task, name, mask))
        elif isinstance(ahead, InputError | _Unexpected):
            rows.append(_refused(task, name, ahead))
        else:
            notes = (*task.notes, *volume.notes, *mask.notes)
            rows.append(_accepted(task, name, notes, ahead))
    return Inspection(task.key, tuple(rows), time.perf_counter() - began)


def _foreseen(task: ImageTask, volume: Volume, masks: Mapping[str, Mask]) -> dict[str, "_Result"]:
    """Prepare the ROIs as they would be measured; nothing where the task has no settings."""
    if not masks or (not task.params.classes and task.params.ibsi is None):
        return {}
    from radpipe.features.foresee import foresee

    results = guarded(lambda: foresee(volume, masks, task.params))
    return dict.fromkeys(masks, results) if isinstance(results, InputError | _Unexpected) else dict(results)


def _accepted(task: ImageTask, roi: str, notes: tuple[Note, ...], ahead: FeatureVector | None) -> Inspected:
    """Tell of a ROI that can be opened, and of what its settings will do to it."""
    voxels = bins = None
    if ahead is not None:
        try:
            notes = (*notes, *bin_remarks(ahead, task.params, task.policy))
        except InputError as refusal:  # where the policy makes such a number an error
            return _refused(task, roi, refusal)
        numbers = {name: value for name, value in ahead.diagnostics.items() if isinstance(value, int)}
        voxels, bins = numbers.get("kept_voxel_count", numbers["measured_voxel_count"]), numbers.get("bins")
    notes = tuple(dict.fromkeys(notes))
    codes, sentences = (note.code for note in notes), (note.sentence for note in notes)
    return Inspected(roi, str(Status.OK), " ".join(codes), "; ".join(sentences), voxels, bins)


def _refused(task: ImageTask, roi: str, fault: "InputError | _Unexpected") -> Inspected:
    known = _known(fault).located(case=task.image.case_id, roi=roi)
    return Inspected(roi, str(Status.FAILED), known.code, known.message)


@dataclass(frozen=True, slots=True)
class Probe:
    """What measuring one image took: wall seconds, and the most memory that its process held."""

    seconds: float
    peak_bytes: int


def probe(task: ImageTask, out: Path) -> Probe:
    """Measure one image for its time and memory; the values are thrown away, and nothing is written."""
    outcomes = outcomes_of(task)
    return Probe(sum(outcome.seconds for outcome in outcomes), max(outcome.peak_bytes for outcome in outcomes))


def _known(fault: "InputError | _Unexpected") -> InputError:
    return fault if isinstance(fault, InputError) else InputError("E_UNEXPECTED", kind=fault.kind, what=fault.what)


@dataclass(frozen=True, slots=True)
class _Unexpected:
    """A fault of radpipe or of a library, as text: the exception itself may neither print nor pickle."""

    kind: str
    what: str
    traceback: str


_Result = FeatureVector | InputError | _Unexpected


def guarded(step: Callable[[], T]) -> T | InputError | _Unexpected:
    """Do a step; return what went wrong as a value: an InputError, or a fault of radpipe or a library as text.

    Parameters
    ----------
    step
        Called once.
    """
    try:
        return step()
    except InputError as fault:
        return fault
    except MemoryError as fault:
        return InputError("E_MEMORY", what=" ".join(str(fault).split()) or "an allocation failed")
    except Exception as fault:  # noqa: BLE001
        # The module traceback prints exceptions whose own __str__ fails.
        reason = traceback.format_exception_only(fault)[-1].strip().partition(": ")[2]
        return _Unexpected(type(fault).__name__, " ".join(reason.split())[:300], traceback.format_exc())


def _measured(
    task: ImageTask, volume: Volume, masks: Mapping[str, Mask], shared: SharedImage | None = None
) -> dict[str, _Result]:
    """Measure ROIs together, or alone when that fails."""
    if not masks:
        return {}
    outcome = guarded(lambda: measure_variant(choose_engine(task.engine), volume, masks, task.params, shared))
    if not isinstance(outcome, InputError | _Unexpected):
        return dict(outcome)
    if shared is not None and isinstance(outcome, InputError) and outcome.code == "E_MEMORY":
        shared.forget()  # what is kept for others may be what was too much
        return _measured(task, volume, masks)
    if len(masks) == 1:
        return dict.fromkeys(masks, outcome)
    results: dict[str, _Result] = {}
    for name, mask in masks.items():
        results.update(_measured(task, volume, {name: mask}, shared))
    return results


def _outcome(
    task: ImageTask,
    roi: str,
    result: _Result,
    notes: tuple[Note, ...],
    seconds: float,
    peak: int,
) -> Outcome:
    image = task.image
    row = (image.case_id, image.image_id, image.modality, roi, task.params.name)
    if isinstance(result, FeatureVector):
        try:
            given = (result, task.params, task.policy)
            notes = (*notes, *bin_remarks(*given), *contour_remarks(*given))
        except InputError as refusal:  # where the policy makes such a number an error
            return _outcome(task, roi, refusal, notes, seconds, peak)
        vector = replace(result, diagnostics={**result.diagnostics, **_columns(task, roi, result)})
        return Outcome(*row, Status.OK, warnings=notes, vector=vector, seconds=seconds, peak_bytes=peak)
    fault = _known(result).located(case=image.case_id, roi=roi)
    trace = result.traceback if isinstance(result, _Unexpected) else ""
    return Outcome(*row, Status.FAILED, fault.code, fault.message, notes, None, seconds, peak, trace)


def _columns(task: ImageTask, roi: str, vector: FeatureVector) -> dict[str, str]:
    """Return what the data set tells of the row; a name that a diagnostic bears already is set apart."""
    target = next(target for target in task.targets if target.name == roi)
    columns = dict(task.image.columns)
    for merged_roi in target.rois:
        columns |= merged_roi.columns
    return {name if name not in vector.diagnostics else f"manifest_{name}": text for name, text in columns.items()}
