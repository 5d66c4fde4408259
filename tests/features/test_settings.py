"""Settings are valid at birth, however they are born; defaults are PyRadiomics' own."""

import inspect
import re
from dataclasses import fields

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params import ImageType
from radpipe.features.settings import SETTINGS, Settings


def test_a_number_written_as_text_is_refused_and_not_replaced_by_the_default() -> None:
    with pytest.raises(ParameterError, match=r"setting\.binWidth is '25'; allowed: a number"):
        Settings(bin_width="25")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"setting\.binCount is 7\.0; allowed: a whole number"):
        Settings.of({"binCount": 7.0, "binWidth": 5})


def test_a_misspelt_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match=r"setting\.binWidht is unknown; did you mean binWidth\?"):
        Settings.of({"binWidht": 5})
    with pytest.raises(ParameterError, match=r"imageType\.LoG\.sigmma is unknown; did you mean sigma\?"):
        ImageType("LoG", {"sigmma": (1.0,)})
    with pytest.raises(TypeError, match="bin_widht"):
        Settings(bin_widht=5)  # type: ignore[call-arg]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ParameterError, match="binWidth") as caught:
        Settings.of({"binWidth": "a", "label": 0, "sigmas": [1]})
    assert len(caught.value.faults) == 3


def test_a_count_wins_over_a_width_as_in_pyradiomics() -> None:
    assert Settings(bin_count=32, bin_width=5).width is None
    assert Settings(bin_width=5).width == 5
    assert Settings().width == 25.0


def test_neighbours_and_spacing_follow_their_switches() -> None:
    assert Settings(force_2d_dimension=2).flat_axis is None
    assert Settings(force_2d=True, force_2d_dimension=2).flat_axis == 2
    assert Settings(resampled_pixel_spacing=(1, 1, 3)).resampling_xyz_mm == (1, 1, 3)
    assert Settings(resampled_pixel_spacing=(1, 1, 3), interpolator=None).resampling_xyz_mm is None


def test_what_was_written_is_shown_though_it_is_the_default() -> None:
    settings = Settings.of({"binWidth": 25, "force2D": True})
    assert settings.said() == {"binWidth": 25, "force2D": True}
    assert settings == Settings(force_2d=True)
    assert Settings(force_2d=True).said() == {"force2D": True}


def test_defaults_are_those_in_pyradiomics_source() -> None:
    radiomics = pytest.importorskip("radiomics")
    from radiomics import base, featureextractor, firstorder, glcm, gldm, imageoperations

    source = "\n".join(map(inspect.getsource, (base, featureextractor, firstorder, glcm, gldm, imageoperations)))
    assert radiomics.__version__
    # kwargs.get('binWidth', 25), settings.get('padDistance', 5), 'normalizeScale': 1
    found = dict(re.findall(r"\.get\('(\w+)', ([^()\[\]]+?)\)", source))
    found |= dict(re.findall(r"'(\w+)': (None|True|False|\d+|'\w+'),?\n", source))
    known = {entry.metadata["name"]: entry.default for entry in fields(Settings) if entry.metadata}
    compared = [name for name in known if name in found]
    assert len(compared) > 20
    assert "binWidth" in compared
    for name in compared:
        text = found[name].strip("'").removeprefix("sitk.")
        wanted = {"True": True, "False": False, "None": None}.get(text, text)
        if name != "additionalInfo":
            assert known[name] == (float(text) if text.isdecimal() else wanted), name


def test_each_setting_is_named_once() -> None:
    assert len(SETTINGS) == sum(1 for entry in fields(Settings) if entry.metadata)
