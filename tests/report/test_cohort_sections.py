"""Who was analysed, and what was measured."""

from dataclasses import replace
from typing import Any

import pandas as pd

from radpipe.report.blocks import Paragraph, Table
from radpipe.report.cohort_sections import measured_section, patients_section


def test_patients_events_origin_and_follow_up_are_told(handmade: Any) -> None:
    first = patients_section(handmade.analysis, handmade.patients).blocks[0]
    assert isinstance(first, Paragraph)
    events = int(handmade.analysis.event.sum())
    assert first.text.startswith(f"90 patients, {events} of them with the event (overall survival)")
    assert "Time counts from: first day of radiotherapy. Median follow-up 6.0 years" in first.text
    never = replace(handmade.analysis, follow_up_years=float("inf"), origin="")
    told = patients_section(never, handmade.patients).blocks[0]
    assert isinstance(told, Paragraph)
    assert "Time counts" not in told.text
    assert "follow-up was not reached" in told.text


def test_tables_that_do_not_tell_their_settings_are_named(handmade: Any) -> None:
    tables = [
        block for block in measured_section(handmade.analysis, handmade.patients).blocks if isinstance(block, Table)
    ]
    assert tables[0].rows == (("config", "aerts2014"),)
    silent = measured_section(handmade.analysis, replace(handmade.patients, extraction={}))
    assert [block.text for block in silent.blocks if isinstance(block, Paragraph)][-1].startswith(
        "The feature table does not tell how it was measured"
    )


def test_only_clinical_columns_that_models_take_are_counted(handmade: Any) -> None:
    ids = list(handmade.patients.patient_ids)
    clinical = pd.DataFrame({"age_at_diagnosis": 60.0, "died": 1, "days": 9.0}, index=ids)
    first = measured_section(handmade.analysis, replace(handmade.patients, clinical=clinical)).blocks[0]
    assert isinstance(first, Paragraph)
    assert "4 features of GTV-1 stood in the feature table." in first.text
    assert "Models take 1 clinical column: age at diagnosis [age_at_diagnosis]. Tumour volume is" in first.text
