"""Join, endpoints and flow: one row per patient, everyone accounted for, every impossible value named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import ClinicalTable
from radpipe.errors import NothingUsableError, UsageError
from radpipe.survival.design.endpoints import EndpointRule
from radpipe.survival.design.hn1 import HN1_ENDPOINTS, load_hn1_clinical
from radpipe.survival.design.patients import join
from radpipe.survival.design.tables import choose_endpoint, load_clinical, read_clinical
from radpipe.survival.statistics.concordance import harrell_c

RULE = EndpointRule("death", "died", "months", "months")


def table(n: int = 30, **changes: object) -> ClinicalTable:
    frame = pd.DataFrame(
        {"died": [1, 0] * (n // 2), "months": np.arange(1.0, n + 1)}, index=[f"P{number:02d}" for number in range(n)]
    )
    for place, value in changes.items():
        column, patient = place.split("__")
        frame[column] = frame[column].astype(object)
        frame.loc[patient, column] = value
    return ClinicalTable(frame, "clinical.csv")


def features(n: int = 30) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_id": [f"P{number:02d}" for number in range(n)],
            "modality": "CT",
            "roi": "GTV-1",
            "config": "ct_native",
            "status": "ok",
            "code": "",
            "diag_measured_spacing_x_mm": 1.0,
            "original_shape_MeshVolume": np.arange(1.0, n + 1),
        }
    )


# Facts of the table: 137 patients, 74 deaths; Harrell's C 0.599, 0.622 and 0.578.
def test_hn1_has_its_known_concordances(shared_data: Path) -> None:
    clinical = load_hn1_clinical(shared_data / "hn1" / "clinical.csv")
    endpoint = HN1_ENDPOINTS["overall_survival"].read(clinical)
    assert len(endpoint) == 137
    assert endpoint.event.sum() == 74
    for column, c in (("clin_t", 0.599), ("clin_n", 0.622), ("age_at_diagnosis", 0.578)):
        risk = clinical.frame[column].to_numpy(float)
        assert round(harrell_c(endpoint.time_days, endpoint.event, risk), 3) == c, column


def test_death_competes_with_recurrence_in_hn1(shared_data: Path) -> None:
    clinical = load_hn1_clinical(shared_data / "hn1" / "clinical.csv")
    local = HN1_ENDPOINTS["local"].read(clinical)
    assert local.competing is not None
    assert not (local.event & local.competing).any()
    assert HN1_ENDPOINTS["distant"].read(clinical).event.sum() == 8


def test_months_become_days() -> None:
    assert RULE.read(table()).time_days[0] == pytest.approx(365.25 / 12)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"months__P03": -1}, r"clinical.csv: patient P03, months is -1, allowed: a number >= 0"),
        ({"months__P03": None}, r"patient P03, months is missing"),
        ({"died__P03": 2}, r"patient P03, died is 2, allowed: 0 or 1"),
        ({"died__P03": "yes"}, r"patient P03, died is 'yes'"),
    ],
)
def test_impossible_values_are_named_by_patient_and_column(changes: dict[str, object], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        RULE.read(table(**changes))


def test_all_censored_few_events_and_a_missing_column_are_refused() -> None:
    frame = table().frame
    with pytest.raises(UsageError, match="no patient has the event"):
        RULE.read(ClinicalTable(frame.assign(died=0), "c.csv"))
    with pytest.raises(UsageError, match=r"9 events among the 18 patients in both tables.*fewer than 10"):
        join(features(18), table(18), RULE)
    with pytest.raises(UsageError, match=r"column months is not in c.csv; it has died"):
        RULE.read(ClinicalTable(frame.drop(columns="months"), "c.csv"))


def test_the_join_keeps_one_row_per_patient_and_counts_the_others() -> None:
    frame = features(32)
    frame.loc[frame["case_id"] == "P05", ["status", "code"]] = "failed", "E_EMPTY_ROI"
    frame.loc[frame["case_id"] == "P06", "roi"] = "GTV-2"
    frame = frame[frame["case_id"] != "P07"]
    found = join(frame, table(), RULE, roi="gtv-1")
    assert len(found) == 27
    assert found.roi == "GTV-1"
    assert list(found.features.columns) == ["original_shape_MeshVolume"]
    assert found.extraction == {"config": "ct_native", "modality": "CT", "measured_spacing_x_mm": "1"}
    told = {(row.step, row.reason): (row.patients, row.events) for row in found.flow.itertuples()}
    assert told["in the clinical table", ""] == (30, 15)
    assert told["excluded", "not measured: E_EMPTY_ROI"] == (1, 0)
    assert told["excluded", "no ROI GTV-1"] == (1, 1)
    assert told["excluded", "not in the feature table"] == (1, 0)
    assert told["analysed", ""] == (27, 14)
    assert any("P30, P31" in note for note in found.notes)
    assert any("P07" in note for note in found.notes)


def test_several_rois_or_rows_of_a_patient_are_refused_and_told_apart() -> None:
    two = pd.concat([features(), features().assign(roi="GTV-2")])
    with pytest.raises(UsageError, match=r"2 ROIs \(GTV-1, GTV-2\); choose one with --roi"):
        join(two, table(), RULE)
    twice = pd.concat([features(), features().assign(modality="PT")])
    with pytest.raises(
        UsageError, match=r"patient P00.*more than one row of ROI GTV-1; they differ in modality \(CT, PT\)"
    ):
        join(twice, table(), RULE, roi="GTV-1")
    with pytest.raises(UsageError, match=r"no row of ROI 'GTV-9'.*it has GTV-1"):
        join(features(), table(), RULE, roi="GTV-9")
    with pytest.raises(UsageError, match=r"no case id of the feature table .*is a patient id of clinical.csv"):
        join(features().assign(case_id=[f"X{number}" for number in range(30)]), table(), RULE, roi="GTV-1")


def test_any_table_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_text("patient_id,died,months,site\n007,1,3,oral\n008,0,5,\n")
    found = load_clinical(path)
    assert list(found.frame.index) == ["007", "008"]
    assert found.frame["months"].tolist() == [3, 5]
    with pytest.raises(UsageError, match="has no patient id column name"):
        load_clinical(path, id_column="name")
    with pytest.raises(UsageError, match="both --event COLUMN and --time COLUMN"):
        choose_endpoint("generic", "death")
    with pytest.raises(UsageError, match="'ctpel' is unknown for survival; allowed: hn1, generic"):
        read_clinical(path, "ctpel")
    with pytest.raises(UsageError, match="endpoint 'cure' is unknown; HN1 has overall_survival"):
        choose_endpoint("hn1", "cure")
    path.write_text("patient_id,died\nA,1\nA,0\n")
    with pytest.raises(UsageError, match="patient A occurs more than once"):
        load_clinical(path)
    with pytest.raises(NothingUsableError, match="does not exist"):
        load_clinical(tmp_path / "none.csv")
