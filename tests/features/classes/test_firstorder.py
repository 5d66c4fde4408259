"""First-order statistics against PyRadiomics 3.0.1 and hand calculation."""

import logging

import numpy as np
import pytest

from radpipe.features.classes.firstorder import FEATURES, first_order
from radpipe.features.classes.inputs import GrayLevels, RoiImage, TextureOptions

SPACING_ZYX_MM = (3.0, 0.5, 1.5)


def _measure(image, mask, shift=0.0, width=25.0):
    low = np.floor(image[mask].min() / width) * width
    levels = np.where(mask, (image - low) // width + 1, 0).astype(np.int32)
    roi = RoiImage(image, mask, SPACING_ZYX_MM)
    statistics = first_order(roi, GrayLevels(levels, int(levels.max())), TextureOptions(voxel_array_shift=shift))
    return {name: feature(statistics) for name, feature in FEATURES}


def _cases():
    random = np.random.default_rng(3)
    image = random.normal(-40, 120, (5, 9, 7))
    yield "noise", image, random.random(image.shape) < 0.6
    two = np.zeros(image.shape, dtype=bool)
    two[0, 0, :2] = True
    yield "two voxels", image, two
    yield "constant", np.full(image.shape, 7.0), random.random(image.shape) < 0.6


@pytest.mark.parametrize("shift", [0.0, 300.0])
@pytest.mark.parametrize(("image", "mask"), [pytest.param(i, m, id=n) for n, i, m in _cases()])
@pytest.mark.filterwarnings("ignore")
def test_every_feature_equals_pyradiomics(image, mask, shift):
    radiomics = pytest.importorskip("radiomics")
    sitk = pytest.importorskip("SimpleITK")
    radiomics.logger.setLevel(logging.CRITICAL)
    pictures = [sitk.GetImageFromArray(one) for one in (image, mask.astype(np.uint8))]
    for picture in pictures:
        picture.SetSpacing(SPACING_ZYX_MM[::-1])
    from radiomics.firstorder import RadiomicsFirstOrder

    reference = RadiomicsFirstOrder(*pictures, binWidth=25, voxelArrayShift=shift)
    for name, _ in FEATURES:
        reference.enableFeatureByName(name)
    expected = {name: float(value) for name, value in reference.execute().items()}
    assert _measure(image, mask, shift) == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


def test_statistics_of_four_values_by_hand():
    # 0, 2, 4, 10: mean 4, squares off the mean 16 + 4 + 0 + 36 = 56, variance 14, mean |x - 4| = 3.
    values = _measure(np.array([[[0.0, 2.0, 4.0, 10.0]]]), np.ones((1, 1, 4), dtype=bool), width=5.0)
    assert values["Mean"] == 4
    assert values["Variance"] == 14
    assert values["MeanAbsoluteDeviation"] == 3
    assert values["Energy"] == 120
    assert values["TotalEnergy"] == 270
    # Bins of width 5 hold 3, 0 and 1 voxels.
    assert values["Uniformity"] == 0.625
