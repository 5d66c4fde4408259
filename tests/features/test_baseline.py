"""Both engines give the values that PyRadiomics' own tests expect (``data/baseline/*.csv`` of its repository)."""

import ast
import csv
from functools import cache
from importlib.util import find_spec

import pytest

import radpipe
from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.features.engine import ENGINES, choose_engine
from radpipe.features.params_file import parse_params

CLASSES = ("firstorder", "shape", "glcm", "glrlm", "glszm", "gldm", "ngtdm")
CASES = ("brain1", "breast1")
TOLERANCE = 0.03
"""PyRadiomics' own, ``tests/testUtils.py``; the files were made with Python 2.7 and older libraries."""


@cache
def baseline(folder, feature_class):
    """Test name -> row name -> cell."""
    with (folder / f"baseline_{feature_class}.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    return {
        test: {row[0]: row[column] for row in rows}
        for column, test in enumerate(header)
        if column and test.split("_")[0] in CASES
    }


@cache
def opened(folder, case):
    volume = radpipe.open_image(ImageRef(case, "i", "MR", ImageKind.ITK_FILE, (str(folder / f"{case}_image.nrrd"),)))
    roi = RoiRef("r", "GTV", MaskKind.ITK_FILE, str(folder / f"{case}_label.nrrd"), 1, ("i",))
    return volume, radpipe.open_mask(roi, volume.geometry)


@pytest.mark.parametrize("feature_class", CLASSES)
def test_every_variant_of_pyradiomics_baseline_is_met_by_both_engines(feature_class, shared_data):
    engines = [name for name in ENGINES if name != "pyradiomics" or find_spec("radiomics") is not None]
    folder = shared_data / "pyradiomics"
    tests = baseline(folder / "baseline", feature_class)
    assert len(tests) >= 2 * len(CASES)
    for test, rows in tests.items():
        expected = {name: float(cell) for name, cell in rows.items() if name.startswith("original_")}
        setting = ast.literal_eval(rows["diagnostics_Configuration_Settings"])
        setting = {name: value for name, value in setting.items() if value is not None}
        names = [name.rsplit("_", 1)[1] for name in expected]
        params = parse_params({"featureClass": {feature_class: names}, "setting": setting})
        volume, mask = opened(folder, test.split("_")[0])
        for engine in engines:
            found = choose_engine(engine).measure(volume, {"GTV": mask}, params)["GTV"].as_dict()
            assert found == pytest.approx(expected, rel=TOLERANCE, abs=1e-9), (engine, test)
