"""Clinical tables as clinics write them: they go through, or are refused with the line and what to do."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.patients import Patients, join
from radpipe.survival.design.tables import TableReading, choose_endpoint, load_clinical, read_clinical

N = 24
IDS = [f"{number:04d}" for number in range(1, N + 1)]
DEAD = [number % 2 for number in range(N)]
DAYS = [100 + 7 * number for number in range(N)]
AGE = [50.5 + number for number in range(N)]
Write = Callable[..., Path]


@pytest.fixture
def features(tmp_path: Path) -> Path:
    frame = pd.DataFrame({"case_id": IDS, "roi": "GTV-1", "original_shape_MeshVolume": [float(n) for n in DAYS]})
    frame.to_csv(tmp_path / "features.csv", index=False)
    return tmp_path / "features.csv"


def lines(separator: str = ",", point: str = ".", header: str = "id,age,dead,days", ids: list[str] = IDS) -> str:
    rows = [header.split(",")]
    rows += [[i, f"{a}".replace(".", point), str(e), str(t)] for i, a, e, t in zip(ids, AGE, DEAD, DAYS, strict=True)]
    return "\n".join(separator.join(row) for row in rows) + "\n"


def read(features: Path, content: bytes, *, name: str = "c.csv", unit: str = "days", **reading: object) -> Patients:
    path = features.with_name(name)
    path.write_bytes(content)
    how = TableReading(**reading)  # type: ignore[arg-type]
    time = None if how.start else "days"
    rule = choose_endpoint("generic", "os", event="dead", time=time, unit=unit, reading=how)
    return join(features, read_clinical(path, "generic", how), rule, lesions=how.several, loose_ids=how.loose_ids)


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        pytest.param(lines().encode(), {}, id="a plain CSV"),
        pytest.param(lines(";", ",").encode(), {}, id="German Excel: semicolons and decimal commas"),
        pytest.param(lines("\t").encode("utf-16"), {}, id="Excel's Unicode text: tabs, UTF-16"),
        pytest.param(lines(";", ",", "id,Alter bei Erkrankung (für Cox),dead,days").encode("cp1252"), {}, id="Latin-1"),
        pytest.param(lines().encode("utf-8-sig"), {}, id="a byte order mark"),
        pytest.param(("sep=;\n" + lines(";")).encode(), {}, id="Excel's sep="),
        pytest.param(lines(header="Patient ID,age,dead,days").encode(), {}, id="Patient ID"),
        pytest.param(lines(header="Fallnummer,age,dead,days").encode(), {"id_column": "fallnummer"}, id="--id"),
        pytest.param(lines(ids=[f"{n}.0" for n in range(1, N + 1)]).encode(), {"loose_ids": True}, id="ids 1.0"),
        pytest.param(lines().replace(",1,", ",dead,").replace(",0,", ",alive,").encode(),
                     {"event_values": ("dead",)}, id="words for the event"),
        pytest.param(lines().replace(",1,", ",2,").replace(",0,", ",1,").encode(),
                     {"event_values": ("2",)}, id="SPSS's 1 and 2"),
    ],
)  # fmt: skip
def test_tables_of_clinics_go_through(features: Path, content: bytes, reading: dict[str, object]) -> None:
    found = read(features, content, **reading)
    assert len(found) == N
    assert found.endpoint.event.tolist() == [bool(event) for event in DEAD]
    assert found.endpoint.time_days.tolist() == DAYS
    assert found.clinical.iloc[:, 0].tolist() == AGE


def test_a_workbook_with_dates_goes_through(features: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["MRN", "dead", "first fraction", "last seen"])
    start = pd.Timestamp("2015-06-01")
    for patient, event, days in zip(IDS, DEAD, DAYS, strict=True):
        sheet.append([patient, event, start, start + pd.Timedelta(days=days)])
    book.save(features.with_name("made.xlsx"))
    content = features.with_name("made.xlsx").read_bytes()
    found = read(features, content, name="c.xlsx", start="first fraction", end="last seen")
    assert found.patient_ids == tuple(IDS)
    assert found.endpoint.time_days.tolist() == DAYS
    assert found.endpoint.origin == "first fraction"


@pytest.mark.parametrize(
    ("content", "reading", "told"),
    [
        pytest.param(lines(header="Fall,age,dead,days"), {}, "no patient id column .*name yours with --id", id="no id"),
        pytest.param(lines() + "0003,1,1,1\n", {}, r"patient 0003 occurs more than once \(line 4, 26\); keep one row",
                     id="twice"),
        pytest.param(lines() + ",60,1,900\n", {}, "line 26: no patient id in column id; add it", id="no id 2"),
        pytest.param(lines().replace(",1,", ",yes,"), {}, r"patient 0002 \(line 3\), dead is 'yes'.*--event-value",
                     id="yes"),
        pytest.param(lines().replace("0003,52.5,0,114", "0003,52.5,0,"), {},
                     r"patient 0003 \(line 4\), days is missing", id="no time"),
        pytest.param("HN registry,,,\n" + lines(), {}, "line 1: one cell only .*remove what stands above", id="title"),
        pytest.param(lines().replace("0003,52.5", "0003,52,5"), {}, "line 4: a cell in column 5, which has no name",
                     id="a comma too many"),
        pytest.param(lines(ids=[f"X-{n}" for n in IDS]), {}, "no case id of the feature table", id="other ids"),
        pytest.param(lines(ids=[f"{n}.0" for n in range(1, N + 1)]), {}, "in writing only; --loose-ids", id="1.0"),
        pytest.param(lines(), {"unit": "years"}, "a follow-up of 261 years; is --unit years right", id="unit"),
    ],
)  # fmt: skip
def test_tables_with_faults_are_refused_with_line_and_remedy(
    features: Path, content: str, reading: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        read(features, content.encode(), **reading)


def test_ids_are_text_on_both_sides_and_near_ones_are_proposed(features: Path) -> None:
    assert read(features, lines().encode()).warnings == ()
    short = [patient.lstrip("0") if place < 3 else patient for place, patient in enumerate(IDS)]
    found = read(features, lines(ids=short).encode())
    assert len(found) == N - 3
    assert found.warnings[0].startswith("3 patients may be lost by writing only: ")
    assert "1 and 0001" in found.warnings[0] or "2 and 0002" in found.warnings[0] or "3 and 0003" in found.warnings[0]
    assert len(read(features, lines(ids=short).encode(), loose_ids=True)) == N


def test_how_a_table_was_read_is_a_note(features: Path) -> None:
    notes = " ".join(read(features, lines(";", ",").encode()).notes)
    assert "separated by semicolons" in notes
    assert "a decimal comma in age" in notes


def test_readings_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="dates need both --start COLUMN and --end COLUMN"):
        TableReading(start="a")
    with pytest.raises(UsageError, match="--lesions 'all' is unknown; allowed: largest, sum, primary"):
        TableReading(lesions="all")
    with pytest.raises(UsageError, match=r"both --event COLUMN and --time COLUMN \(or --start and --end, dates\)"):
        choose_endpoint("generic", "os", event="e", time="t", reading=TableReading(start="a", end="b"))
    (tmp_path / "c.csv").write_text("id,chemo\nA,None\nB,\n")
    assert load_clinical(tmp_path / "c.csv").frame["chemo"].isna().tolist() == [False, True]
