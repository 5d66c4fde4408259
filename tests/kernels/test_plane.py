"""Parts of a plane have SciPy's numbers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

from radpipe.kernels.plane import plane_parts


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0, 1), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_numbers_are_scipys(rows: int, columns: int, share: float, seed: int) -> None:
    plane = np.random.default_rng(seed).random((rows, columns)) < share
    expected, count = label(plane)
    numbers, found = plane_parts(plane)
    assert found == count
    np.testing.assert_array_equal(numbers, expected)


def test_by_hand() -> None:
    plane = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=bool)
    numbers, count = plane_parts(plane)
    assert count == 3
    assert numbers.tolist() == [[1, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 0], [2, 0, 0], [0, 3, 0]]
