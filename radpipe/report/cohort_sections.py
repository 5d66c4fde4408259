"""Who was analysed, and what was measured in them."""

import numpy as np

from radpipe.report.blocks import Block, Listing, Paragraph, Section, Table, endpoint_words, plain
from radpipe.report.missing_table import missing_table
from radpipe.report.names import both_names
from radpipe.report.patient_table import PatientTable
from radpipe.report.table_one import clinical_columns, table_one
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["measured_section", "patients_section"]


def patients_section(analysis: SurvivalAnalysis, patients: PatientTable) -> Section:
    """Tell who was analysed, and the flow that led there.

    Parameters
    ----------
    analysis
        What was analysed.
    patients
        In whom.
    """
    flow = analysis.flow.astype(object).where(analysis.flow.notna(), "")
    rows = tuple(tuple(_cell(value) for value in row) for row in flow.itertuples(index=False))
    header = tuple(plain(str(name)).capitalize() for name in flow.columns)
    words = tuple(place for place, name in enumerate(flow.columns) if name not in ("patients", "events"))
    events, n = int(analysis.event.sum()), len(analysis.event)
    origin = f" Time counts from: {analysis.origin}." if analysis.origin else ""
    sentence = (
        f"{n} patients, {events} of them with the event ({endpoint_words(analysis.endpoint)}), region of interest "
        f"{patients.roi}.{origin} Median follow-up {_follow_up(analysis)} (reverse Kaplan-Meier)."
    )
    blocks: list[Block] = [
        Paragraph(sentence),
        table_one(analysis, patients),
        *missing_table(analysis),
        Table("Flow of patients", header, rows, words),
    ]
    if analysis.notes:
        blocks.append(Listing(analysis.notes, title="To know about these tables"))
    return Section("patients", "Patients", tuple(blocks))


def _cell(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _follow_up(analysis: SurvivalAnalysis) -> str:
    """Return the median time under observation, the event counting as the end of it by other means."""
    return f"{analysis.follow_up_years:.1f} years" if np.isfinite(analysis.follow_up_years) else "was not reached"


def measured_section(analysis: SurvivalAnalysis, patients: PatientTable) -> Section:
    """Tell what went in.

    Parameters
    ----------
    analysis
        What was analysed.
    patients
        In whom.
    """
    taken = clinical_columns(analysis, patients)
    clinical = f" Models take {len(taken)} clinical columns: {', '.join(map(both_names, taken))}." if taken else ""
    numbers = (
        f"{patients.features.shape[1]} features of {patients.roi} stood in the feature table.{clinical} Tumour volume "
        f"is {both_names(analysis.volume_column)}."
    ).replace("take 1 clinical columns", "take 1 clinical column")
    rows = tuple((plain(str(name)), str(value)) for name, value in patients.extraction.items())
    blocks: list[Block] = [Paragraph(numbers)]
    if rows:
        blocks.append(Table("How features were measured", ("Setting", "Value"), rows, (0, 1)))
    else:
        blocks.append(Paragraph("The feature table does not tell how it was measured; radpipe's own tables do."))
    models = tuple((model.name, model.description) for model in analysis.models)
    blocks.append(Table("What each model is made of", ("Model", "Description"), models, (0, 1)))
    return Section("measured", "What was measured, and how", tuple(blocks))
