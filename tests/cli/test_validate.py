"""Another centre on the command line: harmonised, filtered, controlled, locked, judged elsewhere, refused when measured
otherwise.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import expon, norm, qmc, uniform
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import UsageError
from radpipe.features.params_file import load_params

VOLUME = "original_shape_MeshVolume"
TERMS = [f"original_glcm_f{number}" for number in range(6)]
MODEL = "columns: {stage: {kind: ordinal}}\n"
QUICK = ["--repeats", "1", "--folds", "3", "--bootstraps", "0", "--permutations", "0", "--seeds", "0"]


def centre(folder: Path, *, seed: int, n: int = 120, preset: str = "ct_native") -> Path:
    """Write the output folder of a centre: features, shuffled ones, states, provenance, scanners, clinical table.

    Texture, death and censoring fill their space evenly, so that a few patients of any seed have the slope of many.
    """
    random = np.random.default_rng(seed)
    even = random.permutation(qmc.Halton(3, seed=random).random(n)).T
    size, texture = random.normal(size=n), norm.ppf(even[0])
    scanner = np.where(np.arange(n) % 2 == 0, "A", "B")
    values = texture[:, None] * [1, 1, 1, 0, 0, 0] + random.normal(0, 0.5, (n, 6)) + 2.0 * (scanner == "B")[:, None]
    ids = [f"{chr(65 + seed)}{number:03d}" for number in range(n)]
    params = load_params(preset)

    def rows(config: str, features: np.ndarray) -> pd.DataFrame:
        first = {"case_id": ids, "image_id": ids, "modality": "CT", "roi": "GTV-1", "config": config, "status": "ok",
                 "code": "", "message": "", "warnings": ""}  # fmt: skip
        return pd.DataFrame(first).assign(**dict(zip(TERMS, features.T, strict=True)), **{VOLUME: np.exp(9 + size)})

    tables = folder / "tables"
    tables.mkdir(parents=True)
    shuffled = random.normal(size=(n, 6)) + 2.0 * (scanner == "B")[:, None]
    pd.concat([rows("ct", values), rows("ct~shuffled_roi", shuffled)]).to_csv(tables / "features.csv", index=False)
    noise = np.array([0.05, 0.05, 3.0, 0.05, 0.05, 3.0])
    pd.concat([rows(f"ct~NV-{k}-of-3", values + noise * random.normal(size=(n, 6))) for k in (1, 2, 3)]).to_parquet(
        tables / "perturbed.parquet"
    )
    (tables / "provenance.json").write_text(json.dumps(
        {"config": "ct", "settings": params.to_json(), "settings_sha256": params.fingerprint,
         "engine": {"name": "native", "version": "1"}}
    ))  # fmt: skip
    acquisition = pd.DataFrame({"case_id": ids, "modality": "CT", "ManufacturerModelName": scanner})
    acquisition.to_csv(tables / "acquisition.csv", index=False)
    death, censored = expon.ppf(even[1], scale=1200) * np.exp(-texture), uniform.ppf(even[2], 900, 2100)
    clinical = pd.DataFrame({"patient_id": ids, "stage": random.integers(1, 5, n), "died": (death <= censored) * 1,
                             "days": np.minimum(death, censored)})  # fmt: skip
    clinical.to_csv(folder / "clinical.csv", index=False)
    (folder / "model.yaml").write_text(MODEL)
    return folder


def run(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def outcome(folder: Path) -> list[object]:
    return [
        "--clinical",
        folder / "clinical.csv",
        "-d",
        "generic",
        "-e",
        "survival",
        "--event",
        "died",
        "--time",
        "days",
    ]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The first centre's folder and its report, with everything on."""
    folder = centre(tmp_path_factory.mktemp("centres") / "first", seed=1, n=240)
    out = folder / "survival"
    run("survival", folder, *outcome(folder), "--clinical-model", folder / "model.yaml", "-o", out, *QUICK,
        "--batch", "ManufacturerModelName", "--covariate", "stage", "--robustness", folder,
        "--save-model", folder / "locked.yaml", "--model", "clinical + volume + radiomics")  # fmt: skip
    return folder, out


