"""Sums of coordinates against NumPy's."""

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from radpipe.kernels.moments import coordinate_sums

BoolArray = npt.NDArray[np.bool_]


masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6)).filter(np.any)


@given(masks)
@settings(max_examples=40)
def test_coordinate_sums_equal_numpy(mask: BoolArray) -> None:
    places = np.argwhere(mask)
    count, sums, products = coordinate_sums(mask)
    assert count == len(places)
    assert np.array_equal(sums, places.sum(axis=0))
    assert np.array_equal(products, places.T @ places)
