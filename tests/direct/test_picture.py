"""radpipe.picture: what a program has, drawn."""

import numpy as np
import pytest

import radpipe


def test_arrays_and_names_become_a_picture() -> None:
    image = np.zeros((10, 40, 40), dtype=np.int16)
    mask = np.zeros(image.shape, dtype=bool)
    mask[3:6, 10:20, 10:20] = True
    drawn = radpipe.picture(image, {"Lung_L": mask, "GTV": mask}, spacing_zyx_mm=(3, 1, 1), modality="CT")
    assert [roi for roi, _ in drawn.svgs] == ["Lung_L", "GTV"]
    assert "lung, -1350 to 150 HU" in drawn.svgs[0][1]


def test_an_empty_mask_is_refused_with_its_code() -> None:
    image = np.zeros((4, 8, 8), dtype=np.int16)
    with pytest.raises(radpipe.InputError, match="E_EMPTY_ROI"):
        radpipe.picture(image, np.zeros(image.shape, dtype=bool), spacing_zyx_mm=(3, 1, 1))
