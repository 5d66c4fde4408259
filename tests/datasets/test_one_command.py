"""One command per data set gives the right table: right rows, and each that is not measured with its reason."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from radpipe.datasets import DatasetOptions
from radpipe.demo.dicom_layouts import LANDMARKS
from radpipe.pipeline import extract, read_features

Layout = Callable[[str], Path]


def counts(frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    codes = frame["code"].fillna("")
    return dict(Counter(zip(frame["status"].astype(str), codes.astype(str), strict=True)))


def test_hanseg(layout: Layout, tmp_path: Path) -> None:
    extract(layout("hanseg"), dataset="hanseg", params="ct_native", modalities=["CT"], out=tmp_path)
    assert counts(read_features(tmp_path)) == {("ok", ""): 13, ("skipped", "E_PARTIAL"): 1}
    cases = pd.read_csv(tmp_path / "tables" / "cases.csv", dtype=str)
    assert cases["site"].tolist()[:2] == ["larynx, left", "'=oral"]


def test_structseg(layout: Layout, tmp_path: Path) -> None:
    extract(layout("structseg"), dataset="structseg", params="ct_native", out=tmp_path)
    frame = read_features(tmp_path)
    assert counts(frame) == {("ok", ""): 3}
    assert frame["case_id"].tolist() == ["structseg-01", "structseg-02", "structseg-10"]


def test_ctpel(layout: Layout, tmp_path: Path) -> None:
    extract(layout("ctpel"), dataset="ctpel", params="ct_native", rois=["Sacrum", "* Hip"], out=tmp_path)
    frame = read_features(tmp_path)
    assert counts(frame) == {("ok", ""): 9}
    # Boxes of 10 x 20 x 16 and 10 x 10 x 12 voxels of 3 x 2.5 x 2.5 mm.
    assert set(frame["diag_volume_mm3"]) == {10 * 20 * 16 * 18.75, 10 * 10 * 12 * 18.75}
    landmarks = pd.read_csv(tmp_path / "tables" / "landmarks.csv")
    assert landmarks["landmark"].tolist() == [*LANDMARKS] * 3


def test_chestxray14(layout: Layout, tmp_path: Path) -> None:
    extract(
        layout("chestxray14"),
        dataset="chestxray14",
        params="xray_2d",
        rois=["Heart"],
        options=DatasetOptions(min_dice=0.9),
        out=tmp_path,
    )
    assert counts(read_features(tmp_path)) == {
        ("ok", ""): 5,
        ("skipped", "E_LOW_DICE"): 1,
    }
    features = pd.read_csv(tmp_path / "tables" / "features.csv").set_index("case_id")
    assert features.loc[features["status"] == "ok", "diag_rca_dice"].iloc[0] == pytest.approx(0.95)
    assert pd.read_csv(tmp_path / "tables" / "cases.csv")["rca_dice"].tolist()[4] == pytest.approx(0.62)


def test_pet_of_hn1(layout: Layout, tmp_path: Path) -> None:
    extract(layout("hn1"), dataset="hn1", params="pet", rois=["GTV-1"], modalities=["PT"], out=tmp_path)
    found = counts(read_features(tmp_path))
    assert found[("ok", "")] == 1
    assert found[("failed", "E_SUV")] == 1
    assert sum(found.values()) == 4
