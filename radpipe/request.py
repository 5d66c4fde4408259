"""What is asked of radpipe, and where it runs: the two values behind the commands and the functions that measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict

from radpipe.cohort import Cohort
from radpipe.datasets import DatasetOptions
from radpipe.errors import NothingUsableError, Policy, UsageError
from radpipe.features.engine import ENGINES, engine_version
from radpipe.features.params import Params
from radpipe.features.presets import Presets
from radpipe.features.variant import Control, State, Variant
from radpipe.features.variants import refuse_unfit
from radpipe.rois import RoiRule
from radpipe.run.alignment import Registering
from radpipe.run.executors.choose import executor_for
from radpipe.run.executors.protocol import Executor, Limits
from radpipe.run.nothing import refuse_nothing
from radpipe.run.plan import ConfigRequest, Selection

__all__ = ["Asked", "Execution", "Given", "Request", "request_of"]

Given = str | Path | Params | Mapping[str, str | Path | Params] | Presets | None
"""Forms in which settings may be given: preset, parameter file, :class:`~radpipe.features.params.Params`, or one of
these for each modality."""


class Asked(TypedDict, total=False):
    """Fields of a :class:`Request` that a function takes as keyword arguments; what each is stands there."""

    params: Given
    dataset: str
    rois: Sequence[str]
    merges: Sequence[str]
    modalities: Sequence[str]
    cases: Sequence[str]
    engine: str
    controls: Sequence[str]
    states: Sequence[State]
    policy: Policy | None
    options: DatasetOptions | None
    private: str | Path | None
    register: str
    transforms: str | Path


@dataclass(frozen=True)
class Request:
    """What is asked: which ROIs of which source, measured how, written where. It is valid once it is made.

    Parameters
    ----------
    source
        A folder or manifest in the layout ``dataset``, or a Cohort.
    out
        The output folder.
    params
        Preset, PyRadiomics parameter file, or Params; or one for each modality, as in ``{"CT": "ct_head_neck", "PT":
        "pet"}``: images of a modality that has none are then refused by name. None: nothing is measured by it.
    dataset
        The layout of ``source``; see ``radpipe datasets``.
    rois, merges
        Patterns and ``NAME=PATTERN``; see :class:`radpipe.rois.RoiRule`. None: every ROI.
    modalities, cases
        Restrict what is measured; empty is all.
    engine
        What measures.
    controls
        Negative controls to measure beside the image, of :data:`radpipe.features.variant.CONTROLS`; their rows have
        the configuration ``NAME~CONTROL``.
    states
        Perturbed states to measure too, see :func:`radpipe.features.variant.states`; their rows stand in
        ``perturbed.parquet``, what they say of each feature in ``robustness.csv``.
    policy
        What becomes of each problem; None is the default of each.
    options
        Rules of the data set that may be changed.
    private
        Key file: case ids become keyed digests, and no id, path or fact of a case reaches the output. Such a run keeps
        no index and no record of its files, so it cannot be verified later.
    register
        ``rigid`` registers images that do not share patient space with the one that was drawn on, ``deformable`` bends
        them after it; both with ``-drawn`` behind measure on the grid that was drawn on; empty registers nothing.
    transforms
        Folder of the user's own transforms, taken before any registration; empty: none.

    Raises
    ------
    UsageError
        The output lies in the source; engine, preset, pattern, control or method is unknown or not installed, or a
        state cannot be measured with the settings.
    ParameterError
        A parameter file is invalid.

    Examples
    --------
    >>> request = Request("HN1", "out", params="aerts2014", dataset="hn1", rois=["GTV-1"])
    >>> request.rois, request.presets.for_all.name
    (('GTV-1',), 'aerts2014')
    """

    source: str | Path | Cohort
    out: str | Path
    params: Given = None
    dataset: str = "dicom"
    rois: Sequence[str] = ()
    merges: Sequence[str] = ()
    modalities: Sequence[str] = ()
    cases: Sequence[str] = ()
    engine: str = ENGINES[0]
    controls: Sequence[str] = ()
    states: Sequence[State] = ()
    policy: Policy | None = None
    options: DatasetOptions | None = None
    private: str | Path | None = None
    register: str = ""
    transforms: str | Path = ""

    def __post_init__(self) -> None:
        for name in ("rois", "merges", "modalities", "cases", "controls", "states"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "policy", self.policy or Policy())
        object.__setattr__(self, "options", self.options or DatasetOptions())
        self._refuse_out_inside()
        engine_version(self.engine)  # refused before anything is read where it is not installed
        variants, _, _ = self.variants, self.selection, self.registering
        for _, settings in self.presets.entries:
            for variant in variants:
                refuse_unfit(variant, settings, self.engine)

    def _refuse_out_inside(self) -> None:
        """Refuse to write among the patients."""
        if isinstance(self.source, Cohort) or not Path(self.source).is_dir():
            return
        if Path(self.out).resolve().is_relative_to(Path(self.source).resolve()):
            message = f"the output folder {self.out} lies in the source {self.source}; choose one beside it"
            raise UsageError(message)

    @property
    def folder(self) -> Path:
        """The output folder."""
        return Path(self.out)

    @cached_property
    def presets(self) -> Presets:
        """The settings, with the modality that each measures; none where ``params`` is None."""
        return Presets() if self.params is None else Presets.of(self.params)

    @cached_property
    def selection(self) -> Selection:
        """Which ROIs, modalities and cases."""
        return Selection(RoiRule.parse(self.rois, self.merges), tuple(self.modalities), tuple(self.cases))

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Controls and states."""
        return (*map(Control, dict.fromkeys(self.controls)), *self.states)

    @property
    def registering(self) -> Registering:
        """What is done about images in another patient space."""
        return Registering(self.register, str(self.transforms))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the settings want to have told, each with their name."""
        return tuple(f"{settings.name}: {text}" for _, settings in self.presets.entries for text in settings.remarks)

    def configurations(self, cohort: Cohort) -> list[ConfigRequest]:
        """Ask for each modality with its settings, and for each control and state of it.

        Parameters
        ----------
        cohort
            The source, opened.

        Raises
        ------
        UsageError
            Images of a modality that is wanted have no settings.
        NothingUsableError
            Nothing of the cohort is selected.
        """
        runs = self.presets.assigned(cohort.modalities(), self.selection.modalities)
        if not runs:
            refuse_nothing(cohort, self.selection.rule, self.selection.modalities)
            message = f"nothing of {cohort.root} is selected: {len(cohort)} cases, no image"
            raise NothingUsableError(message)
        return [
            ConfigRequest(
                replace(self.selection, modalities=chosen),
                settings,
                self.engine,
                self.policy or Policy(),
                self.registering,
            )
            for chosen, plain in runs
            for settings in (plain, *(plain.with_variant(variant) for variant in self.variants))
        ]


def request_of(source: str | Path | Cohort | Request, out: str | Path | None, asked: Mapping[str, Any]) -> Request:
    """Return the request that a function was given, or make it of a source and keyword arguments.

    Parameters
    ----------
    source
        A source, or a whole request.
    out
        The output folder of a source.
    asked
        Other fields of the request.

    Raises
    ------
    UsageError
        A request came with further fields, or a source without an output folder.
    """
    if not isinstance(source, Request):
        if out is None:
            message = "say where the tables go: out=FOLDER"
            raise UsageError(message)
        return Request(source, out, **asked)
    if out is not None or asked:
        message = f"{', '.join(['out'] * (out is not None) + [*asked])}: a Request says it already"
        raise UsageError(message)
    return source


@dataclass(frozen=True, slots=True)
class Execution:
    """Where tasks run.

    Parameters
    ----------
    jobs
        Processes; each takes one image at a time.
    limits
        What an image may take; None is no limit.
    isolate
        Measure in a process of its own also with one job and no limit, so that a crash in native code is a row. The
        command line always isolates.
    dask
        Address or scheduler file of a dask cluster that runs already; images are measured there.
    """

    jobs: int = 1
    limits: Limits = field(default_factory=Limits)
    isolate: bool = False
    dask: str = ""

    def executor(self) -> Executor:
        """Return what runs tasks.

        Raises
        ------
        UsageError
            The system or a missing package does not allow it.
        """
        return executor_for(self.jobs, self.limits, isolate=self.isolate, dask=self.dask)
