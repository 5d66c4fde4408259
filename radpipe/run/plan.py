"""The plan: which ROIs of which images are measured, each task with a key that changes when its input does."""

import hashlib
import json
import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from radpipe.cohort import Case, Cohort, ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, Note, NothingUsableError, Policy, UsageError
from radpipe.features.engine import choose_engine
from radpipe.features.params import Params
from radpipe.imaging.itk_files import data_files
from radpipe.outcome import Status
from radpipe.problems import Action
from radpipe.rois import RoiRule, Target
from radpipe.store.files import write_text
from radpipe.store.ledger import PlannedRow

__all__ = ["ImageTask", "Plan", "Selection", "plan"]


CHOSEN = frozenset({"E_PARTIAL", "E_UNREGISTERED", "E_LOW_DICE"})
"""Refusals that the data set's rules choose: their rows are skipped; others say that something is wrong."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a cohort is wanted; empty means all."""

    rule: RoiRule = field(default_factory=RoiRule)
    modalities: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageTask:
    """All that a worker needs to measure one image: references and settings, no pixels.

    Parameters
    ----------
    image, targets
        What is measured: an image, and ROIs or unions of ROIs on it.
    params, engine, policy
        How it is measured.
    notes
        Problems of the case, told in each of its rows.
    key
        Digest of the input files' bytes, the ROIs, settings, policy, engine and versions.
    """

    image: ImageRef
    targets: tuple[Target, ...]
    params: Params
    engine: str
    policy: Policy
    notes: tuple[Note, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Tasks, and every planned row: those that tasks will end and those that planning ended."""

    tasks: tuple[ImageTask, ...]
    rows: tuple[PlannedRow, ...]


def plan(
    cohort: Cohort,
    selection: Selection,
    params: Params,
    *,
    engine: str,
    policy: Policy | None = None,
    digests: Path | None = None,
) -> Plan:
    """Plan the measurement of a cohort.

    Parameters
    ----------
    cohort
        What lies where.
    selection
        Which cases, modalities and ROIs.
    params, engine, policy
        How.
    digests
        Where digests of files are kept between runs, so that an unchanged file is not read again.

    Raises
    ------
    UsageError
        A case that was asked for by name does not exist.
    NothingUsableError
        Nothing is selected.
    """
    policy = _with_corrected_masks(policy or Policy(), params)
    cases = _chosen_cases(cohort, selection.cases)
    drafts = [draft for case in cases for draft in _drafts(case, selection, params, policy)]
    if not drafts:
        message = f"nothing of {cohort.root} is selected: {len(cohort)} cases, no image or ROI that fits"
        raise NothingUsableError(message)
    store = _DigestStore(digests)
    store.read(path for draft in drafts if isinstance(draft, _Draft) for path in draft.paths())
    recipe = json.dumps(
        [params.fingerprint, engine, choose_engine(engine).version, sorted(policy.overrides.items())], default=str
    )
    tasks: list[ImageTask] = []
    rows: list[PlannedRow] = []
    for draft in drafts:
        if isinstance(draft, PlannedRow):
            rows.append(draft)
            continue
        key = _key(draft, params.name, recipe, store)
        tasks.append(ImageTask(draft.image, draft.targets, params, engine, policy, draft.case.problems, key))
        rows.extend(
            PlannedRow(draft.case.case_id, draft.image.image_id, draft.image.modality, target.name, params.name, key)
            for target in draft.targets
        )
    store.write()
    return Plan(tuple(tasks), tuple(rows))


@dataclass(frozen=True, slots=True)
class _Draft:
    case: Case
    image: ImageRef
    targets: tuple[Target, ...]

    def paths(self) -> tuple[str, ...]:
        masks = dict.fromkeys(path for target in self.targets for roi in target.rois for path in roi.paths)
        return tuple(part for path in (*self.image.paths, *masks) for part in data_files(path))


def _chosen_cases(cohort: Cohort, wanted: Sequence[str]) -> list[Case]:
    if not wanted:
        return list(cohort)
    known = {case.case_id: case for case in cohort}
    absent = [one for one in wanted if one not in known]
    if absent:
        some = ", ".join(list(known)[:5])
        message = f"--case {absent[0]}: no such case; the cohort has {len(known)}, for instance {some}"
        raise UsageError(message)
    return [case for case in cohort if case.case_id in set(wanted)]


def _drafts(case: Case, selection: Selection, params: Params, policy: Policy) -> list[_Draft | PlannedRow]:
    """Draft the tasks of a case, and the rows that cannot become one; every case gives at least one entry."""
    wanted = {one.upper() for one in selection.modalities}
    drafts: list[_Draft | PlannedRow] = []
    config = params.name
    homeless = tuple(roi for roi in case.rois if not roi.image_ids)
    for target in selection.rule.select(homeless)[0]:
        reference = target.rois[0].reference or "unknown"
        fault = InputError(
            "E_NO_IMAGE", case=case.case_id, roi=target.name, path=target.rois[0].path, reference=reference
        )
        drafts.append(_row(case, None, target.name, config, Status.FAILED, fault))
    of_image: dict[str, list[RoiRef]] = defaultdict(list)
    for roi in case.rois:
        for image_id in dict.fromkeys(roi.image_ids):
            of_image[image_id].append(roi)
    for image in case.images:
        if not wanted or image.modality.upper() in wanted:
            drafts.extend(_image_drafts(case, image, of_image[image.image_id], selection.rule, params, policy))
    damage = _damage(case)
    if damage and not case.images and not drafts:
        fault = InputError("E_UNREADABLE", case=case.case_id, reason=damage)
        drafts.append(_row(case, None, "", config, Status.FAILED, fault))
    if not drafts:
        if wanted and case.images:
            fault = InputError("E_NO_IMAGE", case=case.case_id, reference=f"modality {', '.join(sorted(wanted))}")
        else:
            fault = InputError("E_NO_IMAGE", case=case.case_id, reference="any image of CT, MR or PT")
        drafts.append(_row(case, None, "", config, Status.SKIPPED, fault))
    return drafts


def _damage(case: Case) -> str:
    """Say what of a case cannot be read and may hold what is looked for."""
    return next((note.sentence for note in case.problems if note.code == "E_DAMAGED_FILE"), "")


def _image_drafts(
    case: Case, image: ImageRef, rois: Sequence[RoiRef], rule: RoiRule, params: Params, policy: Policy
) -> list[_Draft | PlannedRow]:
    found = tuple(_labelled(roi, params.settings.label) for roi in rois)
    targets, missing = rule.select(found)
    drafts: list[_Draft | PlannedRow] = []
    config = params.name
    measured = tuple(target for target in targets if target.refusal is None)
    unfit = _unfit(image, params, policy)
    if unfit is not None:
        drafts.extend(
            _row(case, image, target.name, config, Status.SKIPPED, unfit.located(case=case.case_id, roi=target.name))
            for target in measured
        )
    elif measured:
        drafts.append(_Draft(case, image, measured))
    for target in targets:
        if target.refusal is not None:
            fault = target.refusal.error(case=case.case_id, roi=target.name)
            status = Status.SKIPPED if fault.code in CHOSEN else Status.FAILED
            drafts.append(_row(case, image, target.name, config, status, fault))
    names = ", ".join(roi.name for roi in found) or "none"
    damage = _damage(case)
    # What a damaged file may hold is not missing by choice: the row failed.
    status = Status.FAILED if damage else Status.SKIPPED
    for pattern in missing:
        told = f"{names}; but {damage}" if damage else names
        fault = InputError("E_ROI_MISSING", case=case.case_id, pattern=pattern, found=told)
        drafts.append(_row(case, image, pattern, config, status, fault))
    if not drafts:
        fault = InputError("E_UNREADABLE", case=case.case_id, reason=f"the image has no ROI; {damage}")
        fault = fault if damage else InputError("E_NO_MASK", case=case.case_id)
        drafts.append(_row(case, image, "", config, status, fault))
    return drafts


def _with_corrected_masks(policy: Policy, params: Params) -> Policy:
    """Follow PyRadiomics' ``correctMask``, unless the policy speaks of masks on another grid itself."""
    if not params.settings.correct_mask or "E_GRID_MISMATCH" in policy.overrides:
        return policy
    return Policy({**policy.overrides, "E_GRID_MISMATCH": Action.FIX})


def _labelled(roi: RoiRef, label: int) -> RoiRef:
    """Give a mask file that names no label the one of the settings; 1, the default, leaves it as it is."""
    if label == 1 or roi.selector is not None or roi.kind not in (MaskKind.ITK_FILE, MaskKind.PLANAR):
        return roi
    return replace(roi, selector=label)


def _unfit(image: ImageRef, params: Params, policy: Policy) -> InputError | None:
    """Return why the settings are not for this image, where the policy makes that an error."""
    if params.purpose.suits(image.modality) or policy.action("E_PRESET_MODALITY") is not Action.ERROR:
        return None
    facts = {"preset": params.name, "wanted": str(params.purpose), "found": image.modality}
    return InputError("E_PRESET_MODALITY", **facts)


def _row(case: Case, image: ImageRef | None, roi: str, config: str, status: Status, fault: InputError) -> PlannedRow:
    image_id, modality = ("", "") if image is None else (image.image_id, image.modality)
    return PlannedRow(case.case_id, image_id, modality, roi, config, "", str(status), fault.code, fault.message)


def _key(draft: _Draft, config: str, recipe: str, store: "_DigestStore") -> str:
    """Digest everything that can change the part of a task."""
    content = {
        "case": [draft.case.case_id, draft.image.image_id, draft.image.modality, config],
        "image": str(draft.image.kind),
        "files": [store.digest(part) for path in draft.image.paths for part in data_files(path)],
        "columns": sorted(draft.image.columns.items()),
        "targets": [[target.name, [_content(roi, store) for roi in target.rois]] for target in draft.targets],
        "problems": [[note.code, note.sentence] for note in draft.case.problems],
        "recipe": recipe,
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _content(roi: RoiRef, store: "_DigestStore") -> dict[str, Any]:
    """Return every field of a ROI but our own names for it and its images, files by their digests."""
    record = roi.to_json()
    del record["roi_id"], record["image_ids"]
    record["path"] = " ".join(store.digest(part) for part in data_files(roi.path))
    record["twin"] = None if roi.twin is None else _content(roi.twin, store)
    return record


class _DigestStore:
    """SHA-256 of files, remembered by path, size and time."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, list[str | int]] = {}
        self._fresh: dict[str, list[str | int]] = {}
        if path is not None and path.is_file():
            try:
                loaded = json.loads(path.read_text())
            except ValueError:
                loaded = {}
            self._known = loaded if isinstance(loaded, dict) else {}

    def read(self, paths: Iterable[str]) -> None:
        """Digest the files that are not known; a missing file has the digest ``missing``."""
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            self._fresh = dict(pool.map(self._one, dict.fromkeys(paths)))

    def _one(self, path: str) -> tuple[str, list[str | int]]:
        try:
            told = Path(path).stat()
            if not stat.S_ISREG(told.st_mode):  # a pipe would be waited for without end
                return path, [0, 0, "no file"]
            known = self._known.get(path)
            if known is not None and known[:2] == [told.st_size, told.st_mtime_ns]:
                return path, known
            with Path(path).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return path, [0, 0, "missing"]
        return path, [told.st_size, told.st_mtime_ns, digest]

    def digest(self, path: str) -> str:
        """Return the digest of a file that :meth:`read` was given."""
        return str(self._fresh[path][2])

    def write(self) -> None:
        """Keep what was read, when it is new."""
        if self._path is not None and self._fresh != self._known:
            write_text(self._path, json.dumps(self._fresh))
