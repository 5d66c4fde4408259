"""Spans of a mask by hand and against NumPy's padding."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radpipe.kernels.spans import gathered, lay_out, solid, spans_of, values_inside

masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=3, max_dims=3, max_side=5))


def test_spans_of_two_planes_by_hand() -> None:
    # Padded by one, a row has 6 cells and a plane 3 rows: the first voxel's row begins at (1 * 3 + 1) * 6 = 24.
    mask = np.array([[[True, True, False, True]], [[False, False, False, False]], [[False, True, True, True]]])
    starts, stops, planes = spans_of(mask, 1)
    assert starts.tolist() == [25, 28, 62]
    assert stops.tolist() == [27, 29, 65]
    assert planes.tolist() == [0, 2, 2, 3]


@given(masks, st.integers(1, 3), st.sampled_from([np.uint8, np.uint16, np.uint32]))
def test_a_grid_is_the_padded_volume(mask: npt.NDArray[np.bool_], reach: int, kind: type) -> None:
    volume = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0).astype(kind)
    mask.setflags(write=False)
    expected = np.pad(volume, reach).ravel()
    found = lay_out(volume[mask], spans_of(mask, reach), expected.size)
    assert found.dtype == kind
    assert np.array_equal(found, expected)


@given(masks, st.integers(0, 2), st.sampled_from([np.uint8, np.int16, np.float32, np.float64]))
def test_values_are_gathered_as_numpy_does(mask: npt.NDArray[np.bool_], reach: int, kind: type) -> None:
    image = (np.arange(2 * mask.size).reshape(*mask.shape[:2], -1) * 0.75).astype(kind)[..., ::2]  # every other column
    for writeable in (True, False):
        image.setflags(write=writeable)
        mask.setflags(write=writeable)
        found = gathered(image, spans_of(mask, reach), reach)
        assert found.dtype == kind
        assert np.array_equal(found, image[mask])
        assert np.array_equal(values_inside(image, mask), image[mask])


def test_arrays_are_copied_for_kernels_only_where_they_are_of_another_kind() -> None:
    array = np.arange(6.0).reshape(2, 3)
    assert solid(array) is array
    fixed = array.copy()
    fixed.flags.writeable = False
    for other in (fixed, array.T, array[:, ::2]):
        copy = solid(other)
        assert copy.flags.c_contiguous
        assert copy.flags.writeable
        assert np.array_equal(copy, other)
