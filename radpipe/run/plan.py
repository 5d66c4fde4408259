"""The plan: which ROIs of which images are measured, each task with a key that changes when its input does."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from itertools import islice
from typing import Any

from radpipe.cohort import Case, Cohort, ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, NothingUsableError, Policy, UsageError
from radpipe.features.engine import engine_version
from radpipe.features.params import Params
from radpipe.modalities import modality_of
from radpipe.outcome import Status
from radpipe.problems import Action
from radpipe.rois import RoiRule, Target
from radpipe.run.alignment import Registering, aligned
from radpipe.run.keys import recipe_of, stat_key
from radpipe.run.nothing import refuse_nothing
from radpipe.run.tasks import Alignment, ImageTask
from radpipe.store.plans import PlanEntry, without_twins

__all__ = [
    "ConfigRequest",
    "ImageTask",
    "Plan",
    "PlannedRow",
    "Selection",
    "plan",
    "plan_of",
    "planned_entries",
    "scope_of",
]


CHOSEN = frozenset({"E_PARTIAL", "E_UNREGISTERED", "E_LOW_DICE"})
"""Refusals that the data set's rules choose: their rows are skipped; others say that something is wrong."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a cohort is wanted; empty means all."""

    rule: RoiRule = field(default_factory=RoiRule)
    modalities: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One planned ROI; ``key`` names the task that measures it, or is empty when planning already ended it."""

    case_id: str
    image_id: str
    modality: str
    roi: str
    config: str
    key: str = ""
    status: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in memory, for small cohorts: tasks, and the entries of its file in their order."""

    tasks: tuple[ImageTask, ...]
    entries: tuple[PlanEntry, ...]

    @property
    def rows(self) -> tuple[PlannedRow, ...]:
        """Return every planned row: those that tasks will end and those that planning ended."""
        return tuple(
            PlannedRow(
                entry.case_id, entry.image_id, entry.modality, roi, entry.config, entry.key, entry.status, entry.code,
                entry.message,
            )
            for entry in self.entries
            for roi in entry.rois
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConfigRequest:
    """What is asked of a cohort: what of it, and how it is measured.

    Parameters
    ----------
    selection
        Which cases, modalities and ROIs.
    params, engine, policy
        How; the policy follows PyRadiomics' ``correctMask`` where it does not speak of masks on another grid itself.
    registering
        What is done about images that do not share patient space with the one that was drawn on.
    """

    selection: Selection
    params: Params
    engine: str
    policy: Policy = field(default_factory=Policy)
    registering: Registering = field(default_factory=Registering)

    def __post_init__(self) -> None:
        object.__setattr__(self, "policy", _with_corrected_masks(self.policy, self.params))

    def header(self, cohort: Cohort, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return what holds for all tasks of a plan, as JSON values.

        Parameters
        ----------
        cohort
            Its data set and folder are told.
        options
            Of the data set.
        """
        header = {
            "radpipe": version("radpipe"),
            "dataset": {"name": cohort.dataset, **options},
            "source": cohort.root,
            "selection": asdict(self.selection),
            "config": self.params.name,
            "settings": self.params.to_json(),
            "settings_sha256": self.params.fingerprint,
            "engine": {"name": self.engine, "version": engine_version(self.engine)},
            "policy": {code: str(action) for code, action in sorted(self.policy.overrides.items())},
        }
        if self.registering:
            header["registration"] = {
                "method": self.registering.method or "given",
                "own": bool(self.registering.folder),
            }
        plain: dict[str, Any] = json.loads(json.dumps(header))
        return plain


def scope_of(header: Mapping[str, Any]) -> str:
    """Digest what was asked for: a plan of the same scope takes the place of an older one in its output folder."""
    asked = [header[name] for name in ("dataset", "source", "selection", "config")]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def plan(cohort: Cohort, selection: Selection, params: Params, *, engine: str, policy: Policy | None = None) -> Plan:
    """Plan the measurement of a small cohort, in memory.

    Parameters
    ----------
    cohort
        What lies where.
    selection
        Which cases, modalities and ROIs.
    params, engine, policy
        How.

    Raises
    ------
    UsageError
        A case that was asked for by name does not exist.
    NothingUsableError
        Nothing is selected: no image or ROI has the modality or name that is asked for.
    AccountsError
        Two rows have one key.
    """
    return plan_of(cohort, ConfigRequest(selection, params, engine, policy or Policy()))


def plan_of(cohort: Cohort, request: ConfigRequest) -> Plan:
    """Plan what is asked of a small cohort, in memory; as :func:`plan`.

    Parameters
    ----------
    cohort, request
        What lies where, and what is asked of it.
    """
    planned = list(planned_entries(cohort, request))
    tasks = tuple(task for _, task in planned if task is not None)
    return Plan(tasks, tuple(without_twins(entry for entry, _ in planned)))


def planned_entries(cohort: Cohort, request: ConfigRequest) -> Iterator[tuple[PlanEntry, ImageTask | None]]:
    """Plan the measurement of a cohort case by case; give each entry of the plan with its task, if it is one.

    Parameters
    ----------
    cohort
        What lies where.
    request
        What is asked of it.

    Raises
    ------
    UsageError
        A case that was asked for by name does not exist.
    NothingUsableError
        Nothing is selected: no image or ROI has the modality or name that is asked for.
    """
    policy, params = request.policy, request.params
    recipe = recipe_of(params.fingerprint, request.engine, engine_version(request.engine), policy.overrides)
    nothing = True
    cases = _chosen_cases(cohort, request.selection.cases)
    refuse_nothing(cases, request.selection.rule, request.selection.modalities)
    for case in cases:
        for draft in _drafts(case, request):
            nothing = False
            if isinstance(draft, PlanEntry):
                yield draft, None
                continue
            task = ImageTask(
                draft.image, draft.targets, params, request.engine, policy, draft.case.problems, recipe=recipe,
                alignment=draft.alignment,
            )  # fmt: skip
            task = replace(task, key=stat_key(task))
            names = tuple(target.name for target in draft.targets)
            image = draft.image
            yield PlanEntry(case.case_id, image.image_id, image.modality, params.name, names, task.key), task
    if nothing:
        message = f"nothing of {cohort.root} is selected: {len(cohort)} cases, no image or ROI that fits"
        raise NothingUsableError(message)


@dataclass(frozen=True, slots=True)
class _Draft:
    case: Case
    image: ImageRef
    targets: tuple[Target, ...]
    alignment: Alignment | None = None


def _chosen_cases(cohort: Cohort, wanted: Sequence[str]) -> Iterable[Case]:
    if not wanted:
        return cohort
    asked = set(wanted)
    chosen = {case.case_id: case for case in cohort if case.case_id in asked}
    absent = [name for name in wanted if name not in chosen]
    if absent:
        some = ", ".join(case.case_id for case in islice(cohort, 5))
        message = f"--case {absent[0]}: no such case; the cohort has {len(cohort)}, for instance {some}"
        raise UsageError(message)
    return chosen.values()


def _drafts(case: Case, request: ConfigRequest) -> list[_Draft | PlanEntry]:
    """Draft the tasks of a case, and the rows that cannot become one; every case gives at least one entry."""
    selection, params = request.selection, request.params
    wanted = {modality_of(word) for word in selection.modalities}
    drafts: list[_Draft | PlanEntry] = []
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
            drafts.extend(_image_drafts(case, image, of_image[image.image_id], request))
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
    case: Case, image: ImageRef, rois: Sequence[RoiRef], request: ConfigRequest
) -> list[_Draft | PlanEntry]:
    rule, params, policy = request.selection.rule, request.params, request.policy
    image, rois, alignment = aligned(case, image, rois, request.registering)
    references = tuple(_labelled(roi, params.settings.label) for roi in rois)
    targets, missing = rule.select(references)
    drafts: list[_Draft | PlanEntry] = []
    config = params.name
    measured = tuple(target for target in targets if target.refusal is None)
    unfit = _unfit(image, params, policy)
    if unfit is not None:
        drafts.extend(
            _row(case, image, target.name, config, Status.SKIPPED, unfit.located(case=case.case_id, roi=target.name))
            for target in measured
        )
    elif measured:
        drafts.append(_Draft(case, image, measured, alignment))
    for target in targets:
        if target.refusal is not None:
            fault = target.refusal.error(case=case.case_id, roi=target.name)
            status = Status.SKIPPED if fault.code in CHOSEN else Status.FAILED
            drafts.append(_row(case, image, target.name, config, status, fault))
    names = ", ".join(roi.name for roi in references) or "none"
    damage = _damage(case)
    # What a damaged file may hold is not missing by choice: the row failed.
    status = Status.FAILED if damage else Status.SKIPPED
    for pattern in missing:
        reason = f"{names}; but {damage}" if damage else names
        fault = InputError("E_ROI_MISSING", case=case.case_id, pattern=pattern, found=reason)
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


def _row(case: Case, image: ImageRef | None, roi: str, config: str, status: Status, fault: InputError) -> PlanEntry:
    image_id, modality = ("", "") if image is None else (image.image_id, image.modality)
    return PlanEntry(case.case_id, image_id, modality, config, (roi,), "", str(status), fault.code, fault.message)
