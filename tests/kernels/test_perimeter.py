"""The outline of a pixel, by hand."""

import numpy as np
import pytest

from radpipe.kernels.perimeter import outline


def test_a_pixel_is_a_rhombus() -> None:
    # Half diagonals 1 and 1.5 mm: area 2 * 1 * 1.5 = 3, side sqrt(1 + 2.25), longer diagonal 3.
    mask = np.zeros((3, 3), dtype=bool)
    mask[1, 1] = True
    assert outline(mask, (2.0, 3.0)) == pytest.approx((4 * 3.25**0.5, 3.0, 3.0))
