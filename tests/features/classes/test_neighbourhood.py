"""GLDM and NGTDM against PyRadiomics 3.0.1, from one pass over the neighbourhood."""

import logging

import numpy as np
import pytest

from radpipe.features.classes.gldm import dependences
from radpipe.features.classes.ngtdm import gray_tone_differences
from radpipe.kernels.neighbours import count_neighbours, offsets

SHAPE = (5, 9, 7)


def _masks():
    random = np.random.default_rng(5)
    two = np.zeros(SHAPE, dtype=bool)
    two[0, 0, :2] = True
    apart = np.zeros(SHAPE, dtype=bool)
    apart[0, 0, 0] = apart[4, 8, 6] = apart[2, 4, 3] = True
    line = np.zeros(SHAPE, dtype=bool)
    line[2, :, 3] = True
    return {
        "many": random.random(SHAPE) < 0.6,
        "two": two,
        "apart": apart,
        "line": line,
        "sparse": random.random(SHAPE) < 0.1,
    }


@pytest.mark.parametrize("name", list(_masks()))
@pytest.mark.parametrize("scale", [0.0, 60.0, 6000.0])
@pytest.mark.parametrize(
    ("distances", "flat_axis", "alpha"), [((1,), None, 0.0), ((1, 2), None, 1.0), ((1,), 0, 0.0), ((1,), 2, 0.0)]
)
@pytest.mark.filterwarnings("ignore")
def test_both_classes_equal_pyradiomics(name, scale, distances, flat_axis, alpha):
    radiomics = pytest.importorskip("radiomics")
    sitk = pytest.importorskip("SimpleITK")
    radiomics.logger.setLevel(logging.CRITICAL)
    from radiomics.gldm import RadiomicsGLDM
    from radiomics.ngtdm import RadiomicsNGTDM

    mask = _masks()[name]
    image = np.random.default_rng(7).normal(-40, 1, SHAPE) * scale
    levels = np.where(mask, (image - np.floor(image[mask].min() / 25) * 25) // 25 + 1, 0).astype(np.int32)
    levels.setflags(write=False)
    dependence, voxels, difference = count_neighbours(levels, int(levels.max()), offsets(distances, flat_axis), alpha)
    settings = {
        "binWidth": 25,
        "distances": list(distances),
        "force2D": flat_axis is not None,
        "force2Ddimension": flat_axis or 0,
        "gldm_a": int(alpha),
    }
    pictures = [sitk.GetImageFromArray(one) for one in (image, mask.astype(np.uint8))]
    for kind, values in (
        (RadiomicsGLDM, dependences(dependence)),
        (RadiomicsNGTDM, gray_tone_differences(voxels, difference)),
    ):
        reference = kind(*pictures, **settings)
        reference.enableAllFeatures()
        expected = {key: float(value) for key, value in reference.execute().items()}
        assert values == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_tone_differences_of_three_voxels_by_hand():
    # Levels 1, 2, 4 in a row: neighbour means 2, 2.5 and 2, so differences 1, 0.5 and 2.
    _, voxels, difference = count_neighbours(np.array([[[1, 2, 4]]], dtype=np.int32), 4, offsets((1,)), 0.0)
    assert voxels.tolist() == [1, 1, 0, 1]
    assert difference.tolist() == [1, 0.5, 0, 2]
