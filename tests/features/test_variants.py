"""Controls in a run: rows of their own beside the plain ones, resumed and refused as all others."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import UsageError
from radpipe.features.params import ImageType, Params
from radpipe.features.settings import Settings
from radpipe.pipeline import extract, read_features
from radpipe.store.packs import Measured

PARAMS = Params("plain", (ImageType("Original"),), {"firstorder": ("Mean", "Variance")}, Settings(bin_width=25))


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """One image with two ROIs."""
    array = np.random.default_rng(4).integers(-100, 100, (4, 8, 8)).astype(np.int16)
    array[:2] += 500
    for name, planes in (("low", slice(0, 2)), ("high", slice(2, 4))):
        mask = np.zeros(array.shape, np.uint8)
        mask[planes, 2:6, 2:6] = 1
        sitk.WriteImage(sitk.GetImageFromArray(mask), tmp_path / f"{name}.nrrd")
    sitk.WriteImage(sitk.GetImageFromArray(array), tmp_path / "image.nrrd")
    rows = ["case_id,image,mask,roi,modality", "p1,image.nrrd,low.nrrd,low,CT", "p1,image.nrrd,high.nrrd,high,CT"]
    (tmp_path / "cases.csv").write_text("\n".join(rows) + "\n")
    return tmp_path / "cases.csv"


def run(cases: Path, *controls: str) -> pd.DataFrame:
    out = cases.parent / "out"
    extract(cases, dataset="manifest", params=PARAMS, out=out, controls=controls)
    return read_features(out).set_index(["roi", "config"])


def test_controls_stand_beside_the_plain_rows_as_configurations(cases: Path) -> None:
    rows = run(cases, "shuffled_roi", "shuffled_full", "shuffled_roi")
    assert rows.index.get_level_values("config").value_counts().to_dict() == {
        "plain": 2,
        "plain~shuffled_roi": 2,
        "plain~shuffled_full": 2,
    }
    mean = rows["original_firstorder_Mean"]
    for roi in ("low", "high"):
        assert mean[roi, "plain~shuffled_roi"] == pytest.approx(mean[roi, "plain"], rel=1e-12)
    # The planes of one ROI are 500 brighter than those of the other; in the shuffled image they are not.
    assert mean["low", "plain"] - mean["high", "plain"] > 400
    assert abs(mean["low", "plain~shuffled_full"] - mean["high", "plain~shuffled_full"]) < 300


def test_controls_that_were_measured_are_not_measured_again(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(cases, "randomized_full")

    def refused(*_arguments: object, **_options: object) -> Measured:
        pytest.fail("measured again")

    monkeypatch.setattr("radpipe.run.worker.measure_variant", refused)
    pd.testing.assert_frame_equal(run(cases, "randomized_full"), first)


def test_controls_added_later_measure_nothing_else(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(cases)
    asked = []
    from radpipe.run import worker

    measure = worker.measure_variant
    monkeypatch.setattr(worker, "measure_variant", lambda *given: asked.append(given[3].name) or measure(*given))
    run(cases, "sampled_non_roi")
    assert asked == ["plain~sampled_non_roi"]


def test_an_unknown_control_is_refused_before_anything_is_written(cases: Path) -> None:
    with pytest.raises(UsageError, match="control 'shufled_roi' is unknown"):
        run(cases, "shufled_roi")
    assert not (cases.parent / "out" / "plans.json").exists()
