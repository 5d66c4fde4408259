"""What is asked of survival, as values: the tables that are joined, and what is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from radpipe.clinical import ClinicalTable
from radpipe.errors import UsageError
from radpipe.private import private_clinical, read_key
from radpipe.qc.analysis import QcChoice
from radpipe.report.blocks import Section
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.endpoints import EndpointRule
from radpipe.survival.design.feature_table import of_modality
from radpipe.survival.design.tables import TableReading, choose_clinical_model, choose_endpoint, read_clinical
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.safeguards import refuse_outcomes
from radpipe.survival.procedure.trials import Trials

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SurvivalAsked", "SurvivalRequest", "TablesAsked", "TablesRequest", "survival_request_of"]


class TablesAsked(TypedDict, total=False):
    """Fields of a :class:`TablesRequest` that a function takes as keyword arguments; what each is stands there."""

    dataset: str
    endpoint: str
    roi: str | None
    event: str | None
    time: str | None
    unit: str
    private: str | Path | None
    reading: TableReading | None


class SurvivalAsked(TablesAsked, total=False):
    """Fields of a :class:`SurvivalRequest` that a function takes as keyword arguments."""

    modality: str | None
    clinical_model: str | Path | ClinicalModel | None
    volume_column: str | None
    seed: int
    plan: AnalysisPlan | None
    jobs: int
    signature: str | Path | None
    more: tuple[Section, ...]
    trials: Trials | None
    save_model: str | Path | None
    model: str | None
    qc: QcChoice | None


@dataclass(frozen=True)
class TablesRequest:
    """Two tables that are joined to patients with an outcome, and where answers go. It is valid once it is made.

    Parameters
    ----------
    features
        Feature table (frame, CSV, Parquet), or the output folder of an extraction.
    clinical
        Clinical table, loaded or as a file.
    out
        Where answers go; nothing is written when anything is wrong.
    dataset
        ``hn1`` or ``generic``: how the clinical table is read.
    endpoint
        HN1's: ``overall_survival``, ``recurrence_metastasis``, ``local``, ``locoregional``, ``distant``. Otherwise a
        name for what ``event`` and ``time`` tell.
    roi
        The ROI whose rows are taken, or a glob such as ``GTV-*`` with ``reading.lesions``; None where there is one row
        per patient anyway.
    event, time, unit
        Columns of a generic table, and the unit of time: days, months or years.
    private
        Key file of a private extraction: the clinical table's ids are turned into the feature table's.
    reading
        What the clinical table does not tell by itself: its id column, words that mean the event, dates, a sheet; and
        what becomes of several ROIs.

    Raises
    ------
    UsageError
        The endpoint is unknown or not wholly told.
    """

    features: "str | Path | pd.DataFrame" = field(repr=False)
    clinical: str | Path | ClinicalTable = field(repr=False)
    out: str | Path
    dataset: str = "hn1"
    endpoint: str = "overall_survival"
    roi: str | None = None
    event: str | None = None
    time: str | None = None
    unit: str = "days"
    private: str | Path | None = None
    reading: TableReading | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "reading", self.read_by)
        _ = self.rule  # refused before anything is read

    @property
    def folder(self) -> Path:
        """The output folder."""
        return Path(self.out)

    @property
    def read_by(self) -> TableReading:
        """How the clinical table is read."""
        return self.reading or TableReading()

    @cached_property
    def rule(self) -> EndpointRule:
        """How the outcome is read."""
        return choose_endpoint(
            self.dataset, self.endpoint, event=self.event, time=self.time, unit=self.unit, reading=self.read_by
        )

    def table(self) -> ClinicalTable:
        """Read the clinical table; of a private extraction its ids become those of the feature table.

        Raises
        ------
        UsageError
            It is no such table.
        """
        table = self.clinical
        if not isinstance(table, ClinicalTable):
            table = read_clinical(table, self.dataset, self.read_by)
        return table if self.private is None else private_clinical(table, read_key(self.private, self.out))


@dataclass(frozen=True)
class SurvivalRequest(TablesRequest):
    """What is asked of an analysis of survival, beside its tables. It is valid once it is made.

    Parameters
    ----------
    modality
        Take the rows of this modality only (CT, PT or PET, MR); of a joined table there is one row a patient anyway.
    clinical_model
        Clinical columns of the models, or a YAML that declares them; HN1 has one built in.
    volume_column
        The feature that is the tumour's volume; None takes the mesh volume.
    seed
        Of everything random.
    plan
        How thoroughly.
    jobs
        Processes.
    signature
        A locked signature, by name or file, that is applied unchanged: told in the report, and ``signature.csv``.
    more
        Sections that other rooms made, for the page.
    trials
        Scanners or centres to harmonise, perturbed states: what is asked beside the analysis. Negative controls are
        asked where the feature table has them.
    save_model
        A new file for a locked model, which ``validate_model`` judges on another cohort.
    model
        Its name among the models; None takes the one that the primary question asks about.
    qc
        Decisions of quality control: excluded rows are left out, and the page tells C with and without them. The
        features are then those of an output folder.

    Raises
    ------
    UsageError
        Options do not fit each other, the clinical model holds an outcome, or ``save_model`` exists.
    ParameterError
        The clinical model's file is invalid.

    Examples
    --------
    >>> request = SurvivalRequest("out", "HN1/clinical.csv", "survival", roi="GTV-1")
    >>> request.rule.name, request.declared.names[:2]
    ('overall_survival', ('clin_t', 'clin_n'))
    """

    modality: str | None = None
    clinical_model: str | Path | ClinicalModel | None = None
    volume_column: str | None = None
    seed: int = 2014
    plan: AnalysisPlan | None = None
    jobs: int = 1
    signature: str | Path | None = None
    more: tuple[Section, ...] = ()
    trials: Trials | None = None
    save_model: str | Path | None = None
    model: str | None = None
    qc: QcChoice | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_outcomes(self.declared, self.rule.outcome_columns)
        if self.modality is not None and self.qc is not None:
            message = "--modality and --qc: decisions are of a whole run; measure the modality into a folder of its own"
            raise UsageError(message)
        if self.save_model is not None and Path(self.save_model).exists():
            message = f"{self.save_model} exists; a locked model is not overwritten"
            raise UsageError(message)

    @cached_property
    def declared(self) -> ClinicalModel:
        """The clinical columns of the models."""
        return choose_clinical_model(self.dataset, self.clinical_model)

    @property
    def planned(self) -> AnalysisPlan:
        """How thoroughly, the usual where nothing was said."""
        return self.plan or AnalysisPlan()

    @property
    def beside(self) -> Trials:
        """What is asked beside the analysis."""
        return self.trials or Trials()

    def measured(self) -> "str | Path | pd.DataFrame":
        """Return the features, those of one modality where one was asked for."""
        return self.features if self.modality is None else of_modality(self.features, self.modality, self.volume_column)


def survival_request_of(
    features: "str | Path | pd.DataFrame | SurvivalRequest", clinical: str | Path | ClinicalTable | None,
    out: str | Path | None, asked: Mapping[str, Any],
) -> SurvivalRequest:  # fmt: skip
    """Return the request that a function was given, or make it of tables and keyword arguments.

    Parameters
    ----------
    features
        Features, or a whole request.
    clinical, out
        Beside features.
    asked
        Other fields of the request.

    Raises
    ------
    UsageError
        A request came with further fields, or features without a clinical table or an output folder.
    """
    if isinstance(features, SurvivalRequest):
        if clinical is not None or out is not None or asked:
            message = f"{', '.join(['clinical', 'out', *asked])}: a SurvivalRequest says it already"
            raise UsageError(message)
        return features
    if clinical is None or out is None:
        message = "say which clinical table is joined, and where the answers go: clinical=FILE, out=FOLDER"
        raise UsageError(message)
    return SurvivalRequest(features, clinical, out, **asked)
