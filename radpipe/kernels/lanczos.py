"""The second eigenvalue of Haralick's Q of a co-occurrence matrix, by Lanczos' iteration.

``Q[i, j] = sum_k P[i, k] P[j, k] / (px[i] py[k] + epsilon)``. Without epsilon Q is similar to the symmetric
``S = A A'`` with ``A[i, k] = P[i, k] / sqrt(px[i] py[k])``, whose largest eigenvalue is 1, with the vector
``sqrt(px)``. Among vectors orthogonal to that one a dozen products with S find the second, where all eigenvalues would
need as many as there are gray levels. What epsilon changes is added to first order: in a ROI of many voxels it is felt
in rare gray levels. (SciPy's ``eigh`` for one eigenvalue would do: a ROI of 4,000 voxels then takes 13 to 26 % longer,
one of 400 gray levels 38 %.)

Where gray levels fall into parts that never meet, S has the eigenvalue 1 once for each part, and epsilon alone tells
which part's is the second.

Golub GH, Van Loan CF. Matrix Computations, 4th ed. (2013), sections 8.4 (eigenvalues of tridiagonal matrices) and 10.1
(Lanczos' iteration, with full reorthogonalisation).
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["second_eigenvalues"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MOST_STEPS = 64
"""After so many products a matrix is given up."""

_FIRST_LOOK, _NEXT_LOOK = 11, 4
"""Convergence is looked at after so many steps, and then every so many: a look costs as much as six steps."""

_ACCURACY = 1e-15
"""Relative error of the eigenvalue at which the iteration ends; the error is the residual's square by the gap."""

_SHARP = 1e-6
"""The vector's error, residual by gap, at which it ends."""

_SETTLED = 1e-13
"""A residual at which it ends whatever the gap."""

_POINTS = 7
"""An enclosure of an eigenvalue is cut at so many points at once: three bits a pass."""

_MARGIN = 0.01
"""By rounding an eigenvalue may lie outside 0 to 1, never so far."""

_TINY = 1e-300
"""Stands for a pivot of zero."""


