"""An image type, with settings that hold for it only."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params import ImageType
from radpipe.features.params.image_type import plain_settings


def test_an_unknown_image_type_and_a_wrong_setting_are_refused_together() -> None:
    with pytest.raises(ParameterError, match=r"imageType\.Wavlet is unknown; did you mean Wavelet\?") as caught:
        ImageType("Wavlet", {"binWidth": "wide"})
    assert len(caught.value.faults) == 2


def test_lists_become_tuples_and_go_back_to_lists() -> None:
    kind = ImageType("LoG", {"sigma": [1.0, 2.0]})
    assert kind.own == {"sigma": (1.0, 2.0)}
    assert plain_settings(kind.own) == {"sigma": [1.0, 2.0]}
