"""What a user asks beside the analysis itself, by names and files: batches, perturbed states, a filter."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.batches import UNKNOWN, batches_of
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.patients import Patients
from radpipe.survival.design.remeasured import RowChoice, in_order, read_states, states_of
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.procedure.robustness import LEVELS
from radpipe.survival.procedure.safeguards import NOT_MEASURED
from radpipe.survival.procedure.scrutiny import Asked, Scrutiny
from radpipe.survival.statistics.combat import ComBatForm

__all__ = ["FORMS", "Trials", "batch_labels", "with_scrutiny"]

FORMS = ("eb", "no-eb", "mean-only")
"""Names of the forms of ComBat: with priors over features, without, and of the mean alone."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What is asked beside the analysis.

    Parameters
    ----------
    batch
        Column of scanners or centres: of the clinical table, or of ``tables/acquisition.csv`` beside the features.
    covariates
        Columns of the clinical model whose effect ComBat leaves in.
    form
        Of ComBat: ``eb``, ``no-eb`` or ``mean-only``.
    reference
        A batch towards which the others are moved; None moves all towards their mean.
    states
        Output folder of ``radpipe perturb``, or its ``perturbed.parquet``.
    least_icc
        Lower end of ICC(1,1) that a feature must reach in training patients; 0 leaves none out.

    Raises
    ------
    UsageError
        The form is unknown, the ICC is not below 1, or an option stands without the one that it belongs to.
    """

    batch: str | None = None
    covariates: tuple[str, ...] = ()
    form: str = "eb"
    reference: str | None = None
    states: str | Path | pd.DataFrame | None = None
    least_icc: float = LEVELS[0]

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            message = f"form of ComBat {self.form!r} is unknown; allowed: {', '.join(FORMS)}"
            raise UsageError(message)
        if self.batch is None and (self.covariates or self.reference is not None):
            message = "a covariate or reference of harmonisation needs the column of batches; give --batch"
            raise UsageError(message)
        if not 0 <= self.least_icc < 1:
            message = f"the least ICC is {self.least_icc:g}; allowed: 0, for no filter, to below 1"
            raise UsageError(message)

    def asked(
        self, patients: Patients, clinical_model: ClinicalModel, source: "str | Path | pd.DataFrame",
        controls: Mapping[str, pd.DataFrame], choice: RowChoice,
    ) -> Asked:  # fmt: skip
        """Find what is asked in tables.

        Parameters
        ----------
        patients, clinical_model
            The cohort.
        source
            Its feature table or folder, beside which an acquisition table may stand.
        controls
            Negative control -> its rows of the feature table.
        choice
            How the cohort's rows were chosen.

        Raises
        ------
        UsageError
            Something is not there, or does not fit the cohort.
        """
        batches = None
        if self.batch is not None:
            batches = batches_of(
                batch_labels(self.batch, patients, source), patients.patient_ids,
                clinical_model.encode(patients.clinical), [str(name) for name in patients.features.columns],
                column=self.batch, covariates=self.covariates,
                form=ComBatForm(self.form != "no-eb", self.form == "mean-only", self.reference),
            )  # fmt: skip
        return Asked(
            batches,
            () if self.states is None else states_of(read_states(self.states), patients, choice),
            self.least_icc,
            {name: in_order(rows, patients, choice) for name, rows in controls.items()},
        )


def batch_labels(column: str, patients: Patients, source: "str | Path | pd.DataFrame") -> Mapping[str, str]:
    """Return the batch of each patient, from the clinical table or the acquisition table.

    Parameters
    ----------
    column
        Its name.
    patients
        The cohort.
    source
        Feature table or folder; ``acquisition.csv`` stands beside the table.

    Raises
    ------
    UsageError
        Neither table has the column; a patient has images of two batches.
    """
    if column in patients.clinical:
        return {str(patient): _label(value) for patient, value in patients.clinical[column].items()}
    path = Path("." if isinstance(source, pd.DataFrame) else source)
    folders = (path / "tables", path) if path.is_dir() else (path.parent,)
    file = next((folder / "acquisition.csv" for folder in folders if (folder / "acquisition.csv").is_file()), None)
    table = pd.DataFrame() if file is None else pd.read_csv(file, dtype=str, keep_default_na=False)
    if column not in table or "case_id" not in table:
        held = f"; acquisition.csv has {', '.join(table.columns)}" if file is not None else ""
        message = (
            f"batch {column} is no column of the clinical table ({', '.join(map(str, patients.clinical.columns))})"
            f"{held or ' and there is no acquisition.csv beside the features'}"
        )
        raise UsageError(message)
    modality = patients.extraction.get("modality")
    if modality is not None and "modality" in table:
        table = table[table["modality"].str.upper() == modality.upper()]
    labels: dict[str, str] = {}
    for case, value in zip(table["case_id"].str.strip(), table[column], strict=True):
        label = _label(value)
        if labels.setdefault(case, label) != label:
            both = f"{labels[case] or 'no batch'} and of {label or 'no batch'}"
            message = f"batch {column}: patient {case} has images of {both}; which one counts is not told"
            raise UsageError(message)
    return labels


def _label(value: object) -> str:
    """Write a batch as text; whole numbers without a decimal point, nothing for what is missing."""
    if value is None or value != value or not str(value).strip():
        return UNKNOWN
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def with_scrutiny(analysis: SurvivalAnalysis, asked: Asked, scrutiny: Scrutiny) -> SurvivalAnalysis:
    """Return the analysis with what was found beside it: limits, warnings, settings.

    Parameters
    ----------
    analysis
        As it was.
    asked, scrutiny
        Beside it.
    """
    limits, warnings, settings = list(analysis.limits), list(analysis.warnings), dict(analysis.settings)
    if scrutiny.robustness is not None:
        limits = [_measured(scrutiny) if limit == NOT_MEASURED else limit for limit in limits]
        settings["robustness filter"] = (
            f"lower end of ICC(1,1) at least {asked.least_icc:g}" if asked.least_icc else "none"
        )
    if asked.batches is not None and scrutiny.harmonisation is not None:
        warnings += asked.batches.remarks
        settings["harmonised by"] = asked.batches.column
        settings["form of ComBat"] = str(asked.batches.form)
        settings["covariates of ComBat"] = ", ".join(asked.batches.covariate_names) or "none"
        limits.append(
            f"Batches ({asked.batches.column}) were harmonised by what training patients told. Where batches differ in "
            "their patients, harmonising cannot tell scanner from patient."
        )
    if scrutiny.controls is not None:
        limits.append(
            "A control that predicts no worse does not prove that the image says nothing: it is not shown, in so many "
            "patients."
        )
    return replace(analysis, limits=tuple(limits), warnings=tuple(warnings), settings=settings)


def _measured(scrutiny: Scrutiny) -> str:
    """Say what is known of the stability of features, in place of saying that nothing is."""
    own = scrutiny.robustness
    assert own is not None
    return (
        f"Of {len(own.features)} features {own.robust(LEVELS[0])} agree well ({own.robust(LEVELS[1])} very well) over "
        f"{own.states} perturbed states of {own.patients} patients: lower end of ICC(1,1) at least {LEVELS[0]:g} "
        f"({LEVELS[1]:g}), on the scale that models see. That is another scan and another contour as simulated; other "
        "scanners and the habits of other observers were not measured, and the numbers hold for this cohort, these "
        "settings and this ROI."
    )
