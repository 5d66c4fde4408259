"""Lanczos' iteration where epsilon decides, and what it says of its own error."""

import numpy as np
import numpy.typing as npt
import pytest

from radpipe.kernels.lanczos import second_eigenvalues

FloatArray = npt.NDArray[np.float64]


EPSILON = float(np.spacing(1))


def shares(counts: npt.NDArray[np.int64]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return P, px and py of one matrix, with a leading axis."""
    p = (counts / counts.sum())[None]
    return p, p.sum(axis=2), p.sum(axis=1)


def test_gray_levels_that_never_meet_are_told_apart_by_epsilon() -> None:
    # Two parts: one of many pairs, one of a single pair of levels. S has the eigenvalue 1 twice; Q's second is that of
    # the rare part, p^2 / (p^2 + epsilon).
    counts = np.zeros((14, 14), dtype=np.int64)
    counts[:12, :12] = 20_000
    counts[12, 13] = counts[13, 12] = 1
    p, px, py = shares(counts)
    values, errors, _, _ = second_eigenvalues(p, px, py, EPSILON)
    rare = px[0, 13]
    assert 1 - values[0] == pytest.approx(EPSILON / (rare**2 + EPSILON), rel=1e-9)
    assert errors[0] < 1e-11


def test_the_error_is_told_where_epsilon_decides() -> None:
    # So few pairs of the rare levels among so many others that epsilon is no small change there.
    counts = np.diag(np.full(13, 10**12, dtype=np.int64))
    counts[0, 0] = 1
    values, errors, _, _ = second_eigenvalues(*shares(counts), EPSILON)
    assert not errors[0] < 1e-11 * values[0]


def test_a_matrix_of_independent_levels_has_no_second_eigenvalue() -> None:
    px = np.arange(1.0, 21.0) / 210
    p = (px[:, None] * px)[None]
    values, _, _, _ = second_eigenvalues(p, px[None], px[None], EPSILON)
    assert abs(values[0]) < 1e-14
