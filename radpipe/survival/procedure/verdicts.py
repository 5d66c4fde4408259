"""What may be said of two models beside each other: test, difference in C with its interval, and a verdict."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from radpipe.survival.statistics.global_test import NEARLY_SURE
from radpipe.survival.statistics.interval import Interval, share_interval

__all__ = ["LEVEL", "Comparison", "Role", "Verdict", "VerdictKind"]

LEVEL = 0.015
"""Level of the tests of added value: the smallest at which a hazard ratio of 1.57 is found in three of four cohorts of
137 patients (docs/survival_simulation.md)."""


BETWEEN_SEEDS = 2.26 * 2.0**0.5
"""Two seeds differ by less than so many standard errors of one of them, known from ten repeats, in 95 %."""


class VerdictKind(StrEnum):
    """What test and interval together allow to say of a model beside a smaller one.

    ``adds``: the test finds information, and patients not seen are predicted better by likelihood; C tells the size.
    ``equivalent``: the whole interval of the difference lies within what does not matter. ``worse``: the whole interval
    lies below what does not matter, which needs fitted models that differ. ``inconclusive``: everything else.
    """

    ADDS = "adds"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"
    WORSE = "worse"


class Role(StrEnum):
    """Whether a question was the one declared before, one beside it, or only a description of two models."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models beside each other, ``model_a`` against ``model_b``.

    Parameters
    ----------
    model_a, model_b
        Names.
    role
        Primary, secondary, or a description without a test.
    difference
        Of out-of-fold C, a minus b, with its interval, which is not symmetric: final fits learn from more patients.
    smallest
        The smallest difference that matters.
    test
        Which test p belongs to, in words; empty for a description.
    statistic, p
        Of the test. NaN for a description.
    permutations
        How many gave p; 0 where nothing was drawn.
    p_adjusted
        Of a secondary question after Holm, among the secondary ones; the same as p for the primary one.
    gained
        Log likelihood of patients not seen that the larger model gains, mean of the repeats.
    information
        Share of the larger model's information that the smaller one has not: ``1 - LR_b / LR_a``, of likelihood ratios
        on patients not seen; NaN where the larger model has none.
    low_error, high_error, gained_error
        Standard errors of the ends of the difference's interval and of ``gained``, as folds are dealt.
    """

    model_a: str
    model_b: str
    role: Role
    difference: Interval
    smallest: float
    test: str
    statistic: float
    p: float
    permutations: int
    p_adjusted: float
    gained: float
    information: float
    low_error: float = 0.0
    high_error: float = 0.0
    gained_error: float = 0.0

    @property
    def verdict(self) -> VerdictKind:
        """What may be said; see :class:`VerdictKind`."""
        return self._verdict_at(self.p_adjusted, 0.0, 0.0, 0.0)

    def p_interval(self, coverage: float = 0.95) -> Interval:
        """Return p with its exact interval by chance of permutations; p alone where nothing was drawn.

        Parameters
        ----------
        coverage
            Of the interval.
        """
        if not self.permutations:
            return Interval(self.p, self.p, self.p)
        chance = share_interval(round(self.p * (self.permutations + 1)) - 1, self.permutations, coverage)
        return Interval(self.p, chance.low, chance.high)

    @property
    def p_error(self) -> float:
        """Standard error of p, as permutations are drawn; 0 where nothing was."""
        return float((self.p * (1 - self.p) / (1 + self.permutations)) ** 0.5) if self.permutations else 0.0

    @property
    def turned_by_a_seed(self) -> bool:
        """Whether p, likelihood gained or interval, moved by what two seeds may differ, give another verdict."""
        return self._turned(p=True, gained=True, ends=True)

    @property
    def turned_by(self) -> tuple[str, ...]:
        """What of ``p``, ``gained`` and ``ends`` turns the verdict by itself; all where only several together do."""
        sources = ("p", "gained", "ends")
        return tuple(one for one in sources if self._turned(**{one: True})) or sources

    def _turned(self, *, p: bool = False, gained: bool = False, ends: bool = False) -> bool:
        """Return whether these, moved by what two seeds may differ, give another verdict."""
        chance, times = self.p_interval(NEARLY_SURE), self.p_adjusted / self.p if self.p else 1.0
        of_folds = (-BETWEEN_SEEDS, 0.0, BETWEEN_SEEDS)
        moves = product(
            (chance.low * times, self.p_adjusted, chance.high * times) if p else (self.p_adjusted,),
            of_folds if gained else (0.0,),
            of_folds if ends else (0.0,),
            of_folds if ends else (0.0,),
        )
        return len({self._verdict_at(*move) for move in moves}) > 1

    def _verdict_at(self, p: float, of_gained: float, of_low: float, of_high: float) -> VerdictKind:
        """Return the verdict with another p, and were chance of the folds so many of its errors away."""
        low, high = self.difference.low + of_low * self.low_error, self.difference.high + of_high * self.high_error
        if p <= LEVEL and self.gained + of_gained * self.gained_error > 0:
            return VerdictKind.ADDS
        if low > -self.smallest and high < self.smallest:
            return VerdictKind.EQUIVALENT
        return VerdictKind.WORSE if high < -self.smallest else VerdictKind.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question, answered in plain words."""

    question: str
    kind: VerdictKind
    sentence: str
    role: Role = Role.SECONDARY
