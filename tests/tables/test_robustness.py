"""Perturbed states from the command line to the table of agreement."""

from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe import pipeline
from radpipe.errors import UsageError
from radpipe.features.params import ImageType, Params
from radpipe.features.settings import Settings
from radpipe.features.variant import states
from radpipe.pipeline import extract, read_features
from radpipe.run import opened
from radpipe.survival.statistics.agreement import agreement, repeats_of
from radpipe.tables.dictionary import column_meanings
from radpipe.tables.robustness import ROBUSTNESS_COLUMNS

PARAMS = Params("plain", (ImageType("Original"),), {"firstorder": ("Mean", "Energy")}, Settings(bin_width=25))


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Four images of 30 units of noise, 100 units apart."""
    rows = ["case_id,image,mask,roi,modality"]
    for patient in range(4):
        array = np.random.default_rng(patient).normal(100 * patient, 30, (6, 12, 12)).astype(np.int16)
        mask = np.zeros(array.shape, np.uint8)
        mask[1:5, 2:10, 2:10] = 1
        for name, values in ((f"i{patient}", array), (f"m{patient}", mask)):
            sitk.WriteImage(sitk.GetImageFromArray(values), tmp_path / f"{name}.nrrd")
        rows.append(f"p{patient},i{patient}.nrrd,m{patient}.nrrd,GTV,CT")
    (tmp_path / "cases.csv").write_text("\n".join(rows) + "\n")
    return tmp_path / "cases.csv"


def test_states_stand_in_a_table_of_their_own_with_what_was_drawn(cases: Path) -> None:
    out = cases.parent / "out"
    summary = extract(cases, dataset="manifest", params=PARAMS, out=out, states=states("NVC", 3))
    assert (summary.account.planned, summary.account.ok) == (16, 16)
    assert read_features(out)["config"].unique().tolist() == ["plain"]
    rows = pd.read_parquet(out / "tables" / "perturbed.parquet")
    assert rows["config"].value_counts().to_dict() == {f"plain~NVC-{n}-of-3": 4 for n in (1, 2, 3)}
    assert set(rows["diag_state"]) == {1, 2, 3}
    assert rows["diag_volume_change"].between(-0.15, 0.15).all()
    assert rows["diag_noise_sd"].between(20, 40).all()  # the images were made with 30

    table = pd.read_csv(out / "tables" / "robustness.csv")
    assert table.columns.tolist() == list(ROBUSTNESS_COLUMNS)
    mean = table[table["feature"] == "original_firstorder_Mean"].iloc[0]
    wide = rows.pivot_table(index="case_id", columns="config", values="original_firstorder_Mean").to_numpy()
    expected = agreement(repeats_of(wide))
    assert (mean["icc"], mean["icc_low"], mean["within_sd"]) == pytest.approx(
        (expected.icc, expected.low, expected.within_sd), rel=1e-9
    )
    assert (mean["patients"], mean["repeats"], mean["robust_0.75"]) == (4, 3, True)


def test_each_column_of_both_tables_is_explained(cases: Path) -> None:
    resampled = Settings(bin_width=25, resampled_pixel_spacing=(1.0, 1.0, 1.0), interpolator="sitkBSpline")
    params = replace(PARAMS, settings=resampled)
    out = cases.parent / "out"
    extract(cases, dataset="manifest", params=params, out=out, states=states("NTRVC", 2))
    book = pd.read_csv(out / "tables" / "robustness_dictionary.csv", keep_default_na=False)
    own = book[book["file"] == "robustness.csv"]
    assert own["column"].tolist() == pd.read_csv(out / "tables" / "robustness.csv").columns.tolist()
    known = {name for name, _, _ in column_meanings()} | set(book.loc[book["file"] == "perturbed.parquet", "column"])
    features = set(pd.read_csv(out / "tables" / "robustness.csv")["feature"])
    assert set(pd.read_parquet(out / "tables" / "perturbed.parquet").columns) - known - features == set()
    assert (book["meaning"] != "").all()


@pytest.mark.parametrize("jobs", [1, 2])
def test_states_read_their_image_once_and_have_the_bytes_of_images_read_each_time(
    cases: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart, together = cases.parent / "apart", cases.parent / "together"
    options = {"dataset": "manifest", "params": PARAMS, "states": states("NVC", 3)}
    with mock.patch("radpipe.run.opened.open_image", side_effect=opened.open_image) as read:
        extract(cases, out=together, jobs=jobs, **options)
        assert read.call_count == (4 if jobs == 1 else 0)  # workers count in processes of their own
    measure_of = pipeline.measure_of
    monkeypatch.setattr(pipeline, "measure_of", lambda plan, pictures, **_: measure_of(plan, pictures))
    extract(cases, out=apart, **options)
    for name in ("perturbed.parquet", "features.csv", "robustness.csv", "acquisition.csv"):
        assert (apart / "tables" / name).read_bytes() == (together / "tables" / name).read_bytes(), name


def test_states_are_resumed_and_taken_away_with_their_plans(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = cases.parent / "out"
    first = extract(cases, dataset="manifest", params=PARAMS, out=out, states=states("V", 2))
    monkeypatch.setattr("radpipe.run.worker.measure_variant", lambda *_: pytest.fail("measured again"))
    again = extract(cases, dataset="manifest", params=PARAMS, out=out, states=states("V", 2))
    assert again.account == first.account


def test_a_state_that_cannot_be_measured_is_a_row_with_its_code(cases: Path) -> None:
    mask = np.zeros((6, 12, 12), np.uint8)
    mask[2, 5, 5:7] = 1
    sitk.WriteImage(sitk.GetImageFromArray(mask), cases.parent / "m3.nrrd")
    params = Params("tiny", PARAMS.image_types, PARAMS.classes, Settings(minimum_roi_dimensions=1, minimum_roi_size=1))
    extract(
        cases, dataset="manifest", params=params, out=cases.parent / "out", states=states("V", 4, volume_share=0.99)
    )
    rows = pd.read_parquet(cases.parent / "out" / "tables" / "perturbed.parquet")
    small = rows[rows["case_id"] == "p3"]
    failed = small[small["status"] == "failed"]
    # Of four shares from -99 % to +99 %, the least is below -49.5 %: of two voxels one is left, or none.
    assert len(small) == 4
    assert len(failed) >= 1
    assert failed["code"].isin(["E_EMPTY_ROI", "E_TINY_ROI"]).all()
    # With the state's name and what to do, beside the rows of the image as it is: of those none failed.
    told = pd.read_csv(cases.parent / "out" / "tables" / "failures.csv")
    pd.testing.assert_frame_equal(
        told[["case_id", "roi", "config", "status", "code"]],
        failed[["case_id", "roi", "config", "status", "code"]].reset_index(drop=True),
        check_dtype=False,
    )
    assert told["config"].str.fullmatch(r"tiny~V-\d-of-4").all()
    assert told["message"].str.contains("Do: ").all()


def test_a_moved_grid_is_refused_of_another_engine(cases: Path) -> None:
    with pytest.raises(UsageError, match="T and R move radpipe's own resampling grid; the engine pyradiomics"):
        extract(
            cases, dataset="manifest", params=PARAMS, out=cases.parent / "out", engine="pyradiomics",
            states=states("T", 2),
        )  # fmt: skip
