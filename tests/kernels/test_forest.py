"""Sets that were joined are those that SciPy finds connected, and the oldest node is the root of each."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from radpipe.kernels import forest

NODES = 12

pairs = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=20)

Kernel = Callable[..., Any]


def roots(links: list[tuple[int, int]], kind: type, root: Kernel, joined: Kernel) -> npt.NDArray[Any]:
    parent = np.arange(NODES, dtype=kind)
    for one, other in links:
        a, b = root(parent, parent[one]), root(parent, parent[other])
        assert joined(parent, a, b) == min(a, b)
        assert (parent <= np.arange(NODES)).all()
    return np.array([root(parent, node) for node in np.arange(NODES, dtype=kind)])


@pytest.mark.parametrize("kind", [np.int64, np.uint32])
@given(pairs)
def test_the_oldest_node_is_the_root_of_each_connected_component(kind: type, links: list[tuple[int, int]]) -> None:
    ends = np.array(links, dtype=np.int64).reshape(-1, 2).T
    _, labels = connected_components(coo_array((np.ones(len(links)), ends), shape=(NODES, NODES)))
    oldest = [int(np.flatnonzero(labels == label)[0]) for label in labels]
    assert roots(links, kind, forest.root, forest.joined).tolist() == oldest
    assert roots(links, kind, forest.root.py_func, forest.joined.py_func).tolist() == oldest


def test_the_way_to_the_root_becomes_shorter() -> None:
    parent = np.array([0, 0, 1, 2, 3])
    assert forest.root(parent, 4) == 0
    assert parent.tolist() == [0, 0, 0, 2, 2]  # each second node on the way points to its grandparent
