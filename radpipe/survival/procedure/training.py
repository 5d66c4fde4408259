"""Training patients, and what of them all recipes share: one preprocessing, one rotation of the features."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from radpipe.survival.design.preprocess import Encoded, Preprocessor, Steps
from radpipe.survival.procedure.imputing import FOLD_IMPUTATIONS, Gaps
from radpipe.survival.statistics.cox import RiskSets
from radpipe.survival.statistics.ridge import Curvature

__all__ = ["Block", "Study", "Training"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NO_STEPS = Steps()

FREEDOMS = 9
"""Ridges tried: those that leave 0.3 up to a quarter of the events as degrees of freedom, in even ratios."""

TINY = 1e-12
"""Directions with less than this share of the largest variance are rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Who is analysed: terms of all patients, event and time.

    Parameters
    ----------
    encoded
        All terms, of all patients.
    time_days, event
        Shape (n,).
    declared
        bool, shape (terms,): terms that somebody declared, which no missing value may drop; None: no term.
    competing
        bool, shape (n,): another event ended the time; None where nothing competes.
    steps
        What preprocessing does beside imputing and scaling.
    views
        float64, shape (views, n, terms): the same patients measured otherwise (perturbed states, controls), encoded as
        ``encoded``; a row of NaN where that failed. Models that are made without a patient are applied to them too.
    gaps
        Terms whose missing values are drawn; None draws nothing.
    """

    encoded: Encoded
    time_days: FloatArray
    event: BoolArray
    declared: BoolArray | None = None
    competing: BoolArray | None = None
    steps: Steps = NO_STEPS
    views: FloatArray | None = None
    gaps: Gaps | None = None

    def __len__(self) -> int:
        return len(self.event)

    def everybody(self) -> "Training":
        """Return all patients as training patients of the final models, each gap drawn as often as asked."""
        return replace(self.training(np.arange(len(self))), gaps=self.gaps)

    def training(self, rows: IntArray) -> "Training":
        """Return training patients; rows may repeat. Gaps are drawn a few times, as chance averages out over folds."""
        gaps = None if self.gaps is None else replace(self.gaps, count=min(self.gaps.count, FOLD_IMPUTATIONS))
        declared = np.zeros(len(self.encoded.names), dtype=np.bool_) if self.declared is None else self.declared
        return Training(
            self.encoded.values[rows], self.encoded.skewed, self.time_days[rows], self.event[rows], rows, declared,
            self.steps, None if self.competing is None else self.competing[rows], gaps,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Training:
    """Training patients.

    Parameters
    ----------
    values
        float64, shape (n, terms): encoded, NaN where missing.
    may_log
        bool, shape (terms,).
    time_days, event
        Shape (n,).
    person
        int64, shape (n,): places in the cohort; rows of one person share a number (a bootstrap sample repeats persons).
    declared
        bool, shape (terms,).
    steps
        What preprocessing does beside imputing and scaling.
    competing
        bool, shape (n,), or None.
    gaps
        Terms whose missing values are drawn; None draws nothing.
    drawn
        Shape (n, gaps): one draw of them, in patients who are ``like`` others but for it; None in all others.
    like
        Of whom preprocessing, rotation and risk sets are taken, so that draws share them; None has its own.
    """

    values: FloatArray
    may_log: BoolArray
    time_days: FloatArray
    event: BoolArray
    person: IntArray
    declared: BoolArray
    steps: Steps = NO_STEPS
    competing: BoolArray | None = None
    gaps: Gaps | None = None
    drawn: FloatArray | None = None
    like: "Training | None" = None

    @cached_property
    def preprocessor(self) -> Preprocessor:
        """What was learnt of all terms."""
        if self.like is not None:
            return self.like.preprocessor
        filler = None if self.gaps is None else self.gaps.filler(self.values)
        return Preprocessor.fit(
            self.values, self.may_log, declared=self.declared, rows=self.person, steps=self.steps, filler=filler
        )

    @cached_property
    def terms(self) -> FloatArray:
        """All terms, scaled, shape (n, terms); gaps filled."""
        return self.preprocessor.apply(self.values, self.person) if self.like is None else self.like.terms

    def columns(self, places: Sequence[int]) -> FloatArray:
        """Return some scaled terms, shape (n, places), a copy; gaps as they were drawn, or filled."""
        found, prepared = self.terms[:, list(places)], self.preprocessor
        if self.drawn is not None and self.gaps is not None:
            for number, place in enumerate(places):
                if place in self.gaps.places and prepared.usable[place]:
                    drawn = self.drawn[:, self.gaps.places.index(place)]
                    found[:, number] = (drawn - prepared.centre[place]) / prepared.scale[place]
        return found

    @cached_property
    def _draws(self) -> FloatArray | None:
        if self.gaps is None or not np.isnan(self.values[:, list(self.gaps.places)]).any():
            return None
        return self.gaps.draws(self.values, self.time_days, self.event)

    def completed(self, places: Sequence[int]) -> "tuple[Training, ...]":
        """Return the same patients, once a draw of their gaps; themselves where none of ``places`` has a gap."""
        if self.gaps is None or not set(self.gaps.places) & set(places) or self._draws is None:
            return (self,)
        return tuple(replace(self, drawn=drawn, like=self) for drawn in self._draws)

    @cached_property
    def sets(self) -> RiskSets:
        """Risk sets of all training patients."""
        return RiskSets.of(self.time_days, self.event) if self.like is None else self.like.sets

    @cached_property
    def _rotations(self) -> dict[tuple[int, ...], tuple[FloatArray, FloatArray]]:
        return {}

    def rotation(self, places: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        """Return the principal components of terms: scores, shape (n, k), largest first, and directions (terms, k)."""
        if self.like is not None:
            return self.like.rotation(places)
        if places not in self._rotations:
            terms = self.terms[:, list(places)]
            if terms.shape[1] > len(terms):
                values, vectors = np.linalg.eigh(terms @ terms.T)
                real = np.flatnonzero(values > TINY * values[-1])[::-1]
                scores = vectors[:, real] * np.sqrt(values[real])
                directions = terms.T @ (vectors[:, real] / np.sqrt(values[real]))
            else:
                values, vectors = np.linalg.eigh(terms.T @ terms)
                real = np.flatnonzero(values > TINY * values[-1])[::-1]
                directions = np.ascontiguousarray(vectors[:, real])
                scores = terms @ directions
            self._rotations[places] = scores, directions
        return self._rotations[places]


@dataclass(frozen=True, eq=False)
class Block:
    """What a learner works on: free columns, and features to make something of.

    Parameters
    ----------
    training
        The patients.
    free
        Shape (n, f): columns that are in, without penalty.
    places
        Of the features, among the study's terms; usable ones only.
    groups
        Of each feature, for recipes that take one of each group.
    most
        How many features a choosing recipe may take.
    like
        A block of another draw of the same patients' gaps, whose features and penalties are taken; None has its own.
    """

    training: Training
    free: FloatArray
    places: tuple[int, ...]
    groups: tuple[str, ...]
    most: int
    like: "Block | None" = None

    @cached_property
    def features(self) -> FloatArray:
        """Scaled features, shape (n, q)."""
        if self.like is not None:
            return self.like.features
        return np.ascontiguousarray(self.training.columns(self.places))

    @cached_property
    def ranks(self) -> FloatArray:
        """Features as ranks of length 1 around 0, shape (n, q), for Spearman's correlation."""
        if self.like is not None:
            return self.like.ranks
        ranks = rankdata(self.features, axis=0)
        ranks -= ranks.mean(axis=0)
        return np.asarray(ranks / np.sqrt((ranks**2).sum(axis=0)))

    @property
    def scores(self) -> FloatArray:
        """Principal components, shape (n, k), largest first."""
        return self.training.rotation(self.places)[0]

    @property
    def directions(self) -> FloatArray:
        """Directions of the components, shape (q, k)."""
        return self.training.rotation(self.places)[1]

    @cached_property
    def curvature(self) -> Curvature:
        """Information on the components beside the free columns."""
        if self.like is not None:
            return self.like.curvature
        return Curvature.of(self.training.sets, self.free, self.scores)

    @cached_property
    def ridges(self) -> FloatArray:
        """Ridges to try, as shares of the events, strongest first, shape (9,).

        A ridge leaves ``sum(e / (e + ridge))`` degrees of freedom, e the eigenvalues of the information: the grid means
        the same for 30 features and for 3,000.
        """
        values, events = self.curvature.values, self.curvature.events
        wanted = np.geomspace(0.3, np.clip(events / 4, 0.6, max(0.8 * len(values), 0.6)), FREEDOMS)
        wanted = np.minimum(wanted, 0.95 * len(values))
        low, high = np.full(FREEDOMS, -20.0), np.full(FREEDOMS, 25.0)
        for _ in range(50):
            middle = (low + high) / 2
            left = (values[:, None] / (values[:, None] + np.exp(middle))).sum(axis=0)
            low, high = np.where(left > wanted, middle, low), np.where(left > wanted, high, middle)
        return np.asarray(np.exp((low + high) / 2) / events)
