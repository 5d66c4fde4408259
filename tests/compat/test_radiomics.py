"""What stands beside the extractor: names of features, test cases, the logger; and PyRadiomics' own example scripts."""

import csv
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.compat import radiomics


@pytest.fixture
def sources() -> Path:
    """PyRadiomics 3.0.1 as its source archive unpacks: ``RADPIPE_PYRADIOMICS_SOURCE``, else where uv built it from."""
    given = os.environ.get("RADPIPE_PYRADIOMICS_SOURCE")
    cache = Path(os.environ.get("UV_CACHE_DIR", Path.home() / ".cache" / "uv"))
    folders = [Path(given)] if given else sorted(cache.glob("sdists-v*/pypi/pyradiomics/3.0.1/*/src"))
    folders = [folder for folder in folders if (folder / "examples" / "helloRadiomics.py").is_file()]
    if not folders:
        pytest.skip("PyRadiomics' source archive is not here; RADPIPE_PYRADIOMICS_SOURCE names it")
    return folders[0]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A folder as the scripts want it: two test cases where PyRadiomics keeps them, a table, a place to run in."""
    random = np.random.default_rng(26)
    data = tmp_path / "tmp" / "pyradiomics" / "data"
    data.mkdir(parents=True)
    (tmp_path / "run").mkdir()
    lines = ["ID,Image,Mask"]
    for name in ("brain1", "lung1"):
        z, y, x = np.indices((8, 20, 22))
        image = np.rint(200 * np.sin(x / 5) + 100 * np.cos(y / 4 + z) + random.normal(0, 30, z.shape)).astype(np.int16)
        label = ((z - 4) ** 2 * 9 + (y - 10) ** 2 + (x - 11) ** 2 < 60).astype(np.uint8)
        for kind, array in (("image", image), ("label", label)):
            picture = sitk.GetImageFromArray(array)
            picture.SetSpacing((0.8, 0.8, 3.0))
            sitk.WriteImage(picture, data / f"{name}_{kind}.nrrd")
        lines.append(f"{name},{data / name}_image.nrrd,{data / name}_label.nrrd")
    (tmp_path / "run" / "testCases.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def run(script: Path, home: Path, sources: Path, *, ours: bool) -> str:
    """Run an example script as it is, or with its imports of ``radiomics`` changed; return what it printed."""
    text = script.read_text()
    if ours:
        text = re.sub(r"^from radiomics(\.featureextractor)? import", r"from radpipe.compat\1 import", text, flags=re.M)
        text = re.sub(r"^import radiomics$", "from radpipe.compat import radiomics", text, flags=re.M)
    text = text.replace("import six\n", "")  # PyRadiomics needs it, radpipe does not
    text = text.replace("six.iterkeys(featureVector)", "featureVector").replace("six.iteritems(", "dict.items(")
    place = home / "run"
    if not (place / "exampleSettings").exists():
        (place / "exampleSettings").symlink_to(sources / "examples" / "exampleSettings")
    (place / script.name).write_text(text)
    done = subprocess.run(
        [sys.executable, script.name], cwd=place, env={**os.environ, "TMPDIR": str(home / "tmp")}, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def values(text: str) -> dict[str, float]:
    """Names and numbers of ``Computed NAME: VALUE`` lines; diagnostics left out."""
    found = re.findall(r"^Computed ((?!diagnostics)\S+): (\S+)$", text, flags=re.M)
    return {name: float(value) for name, value in found}


@pytest.mark.parametrize("name", ["helloRadiomics.py", "helloRadiomicsWithSettings.py"])
def test_pyradiomics_own_scripts_run_on_with_the_import_changed(name: str, cases: Path, sources: Path) -> None:
    pytest.importorskip("radiomics")
    theirs, ours = (values(run(sources / "examples" / name, cases, sources, ours=flag)) for flag in (False, True))
    assert len(theirs) == {"helloRadiomics.py": 2}.get(name, len(theirs))
    assert list(ours) == list(theirs)
    np.testing.assert_allclose(list(ours.values()), list(theirs.values()), rtol=1e-9, atol=1e-9)


def test_pyradiomics_own_batch_script_writes_the_same_table(cases: Path, sources: Path) -> None:
    pytest.importorskip("radiomics")
    tables = []
    for ours in (False, True):
        run(sources / "examples" / "batchprocessing.py", cases, sources, ours=ours)
        path = cases / "run" / "radiomics_features.csv"
        with path.open(newline="") as file:
            tables.append(list(csv.DictReader(file)))
        path.unlink()
    theirs, ours_ = tables
    assert [row["ID"] for row in ours_] == [row["ID"] for row in theirs] == ["brain1", "lung1"]
    assert list(ours_[0]) == list(theirs[0])
    names = [name for name in theirs[0] if name.startswith("original_")]
    assert len(names) > 90
    for mine, other in zip(ours_, theirs, strict=True):
        numbers = [[float(row[name]) for name in names] for row in (mine, other)]
        np.testing.assert_allclose(*numbers, rtol=1e-9, atol=1e-9)


def test_the_real_example_files_are_read_and_that_of_voxel_maps_is_refused(sources: Path) -> None:
    from radpipe.errors import ParameterError
    from radpipe.features.params_file import load_params

    paths = sorted((sources / "examples" / "exampleSettings").glob("*.yaml"))
    assert len(paths) == 8
    for path in paths:
        if path.stem == "exampleVoxel":
            with pytest.raises(ParameterError, match="voxel-based maps"):
                load_params(path)
        else:
            assert load_params(path).classes


def test_feature_classes_tell_names_and_meaning() -> None:
    # Counts of PyRadiomics 3.0.1's documentation, deprecated features beside them.
    classes = radiomics.getFeatureClasses()
    usual = {name: sum(not old for old in one.getFeatureNames().values()) for name, one in classes.items()}
    assert usual == {
        "firstorder": 18, "glcm": 24, "gldm": 14, "glrlm": 16, "glszm": 16, "ngtdm": 5, "shape": 14, "shape2D": 9
    }  # fmt: skip
    assert "log2" in classes["glcm"].getJointEntropyFeatureValue.__doc__
    with pytest.raises(AttributeError):
        _ = classes["glcm"].getSphericityFeatureValue
    with pytest.raises(NotImplementedError, match="enable the class in"):
        classes["glcm"](None, None)
    with pytest.raises(NotImplementedError, match="measured by the extractor"):
        classes["shape"].getSphericityFeatureValue()


def test_test_cases_are_found_and_never_fetched(cases: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = str(cases / "tmp" / "pyradiomics" / "data")
    assert radiomics.getTestCase("Brain1", folder) == (f"{folder}/brain1_image.nrrd", f"{folder}/brain1_label.nrrd")
    radiomics.logger.setLevel(logging.INFO)
    assert radiomics.getTestCase("brain1_2D", folder) == (None, None)
    assert "radpipe downloads nothing" in caplog.text


def test_verbosity_has_one_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(radiomics.logger, "handlers", [])
    monkeypatch.setattr(radiomics.logger, "level", logging.WARNING)
    radiomics.setVerbosity(logging.ERROR)
    radiomics.setVerbosity(logging.INFO)
    assert [handler.level for handler in radiomics.logger.handlers] == [logging.INFO]
    assert radiomics.logger.level == logging.INFO
