"""Concordance of a risk with survival: Harrell's and Uno's C, their errors, and bootstraps on pairs of patients.

Risk is higher for shorter survival throughout. (lifelines' ``concordance_index`` takes the opposite.)
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.dominance import concordance_by_sorting
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = [
    "PairTable",
    "auc_pairs",
    "censoring_survival",
    "concordance_se",
    "harrell_c",
    "influence",
    "many_c",
    "uno_c",
    "uno_pairs",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LARGE = 500
"""From so many patients on pairs are counted by sorting."""

CHUNK = 2**24
"""Pairs times risks that are compared at once."""


@dataclass(frozen=True, slots=True, eq=False)
class PairTable:
    """Pairs of patients whose order of survival is known.

    Of a pair the first had the event before the second had it or left the study; one censored on the day of the other's
    event outlived it. Two events on one day have no order.

    Parameters
    ----------
    first, second
        int64, shape (pairs,): who died first, and who lived longer.
    weight
        float64, shape (pairs,): 1 for Harrell's C, 1 / G(t)^2 for Uno's.
    patients
        Number of patients.
    """

    first: IntArray
    second: IntArray
    weight: FloatArray
    patients: int

    @classmethod
    def of(cls, time_days: FloatArray, event: BoolArray, *, group: IntArray | None = None) -> "PairTable":
        """List the pairs.

        Parameters
        ----------
        time_days, event
            Shape (n,).
        group
            Shape (n,): pairs across groups are left out; None makes one group of all.
        """
        event = np.asarray(event, dtype=np.bool_)
        time_days = np.asarray(time_days, dtype=np.float64)
        earlier = time_days[:, None] < time_days[None, :]
        outlived = (time_days[:, None] == time_days[None, :]) & ~event[None, :]
        known = event[:, None] & (earlier | outlived)
        if group is not None:
            known &= np.asarray(group)[:, None] == np.asarray(group)[None, :]
        first, second = np.nonzero(known)
        return cls(first, second, np.ones(len(first)), len(event))

    def scores(self, risk: FloatArray) -> FloatArray:
        """Return 1 for a pair in the order of the risk, 0.5 for a tied risk, 0 else; risk is (n,) or (n, m)."""
        risk = np.asarray(risk, dtype=np.float64)
        left, right = risk[self.first], risk[self.second]
        return np.asarray((left > right) + 0.5 * (left == right), dtype=np.float64)

    def c(self, risk: FloatArray, multiplicity: FloatArray | None = None) -> float:
        """Return the share of pairs in the order of the risk; NaN without pairs.

        Parameters
        ----------
        risk
            Shape (n,).
        multiplicity
            Shape (n,): how often each patient occurs in a bootstrap sample; None is once.
        """
        return self.c_of_scores(self.scores(risk), multiplicity)

    def c_of_scores(self, scores: FloatArray, multiplicity: FloatArray | None = None) -> float:
        """Return C from the scores of :meth:`scores`, which bootstraps compute once."""
        weight = self.weight
        if multiplicity is not None:
            weight = weight * multiplicity[self.first] * multiplicity[self.second]
        total = float(weight.sum())
        return float(weight @ scores) / total if total else float("nan")


def harrell_c(time_days: FloatArray, event: BoolArray, risk: FloatArray, *, group: IntArray | None = None) -> float:
    """Return Harrell's C: the share of comparable pairs in which the higher risk died first; ties of risk count half.

    Parameters
    ----------
    time_days, event, risk
        Shape (n,).
    group
        Compare patients of one group only, for instance of one held-out fold.

    References
    ----------
    Harrell FE et al. JAMA 1982;247:2543.

    Examples
    --------
    Hand count: 4 comparable pairs, 3 concordant, 1 tied risk.

    >>> harrell_c(np.array([1, 2, 3, 4]), np.array([1, 0, 1, 1]), np.array([9, 5, 5, 5]))
    0.875
    """
    time_days, event = np.asarray(time_days, dtype=np.float64), np.asarray(event, dtype=np.bool_)
    if group is None and len(event) > LARGE:
        return concordance_by_sorting(time_days, event, np.asarray(risk, dtype=np.float64))[0]
    return PairTable.of(time_days, event, group=group).c(risk)


def uno_c(
    time_days: FloatArray,
    event: BoolArray,
    risk: FloatArray,
    *,
    tau_days: float | None = None,
    group: IntArray | None = None,
) -> float:
    """Return Uno's C, in which pairs are weighted so that it does not depend on the censoring.

    Parameters
    ----------
    time_days, event, risk
        Shape (n,).
    tau_days
        Events after this are not counted; None counts all.
    group
        Compare patients of one group only.

    References
    ----------
    Uno H et al. Stat Med 2011;30:1105.
    """
    return uno_pairs(time_days, event, tau_days=tau_days, group=group).c(risk)


def uno_pairs(
    time_days: FloatArray, event: BoolArray, *, tau_days: float | None = None, group: IntArray | None = None
) -> PairTable:
    """Return the pairs of Uno's C with their weights, 1 / G(t-)^2 at the first one's event."""
    time_days, event = np.asarray(time_days, dtype=np.float64), np.asarray(event, dtype=np.bool_)
    pairs = PairTable.of(time_days, event, group=group)
    uncensored = censoring_survival(time_days, event)[pairs.first]
    weight = np.where(uncensored > 0, 1.0 / np.where(uncensored > 0, uncensored, 1.0) ** 2, 0.0)
    if tau_days is not None:
        weight = np.where(time_days[pairs.first] < tau_days, weight, 0.0)
    return PairTable(pairs.first, pairs.second, weight, pairs.patients)


def auc_pairs(
    time_days: FloatArray,
    event: BoolArray,
    horizon_days: float,
    *,
    competing: BoolArray | None = None,
    group: IntArray | None = None,
) -> PairTable:
    """Return the pairs of the area under the ROC curve at a horizon: one with the event until then, one without.

    Parameters
    ----------
    time_days, event
        Shape (n,).
    horizon_days
        An event on that day counts.
    competing
        bool, shape (n,): another event made this one impossible; who had it until then is without the event.
    group
        Compare patients of one group only.

    Notes
    -----
    Who was censored before the horizon is in no pair; each pair weighs 1 / G of both, G the probability of not being
    censored before one's event, or until the horizon.

    References
    ----------
    Blanche P, Dartigues JF, Jacqmin-Gadda H. Stat Med 2013;32:5381 (competing events: their definition 2).
    """
    time_days, event = np.asarray(time_days, dtype=np.float64), np.asarray(event, dtype=np.bool_)
    ended = event if competing is None else event | competing
    until = time_days <= horizon_days
    before = censoring_survival(time_days, ended)
    later = float(censoring_survival(time_days, ended, np.array([np.nextafter(horizon_days, np.inf)]))[0])
    weight = np.where(until & ended, 1 / np.maximum(before, 1e-12), np.where(until, 0.0, 1 / max(later, 1e-12)))
    case, control = event & until, (ended & ~event & until) | ~until
    known = case[:, None] & control[None, :]
    if group is not None:
        known &= np.asarray(group)[:, None] == np.asarray(group)[None, :]
    first, second = np.nonzero(known)
    return PairTable(first, second, weight[first] * weight[second], len(event))


def censoring_survival(time_days: FloatArray, event: BoolArray, at_days: FloatArray | None = None) -> FloatArray:
    """Return the Kaplan-Meier probability of not being censored before given times, G(t-).

    Parameters
    ----------
    time_days, event
        Shape (n,).
    at_days
        Shape (m,); None takes each patient's own time.
    """
    at_days = time_days if at_days is None else np.asarray(at_days, dtype=np.float64)
    # One who dies on the day of a censoring is at risk of it no more.
    return KaplanMeier.of(time_days, ~event, leaves_before=event).at(at_days, before=True)


def concordance_se(pairs: PairTable, risk: FloatArray) -> float:
    """Return the standard error of C by the infinitesimal jackknife, as R's ``survival::concordance``.

    Parameters
    ----------
    pairs
        Of the patients.
    risk
        Shape (n,).
    """
    return float(_c_and_se(pairs, np.asarray(risk, dtype=np.float64)[:, None])[1][0])


def many_c(time_days: FloatArray, event: BoolArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Harrell's C and its standard error of many risks at once.

    Parameters
    ----------
    time_days, event
        Shape (n,).
    values
        Shape (n, risks).

    Returns
    -------
    tuple of ndarray
        Each of shape (risks,).
    """
    if len(event) > LARGE:
        large = [concordance_by_sorting(time_days, event, risk) for risk in values.T]
        return np.array([c for c, _ in large]), np.array([np.sqrt((moved**2).sum()) for _, moved in large])
    pairs = PairTable.of(time_days, event)
    width = max(1, CHUNK // max(len(pairs.first), 1))
    parts = [_c_and_se(pairs, values[:, start : start + width]) for start in range(0, values.shape[1], width)]
    if not parts:
        return np.zeros(0), np.zeros(0)
    return np.concatenate([c for c, _ in parts]), np.concatenate([se for _, se in parts])


def _c_and_se(pairs: PairTable, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return C and the root of the summed squares of each patient's influence on it, shape (risks,) each."""
    total = float(pairs.weight.sum())
    if not total:
        nothing = np.full(values.shape[1], np.nan)
        return nothing, nothing
    scores = pairs.scores(values)
    return pairs.weight @ scores / total, np.sqrt((influence(pairs, scores) ** 2).sum(axis=0))


def influence(pairs: PairTable, scores: FloatArray) -> FloatArray:
    """Return how much each patient moves C, shape (patients, risks); 0 without pairs.

    Parameters
    ----------
    pairs
        Of the patients.
    scores
        Of :meth:`PairTable.scores`, shape (pairs, risks).

    References
    ----------
    The infinitesimal jackknife: Therneau TM, Atkinson E. Concordance, vignette of R's package survival, 2023.
    """
    moved = np.zeros((pairs.patients, scores.shape[1]))
    total = float(pairs.weight.sum())
    if not total:
        return moved
    weight = pairs.weight[:, None]
    off = weight * (scores - (pairs.weight @ scores) / total)
    for member in (pairs.first, pairs.second):
        order = np.argsort(member, kind="stable")
        people, starts = np.unique(member[order], return_index=True)
        moved[people] += np.add.reduceat(off[order], starts, axis=0)
    return moved / total
