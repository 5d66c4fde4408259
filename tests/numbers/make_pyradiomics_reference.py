"""Write ``pyradiomics_3_0_1.json``: a small scene, settings, and the values that PyRadiomics 3.0.1 gives for them.

Run by hand on Python 3.11 with PyRadiomics: ``python tests/numbers/make_pyradiomics_reference.py``. The tests read
the file where PyRadiomics cannot be installed.
"""

import base64
import json
import logging
import math
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813

CLASSES = ("firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm", "shape")
TYPES = {
    "Original": {},
    "Wavelet": {},
    "LoG": {"sigma": [1.0, 2.5]},
    "Square": {},
    "SquareRoot": {},
    "Logarithm": {},
    "Exponential": {},
    "Gradient": {},
}
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {"binWidth": 25},
    "normalised": {"binWidth": 0.5, "normalize": True, "removeOutliers": 2},
    "bin count": {"binCount": 16},
    "resampled by B-spline": {"binWidth": 20, "resampledPixelSpacing": [2, 2, 2]},
    "resampled linearly": {"binWidth": 20, "resampledPixelSpacing": [0, 0.7, 0], "interpolator": "sitkLinear"},
    "resegmented": {"binWidth": 25, "resegmentRange": [-50, 90], "resegmentShape": True},
    "resegmented by sigma": {"binWidth": 25, "resegmentRange": [-1, 1.5], "resegmentMode": "sigma"},
    "two dimensions": {"binWidth": 25, "force2D": True},
    "distances": {"binWidth": 25, "distances": [1, 2]},
    "euclidean": {"binWidth": 25, "weightingNorm": "euclidean"},
    "manhattan": {"binWidth": 25, "weightingNorm": "manhattan"},
    "infinity": {"binWidth": 25, "weightingNorm": "infinity"},
    "no weighting": {"binWidth": 25, "weightingNorm": "no_weighting"},
    "asymmetric": {"binWidth": 25, "symmetricalGLCM": False, "gldm_a": 1, "voxelArrayShift": 1000},
}


def packed(array: np.ndarray) -> dict[str, Any]:
    """Write an array as text."""
    data = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()
    return {"shape": array.shape, "dtype": array.dtype.str, "zlib_base64": data}


def main() -> None:
    """Make the scene, measure it, write the file."""
    import radiomics
    from radiomics import featureextractor

    radiomics.logger.setLevel(logging.CRITICAL + 1)
    random = np.random.default_rng(3011)
    shape, spacing_zyx_mm = (11, 20, 22), (2.5, 1.0, 1.2)
    z, y, x = np.indices(shape)
    image = np.rint(60 * np.sin(x / 4) + 40 * np.cos(y / 3 + z) + random.normal(0, 25, shape)).astype(np.int16)
    mask = ((z - 5) ** 2 * 4 + (y - 9) ** 2 + (x - 10) ** 2 < 50) | ((z < 3) & (y < 5) & (x < 6))
    mask[5, 9, 10] = False
    pictures = [sitk.GetImageFromArray(one) for one in (image, mask.astype(np.uint8))]
    for picture in pictures:
        picture.SetSpacing(spacing_zyx_mm[::-1])
    runs = [(name, setting, {"Original": {}}) for name, setting in SETTINGS.items()]
    runs.append(("every image type", {"binWidth": 20}, TYPES))
    runs.append(("every image type, cropped first", {"binWidth": 20, "preCrop": True}, TYPES))
    found = []
    for name, setting, types in runs:
        params = {"setting": setting, "imageType": types, "featureClass": {key: [] for key in CLASSES}}
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            extractor = featureextractor.RadiomicsFeatureExtractor(
                {**params, "setting": {**setting, "additionalInfo": False}}
            )
            values = {key: float(np.asarray(value)) for key, value in extractor.execute(*pictures).items()}
        told = {key: None if math.isnan(value) else value for key, value in values.items()}
        found.append({"name": name, "params": params, "values": told})
    versions = radiomics.__version__, sitk.Version.VersionString(), np.__version__
    text = json.dumps(
        {
            "made_by": "PyRadiomics {}, SimpleITK {}, NumPy {}".format(*versions),
            "spacing_zyx_mm": spacing_zyx_mm,
            "image": packed(image),
            "mask": packed(mask),
            "runs": found,
        },
        indent=0,
    )
    Path(__file__).with_name("pyradiomics_3_0_1.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
