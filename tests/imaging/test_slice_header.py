"""Direction cosines of a slice."""

import pytest

from radpipe.imaging.slice_header import SAME_DIRECTION, is_orthonormal

FINE, COARSE = 0.4 * SAME_DIRECTION, 2 * SAME_DIRECTION


@pytest.mark.parametrize(
    ("orientation", "holds"),
    [
        ((1, 0, 0, 0, 1, 0), True),
        ((0.8, 0.6, 0, 0, 0, -1), True),
        ((1 + FINE, 0, 0, 0, 1 - FINE, 0), True),
        ((1 + COARSE, 0, 0, 0, 1, 0), False),
        ((1, 0, 0, 0, 1 - COARSE, 0), False),
        ((1, 0, 0, COARSE, 1, 0), False),
    ],
)
def test_rows_and_columns_have_length_1_and_stand_at_right_angles(orientation: tuple[float, ...], holds: bool) -> None:
    assert is_orthonormal(orientation) is holds
