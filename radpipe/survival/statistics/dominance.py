"""Concordance of large cohorts by sorting: counts of pairs without a list of pairs.

A list of pairs grows with the square of the patients. Here points are sorted by time, and each stretch of 1, 2, 4, ...
of them by risk; what lies behind a patient in time is at most one stretch of each length, in each of which a binary
search counts lower risks: n log(n)^2 steps in all.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["concordance_by_sorting"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def concordance_by_sorting(time_days: FloatArray, event: BoolArray, risk: FloatArray) -> tuple[float, FloatArray]:
    """Return Harrell's C and how much each patient moves it.

    Parameters
    ----------
    time_days, event, risk
        Shape (n,).

    Returns
    -------
    tuple
        C, NaN without comparable pairs, and the influence of each patient, shape (n,); the same as of a list of pairs.

    References
    ----------
    Christensen D. Fast algorithms for the calculation of Kendall's tau. Comput Stat 2005;20:51 (counting by sorting).

    Examples
    --------
    >>> days, died = np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, False, True, True])
    >>> concordance_by_sorting(days, died, np.array([9.0, 5.0, 5.0, 5.0]))[0]
    0.875
    """
    # One censored on the day of another's event outlived it: events come before, and have no order among themselves.
    place = np.unique(np.stack([time_days, (~event).astype(np.float64)], axis=1), axis=0, return_inverse=True)[1]
    place = place.reshape(-1).astype(np.int64)
    rank = np.unique(risk, return_inverse=True)[1].reshape(-1).astype(np.int64)
    died = np.flatnonzero(event)
    won, met = np.zeros(len(event)), np.zeros(len(event))
    if len(died):
        won[died], met[died] = _behind(place[died], rank[died], place, rank)
        # As the one who lived longer: events before, by higher risk.
        theirs, seen = _behind(-place, -rank, -place[died], -rank[died])
        won, met = won + theirs, met + seen
    total = float(met[died].sum() - (seen[died].sum() if len(died) else 0.0))
    if not total:
        return float("nan"), np.zeros(len(event))
    c = float(won.sum()) / 2 / total
    return c, (won - c * met) / total


def _behind(key: IntArray, rank: IntArray, keys: IntArray, ranks: IntArray) -> tuple[FloatArray, FloatArray]:
    """Count, for each query, points with a larger key: those of lower rank plus half of the tied, and all of them."""
    order = np.argsort(keys, kind="stable")
    size = 1 << max(int(len(keys) - 1).bit_length(), 0)
    least, span = (
        int(min(ranks.min(), rank.min())),
        int(max(ranks.max(), rank.max()) - min(ranks.min(), rank.min()) + 2),
    )
    blocks = np.full(size, span - 1, dtype=np.int64)  # Beyond the last point: a rank above all.
    blocks[: len(keys)] = ranks[order] - least
    wanted = rank - least
    at = np.searchsorted(keys[order], key, side="right")
    behind = (len(keys) - at).astype(np.float64)
    lower, at_most = np.zeros(len(key)), np.zeros(len(key))
    width = 1
    while width <= size:
        stretch = np.sort(blocks.reshape(-1, width), axis=1)
        blocks = stretch.reshape(-1)
        taken = np.flatnonzero((at // width) % 2 == 1) if width < size else np.flatnonzero(at == 0)
        if len(taken):
            number = at[taken] // width
            flat = blocks + np.repeat(np.arange(len(stretch)), width) * span
            sought = wanted[taken] + number * span
            lower[taken] += np.searchsorted(flat, sought, side="left") - number * width
            at_most[taken] += np.searchsorted(flat, sought, side="right") - number * width
            at[taken] += width
        width *= 2
    return lower + (at_most - lower) / 2, behind