def test_the_report_tells_of_scanners_states_and_controls_and_the_limits_know(first: tuple[Path, Path]) -> None:
    page = (first[1] / "report.html").read_text(encoding="utf-8")
    for words in ("Would another scan or another contour say the same?", "Other scanners, other centres",
                  "Does the order of voxels matter?", "not 0.5", "Each batch left out once"):  # fmt: skip
        assert words in page
    assert "no feature is known to be stable" not in page
    assert "Of 6 features 4 agree well" in page
    settings = json.loads((first[1] / "settings.json").read_text())["settings"]
    assert settings["harmonised by"] == "ManufacturerModelName"
    robust = pd.read_csv(first[1] / "robust_features.csv").set_index("feature")
    assert robust.index[robust["kept"] == 1].tolist() == [TERMS[0], TERMS[1], TERMS[3], TERMS[4]]
    told = pd.read_csv(first[1] / "batches_told.csv").set_index("features")["auc"]
    assert told["as measured"] > 0.95
    assert told["harmonised"] < 0.7
    controls = pd.read_csv(first[1] / "controls.csv")
    assert (controls.loc[controls["model"] == "volume + radiomics", "low"] > 0).all()
    assert set(pd.read_csv(first[1] / "batch_left_out.csv")["batch"]) == {"A", "B"}


def test_the_locked_model_is_judged_at_another_centre(first: tuple[Path, Path], tmp_path: Path) -> None:
    second = centre(tmp_path / "second", seed=2)
    told = run("validate", first[0] / "locked.yaml", second, *outcome(second), "-o", tmp_path / "out")
    assert "It puts patients in order with a C-index of 0.7" in told
    page = (tmp_path / "out" / "validation.html").read_text(encoding="utf-8")
    for words in ("does it hold in other patients?", "Net benefit of acting", "Case mix", "Risk groups"):
        assert words in page
    overall = pd.read_csv(tmp_path / "out" / "overall.csv").set_index("measure")
    assert overall.loc["c_index", "low"] > 0.6
    assert overall.loc["slope", "low"] < 1 < overall.loc["slope", "high"]
    horizons = pd.read_csv(tmp_path / "out" / "horizons.csv")
    assert horizons["years"].tolist() == [2, 5]
    assert (horizons["ratio_low"] < 1).all()
    assert (horizons["ratio_high"] > 1).all()
    groups = pd.read_csv(tmp_path / "out" / "risk_groups.csv")
    assert groups["patients"].sum() == 120
    assert groups["risk_2y"].is_monotonic_increasing


def unexplained(folder: Path) -> list[tuple[str, str]]:
    """List files and columns of a folder that its codebook does not explain."""
    book = pd.read_csv(folder / "codebook.csv", keep_default_na=False)
    told = {(file, column) for file, column, meaning in book[["file", "column", "meaning"]].to_numpy() if meaning}
    written = {
        (path.name, str(column))
        for path in folder.rglob("*.csv")
        if path.name != "codebook.csv"
        for column in pd.read_csv(path).columns
    }
    assert set(zip(book["file"], book["column"], strict=True)) == written
    return sorted(written - told)


def test_each_file_and_column_of_report_and_validation_is_explained(first: tuple[Path, Path], tmp_path: Path) -> None:
    second = centre(tmp_path / "second", seed=4)
    run("validate", first[0] / "locked.yaml", second, *outcome(second), "-o", tmp_path / "out")
    assert unexplained(first[1]) == []
    assert unexplained(tmp_path / "out") == []
    names = {path.name for path in first[1].glob("*.csv")}
    assert {"robust_models.csv", "batches_told.csv", "controls.csv", "batch_left_out.csv"} <= names


def test_another_way_of_measuring_is_refused_and_nothing_is_written(first: tuple[Path, Path], tmp_path: Path) -> None:
    other = centre(tmp_path / "other", seed=3, preset="ct_head_neck")
    with pytest.raises(UsageError, match=r"does not fit this table: .*imageType\.LoG is .* not set is required"):
        run("validate", first[0] / "locked.yaml", other, *outcome(other), "-o", tmp_path / "out")
    with pytest.raises(UsageError, match="is not overwritten"):
        run("survival", first[0], *outcome(first[0]), "--clinical-model", first[0] / "model.yaml", "-o",
            tmp_path / "again", *QUICK, "--save-model", first[0] / "locked.yaml")  # fmt: skip
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "again").exists()
