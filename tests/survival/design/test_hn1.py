"""HN1's clinical table: types, ranges and traps."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.survival.design.hn1 import HN1_CLINICAL_MODEL, HN1_ENDPOINTS, load_hn1_clinical


def damaged(hn1_cohort: Path, tmp_path: Path, column: str, value: str) -> Path:
    frame = pd.read_csv(hn1_cohort / "clinical.csv", dtype=str, keep_default_na=False)
    frame.loc[1, column] = value
    path = tmp_path / "clinical.csv"
    frame.to_csv(path, index=False)
    return path


def test_the_real_table_has_its_published_counts(shared_data: Path) -> None:
    # Counts as published with the collection (Wee and Dekker 2019, doi 10.7937/tcia.2019.8kap372n).
    table = load_hn1_clinical(shared_data / "hn1" / "clinical.csv")
    frame = table.frame
    assert frame.shape == (137, 26)
    events = {name: int(frame[name].sum()) for name in frame.columns if name.startswith("event_")}
    assert list(events.values()) == [74, 39, 24, 34, 8]
    assert frame[
        ["overall_hpv_p16_status", "pretreat_hb_in_mmolperlitre", "performance_status_ecog"]
    ].isna().sum().tolist() == [56, 54, 10]
    assert "years" in table.dictionary["age_at_diagnosis"]


def test_the_traps_of_the_real_table_are_told_and_left_alone(shared_data: Path) -> None:
    table = load_hn1_clinical(shared_data / "hn1" / "clinical.csv")
    told = "\n".join(map(str, table.notes))
    assert "HN1869: recurrence was followed up longer than overall survival" in told
    assert "HPV is missing in 56 patients, 48 of them with larynx tumours" in told
    assert "concomitant (26) and concurrent (11); both mean the same" in told
    row = table.frame.loc["HN1869"]
    assert row["recurrence_metastatic_free_survival_in_days"] > row["overall_survival_in_days"]


def test_columns_have_their_types(hn1_cohort: Path) -> None:
    frame = load_hn1_clinical(hn1_cohort / "clinical.csv").frame
    assert str(frame["event_overall_survival"].dtype) == "Int64"
    assert str(frame["pretreat_hb_in_mmolperlitre"].dtype) == "float64"
    assert list(frame["ajcc_stage"].cat.categories) == ["i", "ii", "iii", "iva", "ivb", "ivc"]


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [
        ("event_overall_survival", "2", "a whole number from 0 to 1"),
        ("overall_survival_in_days", "-1", "a whole number of days >= 0"),
        ("overall_survival_in_days", "12.5", "a whole number of days >= 0"),
        ("clin_t", "4a", "a whole number from 1 to 4"),
        ("biological_sex", "unknown", "male or female"),
        ("pretreat_hb_in_mmolperlitre", "0", "a number > 0"),
    ],
)
def test_an_impossible_value_is_refused_by_patient_and_column(
    hn1_cohort: Path, tmp_path: Path, column: str, value: str, allowed: str
) -> None:
    path = damaged(hn1_cohort, tmp_path, column, value)
    with pytest.raises(UsageError, match=f"patient HN1002, {column} is '{value}', allowed: {allowed}"):
        load_hn1_clinical(path)


@pytest.mark.parametrize("name", ["Data_dictionary_for_HEAD-NECK-RADIOMICS-HN1_July.csv", "data_dictionary.txt"])
def test_the_dictionary_is_found_under_its_real_name(name: str, hn1_cohort: Path, tmp_path: Path) -> None:
    shutil.copy(hn1_cohort / "clinical.csv", tmp_path / "clinical.csv")
    sign = "," if name.endswith(".csv") else "\t"
    (tmp_path / name).write_text(
        f"Data dictionary for HEAD-NECK-RADIOMICS-HN1{sign}{sign}\nField{sign}Range{sign}Description\n"
        f'age_at_diagnosis{sign}numerical{sign}"Age, in years."\n'
    )
    assert load_hn1_clinical(tmp_path / "clinical.csv").dictionary == {"age_at_diagnosis": "Age, in years."}


def test_missing_values_are_taken_and_told_where_the_collection_has_none(hn1_cohort: Path, tmp_path: Path) -> None:
    table = load_hn1_clinical(damaged(hn1_cohort, tmp_path, "performance_status_ecog", ""))
    assert table.frame["performance_status_ecog"].isna().sum() == 1
    assert "performance_status_ecog" not in "".join(map(str, table.notes))
    for column in ("age_at_diagnosis", "clin_t", "index_tumour_location"):
        table = load_hn1_clinical(damaged(hn1_cohort, tmp_path, column, ""))
        assert table.frame[column].isna().tolist() == [False, True, False, False, False]
        told = f"{column} is missing in 1 patient (HN1002); the collection as published has it"
        assert told in "".join(map(str, table.notes))


def test_a_gap_in_age_or_stage_is_imputed_and_a_tumour_without_site_is_a_level(
    hn1_cohort: Path, tmp_path: Path
) -> None:
    columns = ("age_at_diagnosis", "clin_t", "index_tumour_location")
    frame = pd.read_csv(hn1_cohort / "clinical.csv", dtype=str, keep_default_na=False)
    frame.loc[1, list(columns)] = ""
    frame.to_csv(tmp_path / "clinical.csv", index=False)
    encoded = HN1_CLINICAL_MODEL.encode(load_hn1_clinical(tmp_path / "clinical.csv").frame)
    gaps = dict(zip(encoded.names, np.isnan(encoded.values).sum(axis=0), strict=True))
    assert (gaps["age_at_diagnosis"], gaps["clin_t"]) == (1, 1)
    assert all(drawn for name, drawn in zip(encoded.names, encoded.drawn, strict=True) if gaps[name])
    site = encoded.names.index("index_tumour_location: missing")
    assert encoded.values[:, site].tolist() == [0, 1, 0, 0, 0]


def test_a_gap_in_an_outcome_is_refused_by_the_endpoint_that_asks_for_it(hn1_cohort: Path, tmp_path: Path) -> None:
    table = load_hn1_clinical(damaged(hn1_cohort, tmp_path, "locoregional_recurrence_in_days", ""))
    told = r"patient HN1002 \(line 3\), locoregional_recurrence_in_days is missing, allowed: a number >= 0"
    with pytest.raises(UsageError, match=told):
        HN1_ENDPOINTS["locoregional"].read(table)
    assert len(HN1_ENDPOINTS["overall_survival"].read(table).event) == 5
    table = load_hn1_clinical(damaged(hn1_cohort, tmp_path, "event_overall_survival", ""))
    told = r"event_overall_survival is missing, allowed: 0 or 1\. Mend these cells"  # 0 and 1 are no words to be named.
    with pytest.raises(UsageError, match=told):
        HN1_ENDPOINTS["overall_survival"].read(table)


def test_a_patient_twice_is_refused(hn1_cohort: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="patient HN1001 occurs more than once"):
        load_hn1_clinical(damaged(hn1_cohort, tmp_path, "id", "HN1001"))


def test_another_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("id,age\n1,2\n")
    with pytest.raises(UsageError, match=r"column index_tumour_location.* is missing; is it HN1's clinical table"):
        load_hn1_clinical(tmp_path / "x.csv")
    with pytest.raises(NothingUsableError, match="does not exist"):
        load_hn1_clinical(tmp_path / "none.csv")
