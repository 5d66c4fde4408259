"""One row per patient: names say modality, ROI and settings; who lacks a part is told, and nobody counts twice."""

import pandas as pd
import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.tables.join import joined

MEAN = "original_firstorder_Mean"


def table(*rows: tuple[str, str, str, str, str, float]) -> pd.DataFrame:
    """Rows of case, image, modality, ROI, settings and mean; nan is a failed row."""
    return pd.DataFrame(
        [
            {
                "case_id": case, "image_id": image, "modality": modality, "roi": roi, "config": config,
                "status": "ok" if mean == mean else "failed", "code": "" if mean == mean else "E_SUV",
                "message": "", "warnings": "", "diag_bins": 9, MEAN: mean,
            }
            for case, image, modality, roi, config, mean in rows
        ]
    )  # fmt: skip


CT_AND_PET = table(
    ("a", "1", "CT", "GTV-1", "ct", 30.0),
    ("a", "2", "PT", "GTV-1", "pet", 7.0),
    ("b", "1", "CT", "GTV-1", "ct", 40.0),
    ("b", "2", "PT", "GTV-1", "pet", float("nan")),
    ("c", "1", "CT", "GTV-1", "ct", 50.0),
)


def test_ct_and_pet_of_a_patient_stand_in_one_row() -> None:
    frame = joined([CT_AND_PET])
    assert frame["case_id"].tolist() == ["a", "b", "c"]
    assert frame.columns[9:].tolist() == [f"CT.GTV-1.{MEAN}", f"PT.GTV-1.{MEAN}"]
    assert frame.iloc[0, 9:].tolist() == [30.0, 7.0]
    assert frame.loc[0, ["image_id", "modality", "roi", "config", "status"]].tolist() == [
        "1+2", "CT+PT", "GTV-1", "ct+pet", "ok",
    ]  # fmt: skip


def test_who_lacks_a_part_is_told_with_its_code() -> None:
    frame = joined([CT_AND_PET]).set_index("case_id")
    assert frame.loc[["b", "c"], "status"].tolist() == ["failed", "failed"]
    assert frame.loc[["b", "c"], "code"].tolist() == ["E_SUV", "E_NO_IMAGE"]
    assert frame.loc["b", "message"] == "missing: PT.GTV-1"
    assert frame.loc["b", f"CT.GTV-1.{MEAN}"] == 40.0


def test_settings_belong_to_the_name_where_there_are_several() -> None:
    frame = joined([CT_AND_PET.iloc[[0]], table(("a", "1", "CT", "GTV-1", "fine", 31.0))])
    assert frame.columns[9:].tolist() == [f"CT.GTV-1.ct.{MEAN}", f"CT.GTV-1.fine.{MEAN}"]


def test_rois_and_modalities_can_be_chosen() -> None:
    frame = joined([CT_AND_PET, table(("a", "1", "CT", "Brain", "ct", 1.0))], rois=["gtv-1"], modalities=["pet"])
    assert frame.columns[9:].tolist() == [f"PT.GTV-1.{MEAN}"]
    with pytest.raises(NothingUsableError, match="no measured row"):
        joined([CT_AND_PET], rois=["GTV-9"])


def test_two_images_of_one_part_are_refused() -> None:
    twice = pd.concat([CT_AND_PET, table(("a", "9", "CT", "GTV-1", "ct", 1.0))])
    with pytest.raises(UsageError, match=r"a has several rows of CT\.GTV-1 \(images 1, 9\), and 1 patients"):
        joined([twice])
