"""Equal values have equal features, whatever number type holds them; small integers never wrap."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.features.engine import choose_engine
from radpipe.features.gray_levels import bin_edges, gray_levels
from radpipe.features.number_type import as_measured, common_type
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

TYPES = ("uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "float32", "float64")
INTEGERS = TYPES[:7]
CLASSES = dict.fromkeys(("firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"))
FILTERS: dict[str, Any] = {
    "Original": {},
    "Wavelet": {},
    "LoG": {"sigma": [1.0]},
    "Square": {},
    "SquareRoot": {},
    "Logarithm": {},
    "Exponential": {},
    "Gradient": {},
}
SHAPE = (8, 12, 14)


def holds(dtype: str, low: int, high: int) -> bool:
    kind = np.dtype(dtype)
    return kind.kind == "f" or (np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)


def scene(low: int, high: int, dtype: str) -> tuple[Volume, dict[str, Mask]]:
    """Noise over the whole range, which a uint8 or int16 just holds, and a ROI that has both ends."""
    random = np.random.default_rng(8)
    values = random.integers(low, high + 1, SHAPE)
    inside = np.zeros(SHAPE, dtype=bool)
    inside[1:7, 2:11, 2:12] = True
    values[3, 4, 4:6] = low, high
    geometry = Geometry(SHAPE, (2.0, 1.0, 1.0))
    return Volume(values.astype(dtype), geometry), {"roi": Mask.of(inside, geometry)}


def measured(engine: str, low: int, high: int, dtype: str, params: Any) -> np.ndarray:
    volume, masks = scene(low, high, dtype)
    found = choose_engine(engine).measure(volume, masks, params)["roi"]
    assert isinstance(found, FeatureVector), found
    return np.asarray(found.values)


@pytest.mark.parametrize("engine", ["native", "pyradiomics"])
@pytest.mark.parametrize(("low", "high"), [(4, 255), (-128, 127), (0, 65535), (-32768, 32767), (0, 120)])
def test_the_types_that_hold_an_image_give_one_and_the_same_features(engine: str, low: int, high: int) -> None:
    if engine == "pyradiomics":
        pytest.importorskip("radiomics")
    params = parse_params({"setting": {"binWidth": (high - low) / 10.2}, "imageType": FILTERS, "featureClass": CLASSES})
    found = {dtype: measured(engine, low, high, dtype, params).tolist() for dtype in TYPES if holds(dtype, low, high)}
    assert len(found) >= 5
    assert all(values == found["int32"] for values in found.values())


@pytest.mark.parametrize("setting", [{"resampledPixelSpacing": [1.5, 1.5, 1.5]}, {"resampledPixelSpacing": [3, 3, 3]}])
def test_integers_of_any_type_are_resampled_alike(setting: dict[str, Any]) -> None:
    params = parse_params({"setting": {"binWidth": 25, **setting}, "featureClass": CLASSES})
    found = {dtype: measured("native", 0, 120, dtype, params).tolist() for dtype in TYPES}
    assert all(found[dtype] == found["int16"] for dtype in INTEGERS)
    assert found["float32"] == found["float64"]


def test_an_eight_bit_radiograph_has_the_entropy_of_its_histogram() -> None:
    # By hand: 4 .. 255 in bins of 8 from 0 on: 32 bins. The probabilities are counted with Python's integers.
    random = np.random.default_rng(1)
    pixels = random.integers(4, 256, (1, 64, 64)).astype(np.uint8)
    counts = np.bincount([int(value) // 8 for value in pixels[0, 1:-1, 1:-1].ravel()])
    share = counts[counts > 0] / 62**2
    expected = -float(np.sum(share * np.log2(share)))
    geometry = Geometry(pixels.shape, (1.0, 1.0, 1.0))
    inside = np.zeros(pixels.shape, dtype=bool)
    inside[0, 1:-1, 1:-1] = True
    volume, masks = Volume(pixels, geometry), {"roi": Mask.of(inside, geometry)}
    params = parse_params({"setting": {"binWidth": 8, "force2D": True}, "featureClass": {"firstorder": ["Entropy"]}})
    for engine in ("native", *(("pyradiomics",) if _has_pyradiomics() else ())):
        found = choose_engine(engine).measure(volume, masks, params)["roi"]
        assert isinstance(found, FeatureVector)
        assert found.values[0] == pytest.approx(expected, abs=1e-12)


def _has_pyradiomics() -> bool:
    try:
        import radiomics  # noqa: F401
    except ImportError:
        return False
    return True


def test_native_and_pyradiomics_agree_on_eight_bits_with_the_preset_of_radiographs() -> None:
    pytest.importorskip("radiomics")
    params = load_params("xray_2d")
    random = np.random.default_rng(3)
    geometry = Geometry((1, 40, 40), (1.0, 1.0, 1.0))
    pixels = random.integers(0, 256, geometry.size_zyx).astype(np.uint8)
    inside = np.zeros(geometry.size_zyx, dtype=bool)
    inside[0, 5:35, 5:35] = True
    masks = {"roi": Mask.of(inside, geometry)}
    vectors = []
    for engine in ("native", "pyradiomics"):
        for dtype in ("uint8", "float64"):
            found = choose_engine(engine).measure(Volume(pixels.astype(dtype), geometry), masks, params)["roi"]
            assert isinstance(found, FeatureVector)
            vectors.append(found.values)
    for values in vectors[1:]:
        np.testing.assert_allclose(values, vectors[0], rtol=1e-9, atol=1e-12)


@settings(max_examples=60)
@given(
    dtype=st.sampled_from(INTEGERS[:4]),
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    width=st.one_of(st.integers(1, 70000), st.floats(0.5, 300)),
)
def test_levels_of_integers_are_those_of_exact_arithmetic(dtype: str, ends: tuple[float, float], width: float) -> None:
    # By Python's integers and floats: floor(v / width) - floor(min / width) + 1.
    info = np.iinfo(dtype)
    values = sorted(info.min + round(end * (info.max - info.min)) for end in ends)
    edges = bin_edges(np.array(values, dtype=dtype), width=width, count=None, max_bins=10**6)
    assert np.all(np.diff(edges) > 0)
    if values[0] == values[1] or isinstance(width, float):
        return
    low, high = gray_levels(np.array(values, dtype=dtype), edges)
    assert high - low == values[1] // width - values[0] // width


def test_values_near_the_ends_of_a_type_are_given_room() -> None:
    assert common_type(np.array([-16383, 16383], dtype=np.int16), whole=False) == np.int16
    assert common_type(np.array([0, 16384], dtype=np.int16), whole=False) == np.int32
    assert common_type(np.array([0, 2**30], dtype=np.int32), whole=False) == np.float32
    assert common_type(np.array([0, 2**30 + 1], dtype=np.int32), whole=False) == np.float64
    assert common_type(np.array([0.1], dtype=np.float32), whole=True) == np.float32


def test_an_image_of_whole_floating_numbers_is_resampled_as_such() -> None:
    volume, _ = scene(0, 120, "float32")
    plain, resampled = (
        parse_params({"setting": setting, "featureClass": CLASSES})
        for setting in ({"binWidth": 25}, {"binWidth": 25, "resampledPixelSpacing": [2, 2, 2]})
    )
    assert as_measured(volume, plain).array.dtype == np.int16
    assert as_measured(volume, resampled) is volume


def test_the_row_tells_stored_and_measured_type() -> None:
    volume, masks = scene(0, 120, "uint8")
    found = choose_engine("native").measure(volume, masks, parse_params({"featureClass": {"firstorder": ["Mean"]}}))
    vector = found["roi"]
    assert isinstance(vector, FeatureVector)
    assert (vector.diagnostics["stored_type"], vector.diagnostics["measured_type"]) == ("uint8", "int16")
