"""Windows: by modality, unit and organ."""

import numpy as np
import pytest

from radpipe.drawing.windows import Window, windows_for
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GRID = Geometry((2, 10, 10), (3.0, 1.0, 1.0))


def mask() -> Mask:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[:, 2:6, 2:7] = True
    return Mask.of(array, GRID)


def volume(value: float, unit: str) -> Volume:
    return Volume(np.full(GRID.size_zyx, value, dtype=np.float32), GRID, unit)


@pytest.mark.parametrize(
    ("roi", "limits"),
    [  # centre and width of the literature: soft tissue 40/400, head and neck 50/350, brain 40/80, bone 300/1500 ...
        ("GTV-1", [(-160, 240)]),
        ("Parotid_L", [(-125, 225)]),
        ("Brain", [(0, 80)]),
        ("Brainstem", [(-125, 225)]),
        ("Lung_Left", [(-1350, 150), (-160, 240)]),
        ("Bone_Mandible", [(-450, 1050), (-160, 240)]),
        ("Liver", [(-20, 140)]),
    ],
)
def test_ct_is_windowed_by_the_organ(roi: str, limits: list[tuple[float, float]]) -> None:
    found = windows_for(volume(0, "HU"), "CT", roi, mask())
    assert [(window.low, window.high) for window in found] == limits


@pytest.mark.parametrize(("uptake", "high"), [(3.0, 5.0), (8.0, 10.0), (14.0, 20.0)])
def test_pet_is_inverted_and_as_wide_as_the_uptake_needs(uptake: float, high: float) -> None:
    (window,) = windows_for(volume(uptake, "SUVbw"), "PT", "GTV", mask())
    assert (window.low, window.high, window.inverted) == (0.0, high, True)
    assert window.gray(np.array([0.0, high, high / 2])).tolist() == [255, 0, 127]


def test_mr_is_windowed_by_the_percentiles_of_the_body() -> None:
    values = np.zeros(GRID.size_zyx, dtype=np.float32)
    values[:, 5:] = np.linspace(500, 1000, 100).reshape(2, 5, 10)
    (window,) = windows_for(Volume(values, GRID), "MR", "GTV", mask())
    assert window.low == pytest.approx(505)  # the 1st of 100 even steps from 500 to 1000, without the air
    assert window.high == pytest.approx(995)


def test_an_image_of_one_value_has_a_window() -> None:
    (window,) = windows_for(volume(7, "arbitrary"), "CR", "Heart", mask())
    assert window.low < window.high


def test_gray_is_linear_between_black_and_white() -> None:
    gray = Window("test", 0.0, 255.0).gray(np.array([-10, 0, 100, 255, 1000], dtype=np.int16))
    assert gray.tolist() == [0, 0, 100, 255, 255]
    with pytest.raises(ValueError, match="shows nothing"):
        Window("empty", 5, 5)
