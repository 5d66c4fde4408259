"""Fifteen clinical tables as clinics write them: each gives the endpoint that a reader would count, or is refused.

A refusal names the file, the line where one is to blame, and what to do. Patients, events and days are counted by hand.
"""

from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.design.tables import TableReading, choose_endpoint, read_clinical

VOLUME = "original_shape_MeshVolume"


@dataclass(frozen=True, slots=True)
class Clinic:
    """A folder in which a clinic's table and the features of its patients stand."""

    folder: Path

    def read(
        self, content: bytes | str, ids: str = "P1 P2 P3", *, unit: str = "days", name: str = "clinic.csv",
        event: str = "dead", rois: str = "GTV-1", **reading: object,
    ) -> Patients:  # fmt: skip
        """Write the table and the features, and join them as the command does; ids and ROIs are words."""
        if content:
            (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        rows = [(case, roi, 1000.0 + place) for case in ids.split() for place, roi in enumerate(rois.split())]
        pd.DataFrame(rows, columns=["case_id", "roi", VOLUME]).to_csv(self.folder / "features.csv", index=False)
        how = TableReading(**reading)  # type: ignore[arg-type]
        time = None if how.start else "time"
        rule = choose_endpoint("generic", "survival", event=event, time=time, unit=unit, reading=how)
        table = read_clinical(self.folder / name, "generic", how)
        roi = "GTV-*" if how.lesions else None
        return join(self.folder / "features.csv", table, rule, roi=roi, lesions=how.several, loose_ids=how.loose_ids,
                    fewest_events=1)  # fmt: skip

    def refusal(self, content: bytes | str, **given: object) -> str:
        """Return the sentence that refuses a table."""
        with pytest.raises(UsageError) as refused:
            self.read(content, **given)  # type: ignore[arg-type]
        return str(refused.value)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return Clinic(tmp_path)


def endpoint(patients: Patients) -> dict[str, tuple[bool, float]]:
    """Patient -> event, days."""
    outcome = patients.endpoint
    pairs = zip(outcome.event.tolist(), outcome.time_days.tolist(), strict=True)
    return dict(zip(outcome.patient_ids, pairs, strict=True))


def test_1_semicolons_decimal_commas_and_latin_1(clinic: Clinic) -> None:
    text = "Patient ID;Größe (cm);dead;time\r\nP1;7,25;1;30,5\r\nP2;4;0;12\r\nP3;5,5;1;7\r\n"
    patients = clinic.read(text.encode("cp1252"))
    assert endpoint(patients) == {"P1": (True, 30.5), "P2": (False, 12), "P3": (True, 7)}
    assert patients.clinical["Größe (cm)"].tolist() == [7.25, 4, 5.5]
    assert any("cp1252" in note for note in patients.notes)


def test_2_tabs(clinic: Clinic) -> None:
    found = clinic.read("MRN\tsite\tdead\ttime\nP1\toral, left\t1\t30\nP2\tlarynx\t0\t12\nP3\t\t1\t7\n")
    assert endpoint(found) == {"P1": (True, 30), "P2": (False, 12), "P3": (True, 7)}
    assert found.clinical["site"].iloc[0] == "oral, left"


def test_3_utf_16_with_a_byte_order_mark(clinic: Clinic) -> None:
    found = clinic.read("id\tÄrztin\tdead\ttime\nP1\tŁ\t1\t30\nP2\tß\t0\t12\n".encode("utf-16"))
    assert endpoint(found) == {"P1": (True, 30), "P2": (False, 12)}
    assert found.clinical["Ärztin"].tolist() == ["Ł", "ß"]


def test_4_a_workbook_of_two_sheets(clinic: Clinic) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "dead", "time"], ["P1", 1, 30], ["P2", False, 12.5], [None, None, None], ["P3", 1, 7]):
        book.worksheets[0].append(row)
    book.worksheets[0].title = "Patients"
    book.create_sheet("Legend").append(["dead", "1 = yes"])
    book.save(clinic.folder / "clinic.xlsx")
    told = clinic.refusal("", name="clinic.xlsx")
    assert told == "clinic.xlsx has 2 filled sheets (Patients, Legend); name one with --sheet"
    found = clinic.read("", name="clinic.xlsx", sheet="Patients")
    assert endpoint(found) == {"P1": (True, 30), "P2": (False, 12.5), "P3": (True, 7)}


