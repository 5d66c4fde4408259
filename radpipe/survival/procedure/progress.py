"""How far an analysis has come: the share of its fits that are made, for a bar that tells the time left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from radpipe.survival.procedure.multiverse import FORMS
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.recipes import Recipe

__all__ = ["FIXED_SAMPLES", "Progress"]

FIXED_SAMPLES = 13
"""Models without a choice are quick: they get so many times the bootstrap samples."""

PLAIN = 0.03
"""What a fit of fixed terms costs beside one that learns from features."""

EVERY_WAY = 6.0
"""What a fold of the multiverse costs, in fits that learn: five ways and their base."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts fits.

    Parameters
    ----------
    told
        Is given the share that is made, 0 to 1, whenever it grows; None tells nobody.
    repeat, permutation, seed
        What one repeat of the cross-validation, one permutation of the self-test, and one seed and form of the
        multiverse cost.
    total
        Of all.
    """

    told: Callable[[float], None] | None
    repeat: float
    permutation: float
    seed: float
    total: float
    _made: list[float] = field(default_factory=lambda: [0.0])

    @classmethod
    def of(cls, plan: AnalysisPlan, recipes: Sequence[Recipe], told: Callable[[float], None] | None) -> "Progress":
        """Add up what a plan will cost.

        Parameters
        ----------
        plan
            With every number filled in.
        recipes
            The models.
        told
            Is given the share that is made.
        """
        costs = [cls.sample(recipe) for recipe in recipes]
        repeat = plan.folds * sum(costs)
        permutation = plan.folds * (sum(costs) + PLAIN)
        seed = plan.folds * EVERY_WAY
        samples = (plan.bootstraps or 0) * sum(
            cost * (1 if recipe.learners else FIXED_SAMPLES) for cost, recipe in zip(costs, recipes, strict=True)
        )
        total = repeat * (plan.repeats or 0) + samples + permutation * (plan.permutations or 0)
        return cls(told, repeat, permutation, seed, total + seed * len(FORMS) * (plan.seeds or 0))

    @staticmethod
    def sample(recipe: Recipe) -> float:
        """Return what one fit of a recipe costs."""
        return float(len(recipe.ways)) if recipe.learners else PLAIN

    def after(self, cost: float) -> Callable[[], None]:
        """Return what is to be called whenever something of that cost is done."""

        def done() -> None:
            self._made[0] += cost
            if self.told is not None:
                self.told(min(self._made[0] / max(self.total, 1e-12), 1.0))

        return done
