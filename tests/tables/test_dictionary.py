"""Every column is described: unit, settings of its image type, formula, IBSI's code."""

import numpy as np

from radpipe.errors import Note
from radpipe.features.catalogue import CLASS_NAMES, features_of
from radpipe.features.params_file import load_params, parse_params
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.tables.dictionary import data_dictionary
from radpipe.tables.features import FIRST_COLUMNS, guarded, wide

NAMES = ("original_shape_MeshVolume", "log-sigma-1-0-mm-3D_glcm_JointEntropy")
THIRD = 1 / 3


def outcome(case: str, roi: str = "GTV-1") -> Outcome:
    vector = FeatureVector(NAMES, np.array([THIRD, np.nan]), {"voxel_count": 3})
    return Outcome(case, "ct", "CT", roi, "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=vector)


def test_every_column_is_described() -> None:
    frame = wide([outcome("p1")])
    told = data_dictionary(list(frame.columns), load_params("ct_head_neck")).set_index("column")
    assert told["description"].str.len().min() > 0
    entropy = told.loc[NAMES[1]]
    assert (entropy["feature_class"], entropy["unit"]) == ("glcm", "bit")
    assert "sigma=1.0,2.0,3.0,4.0,5.0" in entropy["parameters"]
    assert told.loc[NAMES[0], "unit"] == "mm3"


def test_lengths_of_a_radiograph_are_in_pixels() -> None:
    told = data_dictionary(["diag_volume_mm3", "original_shape2D_Perimeter", "diag_unit"], load_params("xray_2d"))
    assert told["unit"].tolist() == ["mm3 (of a PNG: pixels)", "mm (of a PNG: pixels)", ""]


def test_a_column_tells_the_settings_of_its_own_image_type() -> None:
    params = parse_params(
        {
            "setting": {"binWidth": 25, "force2D": False},
            "imageType": {"Original": {}, "LoG": {"sigma": [1.0], "binWidth": 5}, "Wavelet": {"binWidth": 10}},
            "featureClass": {"glcm": None},
        }
    )
    names = [f"{image}_glcm_JointEntropy" for image in ("original", "log-sigma-1-0-mm-3D", "wavelet-HLH")]
    told = data_dictionary(names, params).set_index("column")["parameters"]
    settings = [dict(part.split("=") for part in told[name].split("; ")) for name in names]
    assert [float(one["binWidth"]) for one in settings] == [25, 5, 10]
    assert [one.get("sigma") for one in settings] == [None, "1.0", None]


def test_no_cell_of_the_dictionary_needs_a_guard() -> None:
    features = [f"original_{kind}_{one.name}" for kind in CLASS_NAMES for one in features_of(kind)]
    features.append("radpipe_shape_CompactnessA")
    told = data_dictionary([*FIRST_COLUMNS, "diag_bins", *features], load_params("ct_head_neck"))
    assert guarded(told).equals(told)
    assert told.loc[told["formula"] != "", "column"].tolist() == features
