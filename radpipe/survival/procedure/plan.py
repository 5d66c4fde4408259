"""The analysis plan: what is asked, declared before the data are seen, and how thoroughly it is answered."""

from dataclasses import dataclass, replace

from radpipe.errors import UsageError
from radpipe.survival.procedure.added_value import QUESTIONS
from radpipe.survival.procedure.learners import Way

__all__ = ["AnalysisPlan", "ways_of"]

MANY = 1000
"""From so many patients on, chance between folds is small, and fewer repeats tell the same."""


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """What is asked, and how thoroughly.

    Parameters
    ----------
    repeats, folds
        Of the cross-validation; None for repeats takes 10, from 1,000 patients on 3.
    bootstraps
        Samples for the optimism of models that learn from features, 13 times as many for the others; None takes 40,
        from 1,000 patients on 10.
    permutations
        Permuted outcomes of the self-test; 0 leaves it out; None takes 20, from 1,000 patients on 5.
    horizons_years
        Of calibration, Brier score and net benefit.
    primary
        The primary question: ``volume``, ``clinical-volume``, ``clinical`` or ``volume-clinical``.
    recipe
        Ways in which radiomics becomes a model; of several, inner folds choose the best.
    smallest
        The smallest difference in C that matters.
    score_permutations
        Of the global score test; None takes 9,999, from 1,000 patients on 1,999.
    seeds
        Of the multiverse of recipes, forms of volume and seeds; 0 leaves it out; None takes 2, from 1,000 patients on
        none.
    imputations
        How often a missing value of a clinical column is drawn (multiple imputation) for the final models; 0 takes the
        median of the training patients.

    Raises
    ------
    UsageError
        A number is not possible, or the primary question is unknown.
    """

    repeats: int | None = None
    folds: int = 5
    bootstraps: int | None = None
    permutations: int | None = None
    horizons_years: tuple[float, ...] = (2.0, 5.0)
    primary: str = "volume"
    recipe: tuple[Way, ...] = (Way.RIDGE,)
    smallest: float = 0.02
    score_permutations: int | None = None
    seeds: int | None = None
    imputations: int = 20

    def __post_init__(self) -> None:
        counts = [
            number
            for number in (self.bootstraps, self.permutations, self.seeds, self.score_permutations)
            if number is not None
        ]
        repeats = 1 if self.repeats is None else self.repeats
        if repeats < 1 or self.folds < 2 or min(counts, default=0) < 0:
            message = f"repeats, folds (at least 2), bootstraps, permutations and seeds must be positive: {self}"
            raise UsageError(message)
        if self.imputations < 0 or self.imputations == 1:
            message = (
                f"imputations: {self.imputations}; allowed: 0, or at least 2, as one draw does not tell its chance"
            )
            raise UsageError(message)
        known = [question.name for question in QUESTIONS if question.name]
        if self.primary not in known:
            message = f"primary question {self.primary!r} is unknown; allowed: {', '.join(known)}"
            raise UsageError(message)
        if not 0 < self.smallest < 0.5 or not self.recipe or not self.horizons_years:
            message = "the smallest difference must lie between 0 and 0.5; recipes and horizons must be at least one"
            raise UsageError(message)

    def of(self, patients: int) -> "AnalysisPlan":
        """Return the plan with what was left open filled in for so many patients."""
        many = patients >= MANY
        return replace(
            self,
            repeats=self.repeats if self.repeats is not None else 3 if many else 10,
            bootstraps=self.bootstraps if self.bootstraps is not None else 10 if many else 40,
            permutations=self.permutations if self.permutations is not None else 5 if many else 20,
            score_permutations=self.score_permutations
            if self.score_permutations is not None
            else 1999
            if many
            else 9999,
            seeds=self.seeds if self.seeds is not None else 0 if many else 2,
        )


def ways_of(name: str) -> tuple[Way, ...]:
    """Return the ways that a name on the command line means; ``best`` is all of them.

    Raises
    ------
    UsageError
        The name is unknown.
    """
    if name == "best":
        return tuple(Way)
    if name not in set(Way):
        message = f"recipe {name!r} is unknown; allowed: {', '.join(Way)}, best"
        raise UsageError(message)
    return (Way(name),)
