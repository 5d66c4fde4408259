"""The sections of a survival report, in the order of a reader's questions: the answer first."""

from radpipe.report.blocks import Section
from radpipe.report.checklist import checklist_section
from radpipe.report.closing_sections import files_section, limits_section, methods_section, safeguards_section
from radpipe.report.cohort_sections import measured_section, patients_section
from radpipe.report.drawings.courses import draw_course
from radpipe.report.model_sections import groups_section, models_section, probabilities_section
from radpipe.report.patient_table import PatientTable
from radpipe.report.term_sections import coefficients, competing, single_features
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["sections"]


def sections(analysis: SurvivalAnalysis, patients: PatientTable, more: tuple[Section, ...] = ()) -> tuple[Section, ...]:
    """Return what the page tells below its answer; sections of other rooms stand before the safeguards."""
    if not analysis.models:
        return (
            *_described(analysis, patients),
            *more,
            limits_section(analysis),
            methods_section(analysis),
            files_section(analysis),
        )
    parts = [
        patients_section(analysis, patients),
        measured_section(analysis, patients),
        models_section(analysis),
        groups_section(analysis),
        coefficients(analysis),
        probabilities_section(analysis),
        single_features(analysis),
    ]
    if analysis.competing is not None:
        parts.append(competing(analysis, analysis.competing))
    return (
        *parts,
        *more,
        safeguards_section(analysis),
        limits_section(analysis),
        methods_section(analysis),
        checklist_section(analysis),
        files_section(analysis),
    )


def _described(analysis: SurvivalAnalysis, patients: PatientTable) -> tuple[Section, ...]:
    """Tell of an endpoint with too few events for a model: who was followed, and how often it came."""
    course = Section("course", "How often the event came", (draw_course(analysis),))
    beside = () if analysis.competing is None else (competing(analysis, analysis.competing),)
    return patients_section(analysis, patients), course, *beside
