"""Matrices as a list of cells hold what matrices with all cells hold."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from .made import dense, sparse

VOLUMES = hnp.arrays(np.int64, hnp.array_shapes(min_dims=3, max_dims=3, max_side=4), elements=st.integers(0, 5))
OPTIONS = st.fixed_dictionaries(
    {}, optional={"symmetrical_glcm": st.booleans(), "weighting_norm": st.sampled_from(["euclidean", "manhattan"])}
)


@given(VOLUMES.filter(np.any), OPTIONS)
def test_every_cell_and_sum_is_that_of_the_matrix(levels: np.ndarray, options: dict[str, Any]) -> None:
    full, listed = dense(levels.tolist(), **options), sparse(levels.tolist(), **options)
    if full is None or listed is None:
        assert full is None
        assert listed is None
        return
    written = np.zeros(full.p.shape)
    written[listed.row, listed.column, listed.direction] = listed.p
    np.testing.assert_allclose(written, full.p, atol=1e-15)
    for name in ("px", "py", "ux", "uy", "p_sum", "p_difference", "entropy"):
        np.testing.assert_allclose(getattr(listed, name), getattr(full, name), atol=1e-12, err_msg=name)
    for name in ("largest", "entropy_of_product", "maximal_correlation"):
        np.testing.assert_allclose(getattr(listed, name)(), getattr(full, name)(), atol=1e-7, err_msg=name)
    for ours, theirs in zip(listed.independent, full.independent, strict=True):
        np.testing.assert_allclose(ours, theirs[listed.row, listed.column, listed.direction], atol=1e-12)
    for name in ("product", "squared_gap", "energy", "xx", "yy", "xy", "second", "third", "fourth", "largest"):
        ours, theirs = getattr(listed.moments, name), getattr(full.moments, name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12, err_msg=name)


def test_only_cells_that_are_not_empty_are_listed() -> None:
    found = sparse([[[1, 1, 900]]])
    assert found is not None
    cells = {(int(i), int(j)): p for i, j, p in zip(found.i, found.j, found.p, strict=True)}
    assert cells == {(1, 1): 0.5, (1, 900): 0.25, (900, 1): 0.25}
    assert found.p_difference.shape == (900, 1)


def test_voxels_that_do_not_touch_have_no_matrix() -> None:
    assert sparse([[[1, 0, 2]]]) is None


@pytest.mark.parametrize("one_level", [dense, sparse])
def test_a_single_level_is_its_own_correlation(one_level: Any) -> None:
    assert one_level([[[4, 4, 4]]]).maximal_correlation() == pytest.approx([1])