@njit
def second_eigenvalues(
    matrices: FloatArray, px: FloatArray, py: FloatArray, epsilon: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Find the second largest eigenvalue of each Q.

    Parameters
    ----------
    matrices
        Probabilities P, shape (A, n, n), n at least 3.
    px, py
        Their sums over columns and over rows, shape (A, n); a level that does not occur has 0.
    epsilon
        Added to the products of px and py.

    Returns
    -------
    tuple of arrays
        The eigenvalue, shape (A,), NaN where the iteration did not converge; an estimate of its error, shape (A,),
        infinite where epsilon may have made another eigenvalue the second; its vector in the basis of S, of length 1,
        shape (A, n); its gap to the nearest eigenvalue seen, shape (A,).
    """
    count, n = matrices.shape[0], matrices.shape[1]
    values, errors, gaps = np.empty(count), np.empty(count), np.empty(count)
    vectors = np.empty((count, n))
    across, down = np.empty((n, n)), np.empty((n, n))
    for a in range(count):
        p = matrices[a]
        change = epsilon / _normalise(p, px[a], py[a], across, down)
        part, parts = _parts(p)
        value, gap, x = _iterate(across, down, px[a], part, parts)
        if parts > 1:
            # The eigenvalue 1 is there once a part, so the iteration, which starts beside all of them, is not asked.
            gap = 1.0 - value
            x = _second_part(p, px[a], py[a], part, parts, epsilon)
        found, residuals = _first_order(p, px[a], py[a], x, epsilon)
        values[a] = np.nan if np.isnan(value) else found
        errors[a] = residuals / gap if change < 0.1 * gap else np.inf
        gaps[a], vectors[a] = gap, x
    return values, errors, vectors, gaps


@njit
def _normalise(p: FloatArray, px: FloatArray, py: FloatArray, across: FloatArray, down: FloatArray) -> float:
    """Write A and its transpose; return the smallest px[i] py[k] of a cell that is not empty."""
    n = px.size
    smallest = np.inf
    scale = np.empty(n)
    for k in range(n):
        scale[k] = 1.0 / np.sqrt(py[k]) if py[k] > 0 else 0.0
    for i in range(n):
        mine = 1.0 / np.sqrt(px[i]) if px[i] > 0 else 0.0
        for k in range(n):
            smallest = min(smallest, px[i] * py[k] if p[i, k] > 0 else np.inf)
            across[i, k] = p[i, k] * (mine * scale[k])
    # Both layouts, so that products with A and with its transpose read along rows.
    for i in range(n):
        for k in range(n):
            down[k, i] = across[i, k]
    return smallest


@njit
def _parts(p: FloatArray) -> tuple[IntArray, int]:
    """Find the sets of rows that share no column with another set; return the set of each row, and how many.

    A row without cells is in none, and has the number n.
    """
    n = p.shape[0]
    part, owner = np.full(n, -1), np.full(n, -1)
    queue = np.empty(n, dtype=np.int64)
    parts = 0
    for first in range(n):
        if part[first] >= 0:
            continue
        queue[0], part[first] = first, parts
        done, known, filled = 0, 1, False
        while done < known:
            row = queue[done]
            done += 1
            for column in range(n):
                if p[row, column] == 0 or owner[column] >= 0:
                    continue
                owner[column], filled = parts, True
                for other in range(n):
                    if part[other] < 0 and p[other, column] > 0:
                        part[other] = parts
                        queue[known] = other
                        known += 1
        if filled:
            parts += 1
        else:
            part[first] = n
    return part, parts


@njit
def _second_part(
    p: FloatArray, px: FloatArray, py: FloatArray, part: IntArray, parts: int, epsilon: float
) -> FloatArray:
    """Return the vector of the part whose largest eigenvalue is the second, to first order in epsilon."""
    n = px.size
    whole, lost = np.zeros(parts), np.zeros(parts)
    for i in range(n):
        if part[i] == n:
            continue
        whole[part[i]] += px[i]
        for k in range(n):
            if p[i, k] > 0:
                lost[part[i]] += epsilon / (px[i] * py[k] + epsilon) * p[i, k]
    second = np.argsort(lost / whole)[1]
    x = np.where(part == second, np.sqrt(px), 0.0)
    _scale(x)
    return x


@njit
def _first_order(p: FloatArray, px: FloatArray, py: FloatArray, x: FloatArray, epsilon: float) -> tuple[float, float]:
    """Return x' M x for Q in the basis of S, ``M[i, j] = sqrt(px[i]) Q[i, j] / sqrt(px[j])``.

    Its error is the product of the residuals of M x and of x' M, the second number, by the gap.
    """
    n = px.size
    right, left = np.zeros(n), np.zeros(n)
    into, out = np.zeros(n), np.zeros(n)
    for j in range(n):
        if px[j] > 0:
            _subtract(into, -x[j] / np.sqrt(px[j]), p[j])
    for i in range(n):
        root, total = np.sqrt(px[i]), 0.0
        for k in range(n):
            share = p[i, k] / (px[i] * py[k] + epsilon)
            total += share * into[k]
            out[k] += root * x[i] * share
        right[i] = root * total
    found = _dot(x, right)
    for j in range(n):
        if px[j] > 0:
            left[j] = _dot(p[j], out) / np.sqrt(px[j])
    _subtract(right, found, x)
    _subtract(left, found, x)
    return found, np.sqrt(_dot(right, right) * _dot(left, left))


@njit
def _iterate(
    across: FloatArray, down: FloatArray, px: FloatArray, part: IntArray, parts: int
) -> tuple[float, float, FloatArray]:
    """Find the largest eigenvalue of S beside those that are 1; return it, NaN if not found, its gap and vector."""
    n = px.size
    room = int((part < n).sum()) - parts
    most = min(room, _MOST_STEPS)
    x = np.zeros(n)
    if most < 1:
        return 0.0, 1.0, x
    basis = np.empty((parts + most + 1, n))  # the first are the vectors of the eigenvalue 1
    diagonal, beside = np.zeros(most), np.zeros(most)
    middle = np.empty(n)
    _begin(px, part, parts, basis)
    for step in range(1, most + 1):
        last = parts + step - 1
        y = basis[last + 1]
        _multiply(basis[last], across, middle)
        _multiply(middle, down, y)
        diagonal[step - 1] = _dot(basis[last], y)
        # Twice is enough (Kahan, Parlett): what rounding leaves of the other vectors would come back as eigenvalue 1.
        for _ in range(2):
            for b in range(last + 1):
                _subtract(y, _dot(basis[b], y), basis[b])
        length = np.sqrt(_dot(y, y))
        complete = step == room or length < _SETTLED
        if complete or step == most or (step >= _FIRST_LOOK and (step - _FIRST_LOOK) % _NEXT_LOOK == 0):
            value, gap, ritz = _largest(diagonal[:step], beside[:step])
            residual = length * abs(ritz[step - 1])
            if complete or _found(residual, value, gap):
                for b in range(step):
                    _subtract(x, -ritz[b], basis[parts + b])
                return value, gap, x
        beside[step - 1] = length
        for i in range(n):
            y[i] /= length
    return np.nan, 0.0, x


@njit
def _found(residual: float, value: float, gap: float) -> bool:
    sharp = residual * residual <= _ACCURACY * value * gap and residual <= _SHARP * gap
    return sharp or residual <= _SETTLED


@njit
def _begin(px: FloatArray, part: IntArray, parts: int, basis: FloatArray) -> None:
    """Write the vectors of the eigenvalue 1, and one orthogonal to them: the rank of the gray level, and some noise.

    The nearer to the vector sought, the shorter the iteration; in most images that rises or falls with the gray level.
    """
    n = px.size
    state = 1
    basis[:parts] = 0.0
    for i in range(n):
        state = (state * 16807) % 2147483647  # Park and Miller's generator, so that every run begins alike
        root = np.sqrt(px[i])
        if root > 0:
            basis[part[i], i] = root
        basis[parts, i] = (i + n * 0.2 * (state / 2147483647 - 0.5)) * root
    for b in range(parts):
        _scale(basis[b])
    for _ in range(2):
        for b in range(parts):
            _subtract(basis[parts], _dot(basis[b], basis[parts]), basis[b])
        _scale(basis[parts])


@njit
def _multiply(x: FloatArray, matrix: FloatArray, y: FloatArray) -> None:
    """Write x' matrix to y, four rows at a time."""
    n = x.size
    whole = n - n % 4
    for k in range(n):
        y[k] = 0.0
    for i in range(0, whole, 4):
        a, b, c, d = x[i], x[i + 1], x[i + 2], x[i + 3]
        for k in range(n):
            y[k] += a * matrix[i, k] + b * matrix[i + 1, k] + c * matrix[i + 2, k] + d * matrix[i + 3, k]
    for i in range(whole, n):
        _subtract(y, -x[i], matrix[i])


@njit
def _dot(x: FloatArray, y: FloatArray) -> float:
    """Sum x y, by four sums that do not wait for each other."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = x.size - x.size % 4
    for k in range(0, whole, 4):
        a += x[k] * y[k]
        b += x[k + 1] * y[k + 1]
        c += x[k + 2] * y[k + 2]
        d += x[k + 3] * y[k + 3]
    for k in range(whole, x.size):
        a += x[k] * y[k]
    return (a + b) + (c + d)


@njit
def _subtract(y: FloatArray, factor: float, x: FloatArray) -> None:
    for k in range(y.size):
        y[k] -= factor * x[k]


@njit
def _scale(x: FloatArray) -> None:
    length = np.sqrt(_dot(x, x))
    for k in range(x.size):
        x[k] /= length


@njit
def _largest(diagonal: FloatArray, beside: FloatArray) -> tuple[float, float, FloatArray]:
    """Return the largest eigenvalue of a tridiagonal matrix, its gap to the second or to 1, and its vector."""
    size = diagonal.size
    value = _eigenvalue(diagonal, beside, size - 1, 18)
    gap = 1.0 - value
    if size > 1:
        gap = min(gap, value - _eigenvalue(diagonal, beside, size - 2, 6))
    return value, max(gap, 0.0), _eigenvector(diagonal, beside, value)


@njit
def _eigenvalue(diagonal: FloatArray, beside: FloatArray, rank: int, passes: int) -> float:
    """Return the eigenvalue with so many smaller ones.

    By Sturm's theorem as many pivots of T - x are negative as eigenvalues lie below x.
    """
    low, high = -_MARGIN, 1.0 + _MARGIN
    points, pivots = np.empty(_POINTS), np.empty(_POINTS)
    below = np.empty(_POINTS, dtype=np.int64)
    for _ in range(passes):
        width = (high - low) / (_POINTS + 1)
        for p in range(_POINTS):
            points[p] = low + (p + 1) * width
            pivots[p] = 1.0
            below[p] = 0
        square = 0.0
        for k in range(diagonal.size):
            for p in range(_POINTS):
                pivot = diagonal[k] - points[p] - square / pivots[p]
                pivot = -_TINY if pivot == 0 else pivot  # a point that is an eigenvalue counts as above it
                below[p] += pivot < 0
                pivots[p] = pivot
            square = beside[k] * beside[k]
        for p in range(_POINTS):
            if below[p] <= rank:
                low = points[p]
            else:
                high = points[p]
                break
    return 0.5 * (low + high)


@njit
def _eigenvector(diagonal: FloatArray, beside: FloatArray, value: float) -> FloatArray:
    """Return the vector of a tridiagonal matrix's largest eigenvalue, by inverse iteration.

    ``value - T`` has no negative pivot, so elimination needs no exchange of rows.
    """
    size = diagonal.size
    x = np.ones(size)
    pivots = np.empty(size)
    pivots[0] = value - diagonal[0]
    for k in range(1, size):
        pivots[k - 1] = max(pivots[k - 1], 2.0**-60)
        pivots[k] = value - diagonal[k] - beside[k - 1] * beside[k - 1] / pivots[k - 1]
    pivots[size - 1] = max(pivots[size - 1], 2.0**-60)
    for _ in range(3):
        for k in range(1, size):
            x[k] += beside[k - 1] / pivots[k - 1] * x[k - 1]
        x[size - 1] /= pivots[size - 1]
        for k in range(size - 2, -1, -1):
            x[k] = (x[k] + beside[k] * x[k + 1]) / pivots[k]
        _scale(x)
    return x
