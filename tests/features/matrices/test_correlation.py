"""The maximal correlation against all eigenvalues of Q, on matrices of every make that co-occurrence can have."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.features.matrices import correlation
from radpipe.features.matrices.correlation import maximal_correlation

FloatArray = npt.NDArray[np.float64]


EPSILON = float(np.spacing(1))


def shares(counts: npt.NDArray[np.int64]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return P, px and py of a matrix, twice: that of one direction alone is looked at by LAPACK too."""
    p = np.stack([counts / counts.sum()] * 2)
    return p, p.sum(axis=2), p.sum(axis=1)


def second_of_q(p: FloatArray, px: FloatArray, py: FloatArray) -> float:
    """The second eigenvalue of Haralick's Q, by LAPACK."""
    product = px[0][:, None] * py[0]
    return float(np.sort(np.linalg.eigvals((p[0] / (product + EPSILON)) @ p[0].T).real)[-2])


def smooth(n: int, pairs: float, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Neighbours of like gray levels, most of them in the middle, some levels with a single voxel."""
    level = np.arange(n)
    distance = (level[:, None] - level) ** 2
    common = np.exp(-((level[:, None] + level - n) ** 2) / (4 * n))
    return random.poisson(pairs * common * np.exp(-distance / 6.0)).astype(np.int64)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(13, 60), pairs=st.floats(0.5, 1e6), symmetric=st.booleans())
def test_the_second_eigenvalue_of_smooth_matrices(seed: int, n: int, pairs: float, *, symmetric: bool) -> None:
    random = np.random.default_rng(seed)
    counts = smooth(n, pairs, random)
    counts[n // 2, n // 2] += 1
    p, px, py = shares(counts + counts.T if symmetric else counts)
    with np.errstate(all="ignore"):
        found = maximal_correlation(p, px, py)[0]
    assert found**2 == pytest.approx(second_of_q(p, px, py), rel=1e-9, abs=1e-12)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(13, 40), density=st.floats(0.01, 1.0), span=st.floats(0.0, 7.0))
def test_the_second_eigenvalue_of_matrices_in_parts(seed: int, n: int, density: float, span: float) -> None:
    random = np.random.default_rng(seed)
    counts = (10 ** random.uniform(0, span, (n, n)) * (random.random((n, n)) < density)).astype(np.int64)
    counts[0, 0] += 1
    p, px, py = shares(counts + counts.T)
    with np.errstate(all="ignore"):
        found = maximal_correlation(p, px, py)[0]
    assert found**2 == pytest.approx(second_of_q(p, px, py), rel=1e-9, abs=1e-12)


def test_two_levels_that_are_almost_parts_of_their_own_have_two_eigenvalues(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = smooth(20, 1e4, np.random.default_rng(5))
    counts = counts + counts.T + np.eye(20, dtype=np.int64)
    counts[[4, 15]] = counts[:, [4, 15]] = 0
    counts[4, 15] = counts[15, 4] = 10**6
    counts[4, 3] = counts[3, 4] = counts[15, 14] = counts[14, 15] = 1
    p, px, py = (values[:1] for values in shares(counts))
    expected = second_of_q(p, px, py)

    def third(*_: object) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """The iteration, had it begun across the second's vector."""
        q = (p[0] / (px[0][:, None] * py[0] + EPSILON)) @ p[0].T
        value = np.sort(np.linalg.eigvals(q).real)[-3]
        assert 1e-9 < expected - value < 1e-3
        return np.array([value]), np.array([1e-15]), np.zeros((1, 20)), np.array([1e-3])

    monkeypatch.setattr(correlation, "second_eigenvalues", third)
    assert maximal_correlation(p, px, py)[0] ** 2 == pytest.approx(expected, rel=1e-12)
