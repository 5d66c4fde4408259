"""The bin of each value is the one that NumPy finds, on edges and beside them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radpipe.kernels.bins import locate


@given(
    st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=30),
    st.sampled_from([0.1, 1 / 3, 5.0, 25.0, 1e3]),
    st.booleans(),
)
def test_bins_are_those_of_digitize(values: list[float], width: float, on_edges: bool) -> None:
    low, high = min(values), max(values)
    edges = np.arange(low - low % width, high + 2 * width, width)
    tried = np.array(values)
    if on_edges:
        tried = np.concatenate([edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf)])
    tried.setflags(write=False)
    assert np.array_equal(locate(tried, edges), np.digitize(tried, edges))
    assert np.array_equal(locate.py_func(tried, edges), np.digitize(tried, edges))  # type: ignore[attr-defined]
