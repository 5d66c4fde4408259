"""The page of a locked model on other patients: one file, and a file for every number."""

import pandas as pd
import pytest

from radpipe.report.validation_page import write_validation


def test_the_page_is_one_file_and_its_numbers_stand_beside_it(found, tmp_path):
    page = write_validation(found, "overall_survival", tmp_path / "out").read_text(encoding="utf-8")
    assert "&lt;radiomics&gt;" in page
    assert "<radiomics>" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    for words in ("100 patients of HN1", "made for this test", "Observed / predicted", "Risk groups", "Case mix"):
        assert words in page
    patients = pd.read_csv(tmp_path / "out" / "patients.csv")
    assert patients["index"].tolist() == pytest.approx(found.index.tolist())
    assert {"risk_group", "probability_2y", "probability_5y"} <= set(patients.columns)
    horizons = pd.read_csv(tmp_path / "out" / "horizons.csv")
    assert horizons["ratio"].tolist() == pytest.approx((horizons["observed"] / horizons["expected"]).tolist())
    assert sorted(path.name for path in (tmp_path / "out" / "figures").iterdir()) == [
        f"{name}.{kind}" for name in ("calibration", "decision_curve", "kaplan_meier") for kind in ("png", "svg")
    ]
