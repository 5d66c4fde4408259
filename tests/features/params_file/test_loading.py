"""Settings on the command line replace those of the file."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params_file import load_params


def test_a_setting_on_the_command_line_replaces_that_of_the_file_and_stands_in_the_name():
    changed = load_params("ct_head_neck", ["binWidth=10", "LoG.sigma=[1, 2]", "resampledPixelSpacing=null"])
    assert changed.name == "ct_head_neck+binWidth=10+LoG.sigma=[1,2]+resampledPixelSpacing=null"
    assert (changed.settings.bin_width, changed.settings.resampling_xyz_mm) == (10, None)
    assert {kind.name: dict(kind.own) for kind in changed.image_types} == {
        "Original": {}, "LoG": {"sigma": (1, 2)}, "Wavelet": {"wavelet": "coif1", "binWidth": 10},
    }  # fmt: skip
    assert load_params("ct_head_neck", []) == load_params("ct_head_neck")


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("binWidth", "--setting binWidth: write NAME=VALUE"),
        ("=5", "--setting =5: write NAME=VALUE"),
        ("binWidht=5", r"setting\.binWidht is unknown; did you mean binWidth\?"),
        ("binWidth=wide", r"setting\.binWidth is 'wide'; allowed: a number"),
        ("Wavlet.binWidth=5", r"imageType\.Wavlet is unknown; did you mean Wavelet\?"),
        ("Wavelet.binWidht=5", r"imageType\.Wavelet\.binWidht is unknown; did you mean binWidth\?"),
        ("LoG.sigma=[1", r"--setting LoG\.sigma=\[1: '\[1' is no value"),
        ("LoG.sigma=[]", r"imageType\.LoG\.sigma is \[\]; allowed: a list"),
    ],
)
def test_a_setting_that_is_none_is_refused(word, fault):
    with pytest.raises(ParameterError, match=fault):
        load_params("ct_head_neck", [word])