def test_5_ids_that_a_spreadsheet_rewrote(clinic: Clinic) -> None:
    text = "id,dead,time\n12.0,1,30\n 7 ,0,12\nhn-003,1,7\n"
    told = clinic.refusal(text, ids="0012 0007 HN003")
    assert "is a patient id of clinic.csv" in told
    assert "differ in writing only; --loose-ids takes such ids for the same" in told
    found = clinic.read(text, ids="0012 0007 HN003", loose_ids=True)
    assert endpoint(found) == {"12.0": (True, 30), "7": (False, 12), "hn-003": (True, 7)}
    found = clinic.read("id,dead,time\n0012,1,30\n012,0,12\n", ids="012 0012")
    assert endpoint(found) == {"0012": (True, 30), "012": (False, 12)}


def test_6_events_in_words(clinic: Clinic) -> None:
    text = "id,vital,time\nP1,Dead,30\nP2,alive,12\nP3, dead ,7\n"
    told = clinic.refusal(text, event="vital")
    assert told.startswith("clinic.csv: patient P1 (line 2), vital is 'Dead', allowed: 0 or 1; of Dead, alive, dead, ")
    assert "name what means the event: --event-value" in told
    found = clinic.read(text, event="vital", event_values=("dead",))
    assert endpoint(found) == {"P1": (True, 30), "P2": (False, 12), "P3": (True, 7)}
    found = clinic.read("id,Event?,time\nP1,YES,30\nP2,No,12\n", event="Event?", event_values=("yes",))
    assert endpoint(found) == {"P1": (True, 30), "P2": (False, 12)}


def test_7_events_as_1_and_2(clinic: Clinic) -> None:
    text = "id,dead,time\nP1,2,30\nP2,1,12\nP3,2,7\n"
    for gap in ("", "P4,,9\n"):
        told = clinic.refusal(text + gap)
        assert "clinic.csv: patient P1 (line 2), dead is 2, allowed: 0 or 1; of 1, 2, name" in told
    assert endpoint(clinic.read(text, event_values=("2",))) == {"P1": (True, 30), "P2": (False, 12), "P3": (True, 7)}


# 1 February to 1 March 2016: 29 days (a leap year); 31 December 2015 to 2 January 2016: 2; one year of 366 days.
def test_8_dates_in_german_and_iso_form(clinic: Clinic) -> None:
    text = "id;dead;Beginn;Ende\nP1;1;1.2.2016;01.03.2016\nP2;0;2015-12-31;2016-01-02\nP3;1;01.02.2016;2017-02-01\n"
    found = clinic.read(text, start="Beginn", end="Ende")
    assert endpoint(found) == {"P1": (True, 29), "P2": (False, 2), "P3": (True, 366)}
    told = clinic.refusal(text.replace("01.03.2016", "30.02.2016"), start="Beginn", end="Ende")
    assert "clinic.csv: patient P1 (line 2), Ende is '30.02.2016', allowed: a date such as 2019-03-31" in told
    slashed = "id;dead;Beginn;Ende\nP1;1;1.2.2016;01.03.2016\nP2;0;01/02/2016;03/04/2016\n"
    told = clinic.refusal(slashed, start="Beginn", end="Ende")
    assert told.startswith("clinic.csv: patient P2 (line 3), Beginn 01/02/2016 may be day and month or month and day")
    assert "tell with --date-format %d/%m/%Y" in told


# A month is a twelfth of 365.25 days: 12 months are a year.
def test_9_times_in_months(clinic: Clinic) -> None:
    text = "id,dead,time\nP1,1,12\nP2,0,6\nP3,1,2000\n"
    told = clinic.refusal(text, unit="months")
    assert told == "clinic.csv: time gives patient P3 (line 4) a follow-up of 167 years; is --unit months right?"
    found = clinic.read(text.replace("2000", "24"), unit="months")
    assert endpoint(found) == {"P1": (True, 365.25), "P2": (False, 182.625), "P3": (True, 730.5)}


