"""The bin of each value is the one that NumPy finds, on edges and beside them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radpipe.kernels import bins
from radpipe.kernels.bins import locate, ranks


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
    for kind in (np.uint16, np.uint32) if len(edges) < 2**16 - 1 else (np.uint32,):
        assert np.array_equal(locate(tried, edges, np.dtype(kind)), np.digitize(tried, edges))
    bounds = np.concatenate([[-np.inf], edges, [np.inf]])
    uncompiled = bins._locate.py_func  # type: ignore[attr-defined]
    per_width = (len(edges) - 1) / (edges[-1] - edges[0])
    assert np.array_equal(uncompiled(tried, bounds, per_width, np.zeros(0, np.uint32)), np.digitize(tried, edges))


def test_edges_that_are_not_even_are_searched() -> None:
    edges = np.array([0.0, 1.0, 50.0, 51.0])
    tried = np.array([-5.0, 0.0, 0.5, 1.0, 49.0, 50.0, 50.5, 51.0, 900.0])
    assert locate(tried, edges, np.dtype(np.uint16)).tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.sampled_from([np.uint16, np.uint32]))
def test_ranks_leave_out_levels_that_do_not_occur(levels: list[int], kind: type) -> None:
    present = sorted(set(levels))
    slots, counts = ranks(np.array(levels, dtype=kind))
    assert slots.dtype == kind
    assert slots.tolist() == [present.index(level) + 1 for level in levels]
    assert counts.tolist() == [levels.count(level) for level in range(max(levels) + 1)]
