"""Resampling and normalisation by ITK, by hand; one thread, and threads as before afterwards."""

import os
import subprocess
import sys

import numpy as np
import pytest

from radpipe.features.resample import as_array, as_itk, is_cubic_spline, normalize, one_thread, resample
from radpipe.geometry import Geometry

sitk = pytest.importorskip("SimpleITK")
GRID = Geometry((2, 3, 4), (3.0, 1.0, 0.5), (10.0, -5.0, 2.0), (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0))


def test_an_array_goes_to_itk_and_back_with_its_grid() -> None:
    array = np.arange(24, dtype=np.int16).reshape(GRID.size_zyx)
    image = as_itk(array, GRID)
    assert (image.GetSize(), image.GetSpacing()) == ((4, 3, 2), (0.5, 1.0, 3.0))
    assert image.GetOrigin() == GRID.origin_xyz_mm
    assert image.GetDirection() == pytest.approx(GRID.direction)
    np.testing.assert_array_equal(as_array(image), array)
    place = GRID.index_to_mm((1, 2, 3))
    assert image.TransformIndexToPhysicalPoint((3, 2, 1)) == pytest.approx(tuple(place))


def line(*values: float) -> tuple[object, Geometry]:
    grid = Geometry((1, 1, len(values)), (1.0, 1.0, 2.0))
    return as_itk(np.array([[values]], dtype=np.float32), grid), grid


@pytest.mark.parametrize(
    ("interpolator", "expected"),
    [("sitkLinear", [0, 2, 4, 7, 10, 0]), ("sitkNearestNeighbor", [0, 4, 4, 10, 10, 0]), (2, [0, 2, 4, 7, 10, 0])],
)
def test_a_line_is_resampled_by_hand(interpolator: str | int, expected: list[float]) -> None:
    image, _ = line(0, 4, 10)  # at 0, 2 and 4 mm; wanted at 0, 1, ... 5 mm, of which the last lies outside
    found = resample(image, Geometry((1, 1, 6), (1.0, 1.0, 1.0)), interpolator)
    assert found.ravel().tolist() == expected
    assert found.dtype == np.float32


def test_beyond_the_edge_its_value_is_repeated_when_asked() -> None:
    image, _ = line(0, 4, 10)
    wide = Geometry((1, 1, 9), (1.0, 1.0, 1.0))
    assert resample(image, wide, "sitkLinear").ravel()[6:].tolist() == [0, 0, 0]
    assert resample(image, wide, "sitkLinear", repeat_edge=True).ravel()[6:].tolist() == [10, 10, 10]


def test_values_are_centred_in_units_of_their_deviation() -> None:
    image, _ = line(2, 4, 4, 4, 5, 5, 7, 9)  # mean 5, sum of squares 32; ITK divides by n - 1
    expected = (np.array([2, 4, 4, 4, 5, 5, 7, 9]) - 5) / np.sqrt(32 / 7)
    assert as_array(normalize(image, 1, None)).ravel() == pytest.approx(expected, rel=1e-6)
    assert as_array(normalize(image, 100, None)).ravel() == pytest.approx(100 * expected, rel=1e-6)


def test_outliers_are_set_to_their_limit_before_scaling() -> None:
    image, _ = line(2, 4, 4, 4, 5, 5, 7, 9)
    found = as_array(normalize(image, 10, 1.0)).ravel()
    assert (found.min(), found.max()) == (-10, 10)
    assert np.count_nonzero(np.abs(found) == 10) == 2  # 2 and 9 lie further than 2.14 from 5


@pytest.mark.parametrize(
    ("name", "cubic"), [("sitkBSpline", True), ("sitkBSpline3", True), ("sitkLinear", False), ("sitkBSpline2", False)]
)
def test_only_the_cubic_spline_is_one(name: str, cubic: bool) -> None:
    assert is_cubic_spline(name) is cubic


def stopped_inside(seen: list[int]) -> None:
    with one_thread():
        seen.append(sitk.ProcessObject.GetGlobalDefaultNumberOfThreads())
        raise KeyError("stop")


def test_one_thread_inside_and_as_before_after_a_fault() -> None:
    before = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    seen: list[int] = []
    with pytest.raises(KeyError, match="stop"):
        stopped_inside(seen)
    assert seen == [1]
    assert sitk.ProcessObject.GetGlobalDefaultNumberOfThreads() == before


@pytest.mark.parametrize(
    ("environment", "loaded"), [({"ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS": "1"}, "False"), ({}, "True")]
)
def test_itk_is_not_loaded_to_have_one_thread_where_it_would_begin_with_one(
    environment: dict[str, str], loaded: str
) -> None:
    words = (
        "import sys; from radpipe.features.resample import one_thread\n"
        "with one_thread():\n    print('SimpleITK' in sys.modules)\n"
        "    import SimpleITK; print(SimpleITK.ProcessObject.GetGlobalDefaultNumberOfThreads())"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ITK_")}
    ended = subprocess.run([sys.executable, "-c", words], env={**kept, **environment}, capture_output=True, check=True)
    assert ended.stdout.decode().split() == [loaded, "1"]
