"""Ways of making a model of many features beside free columns; each gives one model a setting, and folds choose.

Every learner is a function of training patients: free columns and features in, coefficients out. Settings stand for the
same on all patients and on inner folds, so that what was best in the folds can be fitted to everybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from radpipe.survival.procedure.training import Block
from radpipe.survival.statistics.cox import CoxFit, RiskSets, fit_cox, score_statistics
from radpipe.survival.statistics.elastic_net import elastic_net_path
from radpipe.survival.statistics.ridge import ridge_path

__all__ = ["LEARNERS", "Learner", "Way", "fit_safely"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SAFE_SHARE = 0.05
"""Ridge on every term, as a share of the events, where plain Cox has no estimate."""

NET_SHARES = (0.8, 0.6, 0.45, 0.33, 0.25, 0.18, 0.13)
"""Penalties of the elastic net, as shares of that at which the first feature enters."""

NET_FEATURES = 60
"""Features of the largest score statistics that the elastic net looks at."""

MOST_COMPONENTS = 8

CHOICE_RIDGES = (0.4, 0.1, 0.02)
"""Ridges beside forward choice, as shares of the events."""

ALIKE = 0.9
"""Of features whose absolute Spearman correlation exceeds this, forward choice takes one."""


class Way(StrEnum):
    """How radiomic features become a model."""

    RIDGE = "ridge"
    NET = "elastic-net"
    COMPONENTS = "components"
    FORWARD = "forward"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Learner:
    """One way.

    Parameters
    ----------
    way
        Its name.
    title
        In words, for readers.
    rotated
        Whether coefficients are those of principal components instead of features.
    chooses
        Whether most coefficients are exactly 0.
    path
        Function of block, risk sets of rows, and rows; returns coefficients, shape (f + k, settings), the simplest
        setting first.
    """

    way: Way
    title: str
    rotated: bool
    chooses: bool
    path: Callable[[Block, RiskSets, IntArray], FloatArray]

    def columns(self, block: Block) -> FloatArray:
        """Return what the coefficients belong to, shape (n, f + k)."""
        return np.hstack([block.free, block.scores if self.rotated else block.features])


def fit_safely(sets: RiskSets, terms: FloatArray, penalty: FloatArray) -> tuple[CoxFit, bool]:
    """Fit; where there is no estimate, fit again with a ridge on every term and say so.

    Parameters
    ----------
    sets
        Of the patients.
    terms
        Shape (n, p).
    penalty
        Shape (p,).
    """
    fit = fit_cox(sets, terms, penalty)
    if fit.settled:
        return fit, False
    return fit_cox(sets, terms, np.maximum(penalty, SAFE_SHARE * len(sets.died))), True


def _ridge(block: Block, sets: RiskSets, rows: IntArray) -> FloatArray:
    ridges = block.ridges * len(sets.died)
    return ridge_path(sets, block.free[rows], block.scores[rows], ridges, block.curvature, least_gain=1e-4)


def _free_fit(block: Block, sets: RiskSets, rows: IntArray) -> CoxFit:
    return fit_safely(sets, block.free[rows], np.zeros(block.free.shape[1]))[0]


def _statistics(block: Block, sets: RiskSets, rows: IntArray) -> FloatArray:
    return score_statistics(sets, block.features[rows], block.free[rows], _free_fit(block, sets, rows))


def _net(block: Block, sets: RiskSets, rows: IntArray) -> FloatArray:
    statistics = _statistics(block, sets, rows)
    strongest = np.argsort(-statistics, kind="stable")[:NET_FEATURES]
    f = block.free.shape[1]
    steps = elastic_net_path(sets, block.free[rows], block.features[np.ix_(rows, strongest)], np.array(NET_SHARES))
    path = np.zeros((f + len(block.places), len(NET_SHARES)))
    path[:f], path[f + strongest] = steps[:f], steps[f:]
    return path


def _components(block: Block, sets: RiskSets, rows: IntArray) -> FloatArray:
    f, events = block.free.shape[1], len(sets.died)
    most = int(np.clip(events // 5, 1, min(MOST_COMPONENTS, block.scores.shape[1])))
    path = np.zeros((f + block.scores.shape[1], MOST_COMPONENTS))
    for size in range(MOST_COMPONENTS):
        kept = min(size + 1, most)
        columns = np.hstack([block.free[rows], block.scores[rows][:, :kept]])
        path[: f + kept, size] = fit_safely(sets, columns, np.zeros(f + kept))[0].coefficients
    return path


def _forward(block: Block, sets: RiskSets, rows: IntArray) -> FloatArray:
    f, features = block.free.shape[1], block.features[rows]
    path = np.zeros((f + len(block.places), len(CHOICE_RIDGES) * block.most))
    free, first = block.free[rows], _free_fit(block, sets, rows)
    at_first = score_statistics(sets, features, free, first)  # The same whatever the ridge.
    for number, share in enumerate(CHOICE_RIDGES):
        ridge = share * len(sets.died)
        chosen: list[int] = []
        open_ = np.ones(len(block.places), dtype=np.bool_)
        columns, fit = free, first
        for size in range(block.most):
            statistics = at_first if not size else score_statistics(sets, features, columns, fit)
            statistics = np.where(open_, statistics, 0.0)
            best = int(np.argmax(statistics))
            if statistics[best] > 0:
                chosen.append(best)
                open_ &= np.abs(block.ranks.T @ block.ranks[:, best]) <= ALIKE
                open_[best] = False
                columns = np.hstack([block.free[rows], features[:, chosen]])
                fit, _ = fit_safely(sets, columns, np.r_[np.zeros(f), np.full(len(chosen), ridge)])
            place = size * len(CHOICE_RIDGES) + number
            path[:f, place], path[[f + column for column in chosen], place] = fit.coefficients[:f], fit.coefficients[f:]
    return path


def _signature(block: Block, sets: RiskSets, rows: IntArray) -> FloatArray:
    """Take the strongest feature of each group, as many groups as the events allow, and fit plain Cox."""
    statistics = _statistics(block, sets, rows)
    best: dict[str, int] = {}
    for place in np.argsort(-statistics, kind="stable"):
        best.setdefault(block.groups[place], int(place))
    chosen = np.array(list(best.values())[: block.most], dtype=np.int64)
    f = block.free.shape[1]
    columns = np.hstack([block.free[rows], block.features[np.ix_(rows, chosen)]])
    fit, _ = fit_safely(sets, columns, np.zeros(columns.shape[1]))
    path = np.zeros((f + len(block.places), 1))
    path[:f, 0], path[f + chosen, 0] = fit.coefficients[:f], fit.coefficients[f:]
    return path


LEARNERS: Mapping[Way, Learner] = {
    learner.way: learner
    for learner in (
        Learner(Way.RIDGE, "all features with a ridge", True, False, _ridge),
        Learner(Way.NET, f"elastic net of the {NET_FEATURES} strongest features", False, True, _net),
        Learner(Way.COMPONENTS, f"up to {MOST_COMPONENTS} principal components of all features", True, False,
                _components),
        Learner(Way.FORWARD, "features chosen forward, with a ridge", False, True, _forward),
        Learner(Way.SIGNATURE, "the strongest feature of each family, plain Cox", False, True, _signature),
    )
}  # fmt: skip
"""Name -> learner."""