def test_10_an_unknown_word_among_events(clinic: Clinic) -> None:
    told = clinic.refusal("id,dead,time\nP1,1,30\nP2,0,12\nP3,lost,7\n")
    assert told.startswith("clinic.csv: patient P3 (line 4), dead is 'lost', allowed: 0 or 1; ")
    assert told.endswith("Mend these cells, or take the lines out of the table")
    words = "id,dead,time\nP1,yes,30\nP2,no,12\nP3,lost,7\n"
    found = clinic.read(words, event_values=("yes",))
    assert endpoint(found) == {"P1": (True, 30), "P2": (False, 12), "P3": (False, 7)}
    assert "dead: yes is the event; lost, no: not seen" in found.notes
    told = clinic.refusal(words, event_values=("dead",))
    assert told == "clinic.csv: --event-value dead: dead does not hold it; it holds lost, no, yes"


def test_11_a_negative_and_a_missing_time(clinic: Clinic) -> None:
    told = clinic.refusal('id,dead,time\n"Doe, J",1,-30\nP2,0,\nP3,1,7 d\n')
    assert told == (
        "clinic.csv: patient Doe, J (line 2), time is '-30', allowed: a number >= 0; "
        "patient P2 (line 3), time is missing, allowed: a number >= 0; "
        "patient P3 (line 4), time is '7 d', allowed: a number >= 0. "
        "Mend these cells, or take the lines out of the table"
    )


def test_12_a_patient_twice(clinic: Clinic) -> None:
    told = clinic.refusal("id,dead,time\nP1,1,30\nP2,0,12\n\nP1,1,31\n")
    assert told == "clinic.csv: patient P1 occurs more than once (line 2, 5); keep one row per patient"


def test_13_an_empty_column_in_between_and_a_line_of_totals(clinic: Clinic) -> None:
    text = "id;;dead;;time;;\nP1;;1;;30;;\nP2;;0;;12;;\n;;;;;;\n"
    assert endpoint(clinic.read(text)) == {"P1": (True, 30), "P2": (False, 12)}
    assert endpoint(clinic.read(text.replace("id;;", "id;note;"))) == {"P1": (True, 30), "P2": (False, 12)}
    told = clinic.refusal(text + "Total;;12;;42;;\n")
    assert "clinic.csv: patient Total (line 5), dead is 12, allowed: 0 or 1" in told
    assert "(a line of totals?). Mend these cells, or take the lines out of the table" in told
    told = clinic.refusal(text + ";;1;;42;;\n")
    assert told == "clinic.csv, line 5: no patient id in column id; add it or remove the line"
    told = clinic.refusal(text.replace("P2;;0", "P2;late;0"))
    assert told.startswith("clinic.csv, line 3: a cell in column 2, which has no name in line 1; name the column")


def test_14_a_cohort_without_censoring_and_one_without_events(clinic: Clinic) -> None:
    everybody = clinic.read("id,dead,time\nP1,1,30\nP2,1,12\nP3,1,7\n")
    assert endpoint(everybody) == {"P1": (True, 30), "P2": (True, 12), "P3": (True, 7)}
    told = clinic.refusal("id,dead,time\nP1,0,30\nP2,0,12\nP3,0,7\n")
    assert told.startswith("clinic.csv: no patient has the event in column dead; name another with --event, or the ")
    told = clinic.refusal("id,dead,time\nP1,,30\nP2,,12\n")
    assert told.startswith("clinic.csv: patient P1 (line 2), dead is missing, allowed: 0 or 1; patient P2 (line 3), ")


def test_15_two_regions_of_a_patient(clinic: Clinic) -> None:
    text = "id,dead,time\nP1,1,30\nP2,0,12\n"
    told = clinic.refusal(text, ids="P1 P2", rois="GTV-1 GTV-2")
    assert "2 ROIs (GTV-1, GTV-2); choose one with --roi, or tell what several are with --lesions" in told
    found = clinic.read(text, ids="P1 P2", rois="GTV-1 GTV-2", lesions="sum")
    assert endpoint(found) == {"P1": (True, 30), "P2": (False, 12)}
    assert found.features[VOLUME].tolist() == [2001, 2001]
