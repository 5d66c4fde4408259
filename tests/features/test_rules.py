"""What a value may be: ranges, words and lists; true is no number."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params_file import parse_params
from radpipe.features.settings import Settings


@pytest.mark.parametrize("value", [True, False, "1", 1.5, float("nan"), [1]])
def test_true_is_not_one(value: object) -> None:
    with pytest.raises(ParameterError, match=r"setting\.level is "):
        Settings(level=value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("binWidth", float("inf")),
        ("binWidth", 1e-320),
        ("binWidth", 1e308),
        ("sigma", [1e-9]),
        ("sigma", [float("inf")]),
        ("sigma", []),
        ("resampledPixelSpacing", [1e-6, 1, 1]),
        ("resampledPixelSpacing", [1e9, 1, 1]),
        ("resampledPixelSpacing", [1, 1, -1]),
        ("resampledPixelSpacing", [1, 1]),
        ("distances", [10**9]),
        ("distances", [0]),
        ("padDistance", 10**9),
        ("level", 10**6),
        ("lbp3DIcosphereSubdivision", 40),
        ("binCount", 0),
        ("interpolator", "sitkSpline"),
        ("interpolator", 11),
    ],
)
def test_what_no_image_can_mean_is_refused_at_the_door(name: str, value: object) -> None:
    with pytest.raises(ParameterError, match=rf"imageType\.LoG\.{name} is .*; allowed: "):
        parse_params({"imageType": {"LoG": {"sigma": [1], name: value}}})
