"""Clinical columns as declared: all faults of a file at once, terms by hand, values that a kind does not allow."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import ParameterError, UsageError
from radpipe.survival.design.clinical_model import ClinicalModel, Missing, load_clinical_model, parse_clinical_model

TABLE = pd.DataFrame(
    {"stage": ["II", "I", None, "III"], "age": [61, 48, 70, np.nan], "site": ["larynx", "oral", "oral", None]},
    index=["a", "b", "c", "d"],
)


def model(**columns: object) -> ClinicalModel:
    return parse_clinical_model({"columns": columns}, "made")


def terms(made: ClinicalModel) -> dict[str, list[float]]:
    found = made.encode(TABLE)
    return {name: found.values[:, place].tolist() for place, name in enumerate(found.names)}


def test_a_number_an_order_and_levels_become_terms_by_hand() -> None:
    made = model(
        age={"kind": "numeric", "unit": 10},
        stage={"kind": "ordinal", "levels": ["I", "II", "III"]},
        site={"kind": "categorical", "levels": ["oral", "larynx"]},
    )
    found = terms(made)
    np.testing.assert_array_equal(found["age"], [61, 48, 70, np.nan])
    np.testing.assert_array_equal(found["stage"], [1, 0, np.nan, 2])
    assert found["site: larynx"] == [1, 0, 0, 0]  # oral is the reference
    assert found["site: missing"] == [0, 0, 0, 1]
    units = dict(zip(made.encode(TABLE).names, made.encode(TABLE).units, strict=True))
    assert units["age"] == (10, "10 more")
    assert units["stage"] == (1.0, "one step")
    assert units["site: larynx"][1] == "larynx against oral"


def test_an_indicator_is_one_level_against_the_rest() -> None:
    assert terms(model(site={"kind": "indicator", "levels": ["oral"], "missing": "rest"})) == {
        "site: oral": [0, 1, 1, 0]
    }
    (drawn,) = terms(model(site={"kind": "indicator", "levels": ["oral"], "missing": "impute"})).values()
    np.testing.assert_array_equal(drawn, [0, 1, 1, np.nan])


def test_numbers_and_orders_are_imputed_and_categories_have_a_level_unless_said() -> None:
    made = model(age={"kind": "numeric"}, site={"kind": "categorical"})
    assert [column.missing for column in made.columns] == [Missing.IMPUTE, Missing.CATEGORY]


@pytest.mark.parametrize(
    ("column", "given", "said"),
    [
        ("age", {"kind": "numeric", "missing": "refuse"}, r"age is missing in 1 patients \(d\)"),
        ("stage", {"kind": "numeric"}, r"stage \(numeric\) allows numbers; patient a: 'II'"),
        ("stage", {"kind": "ordinal", "levels": ["I", "II"]}, r"allows I, II; patient d: 'III'"),
        ("weight", {"kind": "numeric"}, r"column weight is not in the clinical table; it has stage, age, site"),
    ],
)
def test_what_a_column_does_not_hold_is_told_with_its_patient(column: str, given: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        model(**{column: given}).encode(TABLE)


def test_all_faults_of_a_file_are_told_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "colums: 1\n"
        "columns:\n"
        "  a: {kind: number}\n"
        "  b: {kind: numeric, missing: rest, unit: 0}\n"
        "  c: {kind: indicator, levels: [x, y]}\n"
        "  d: numeric\n"
        "  e: {kind: numeric, levles: [1]}\n"
    )
    with pytest.raises(ParameterError, match="columns") as caught:
        load_clinical_model(tmp_path / "m.yaml")
    said = "\n".join(caught.value.faults)
    for fault in (
        "colums is unknown",
        "columns.a.kind is 'number'",
        "columns.b.missing is 'rest'",
        "columns.b.unit is 0",
        "columns.c.levels must be a list of one level",
        "columns.d must be a mapping",
        "columns.e.levles is unknown",
    ):
        assert fault in said


@pytest.mark.parametrize("text", ["", "columns: {}\n", "- a\n"])
def test_a_file_without_columns_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(ParameterError, match="at least one clinical column"):
        load_clinical_model(tmp_path / "m.yaml")
    with pytest.raises(UsageError, match="does not exist"):
        load_clinical_model(tmp_path / "none.yaml")
