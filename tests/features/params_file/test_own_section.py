"""The section ``radpipe`` of a parameter file."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params import Purpose
from radpipe.features.params_file import parse_params


def test_what_a_file_is_for_is_one_word_or_a_list() -> None:
    assert parse_params({"radpipe": {"for": {"modality": "ct", "unit": "HU"}}}).purpose == Purpose(("CT",), "HU")
    assert parse_params({"radpipe": {"for": {"modality": ["CT", "pt"]}}}).purpose == Purpose(("CT", "PT"), "")


def test_bins_and_images_that_are_kept_become_fields() -> None:
    params = parse_params({"imageType": {"Wavelet": {}}, "radpipe": {"maxBins": 64, "keepImages": ["wavelet-HLH"]}})
    assert (params.max_bins, params.keep_images) == (64, ("wavelet-HLH",))


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        ({"maxBin": 64}, r"radpipe\.maxBin is unknown; did you mean maxBins\?"),
        ({"maxBins": 1}, r"radpipe\.maxBins is 1; allowed: "),
        ({"keepImages": "wavelet-HLH"}, r"radpipe\.keepImages is 'wavelet-HLH'; allowed: a list of image names"),
        ({"for": ["CT"]}, r"radpipe\.for must be a mapping, is \['CT'\]"),
        ({"for": {"unit": "Bq"}}, r"radpipe\.for\.unit is 'Bq'; allowed: HU or SUVbw or arbitrary"),
        ({"for": {"modality": 3}}, r"radpipe\.for\.modality is 3; allowed: a list of DICOM's modalities"),
        ({"for": {"modalty": "CT"}}, r"radpipe\.for\.modalty is unknown; did you mean modality\?"),
        ({"definition": "mirp"}, r"radpipe\.definition is 'mirp'; allowed: pyradiomics or ibsi"),
        ({"ibsi": {}}, r"radpipe\.ibsi needs radpipe\.definition: ibsi"),
    ],
)
def test_what_the_section_cannot_hold_is_refused_with_its_path(section: dict, fault: str) -> None:
    with pytest.raises(ParameterError, match=fault):
        parse_params({"radpipe": section})
