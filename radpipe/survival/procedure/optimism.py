"""How much of a model's concordance on its own patients is left in new ones, by the bootstrap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.procedure.recipes import Recipe, fit_recipe
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import run
from radpipe.survival.statistics.calibration import calibration_slope
from radpipe.survival.statistics.concordance import harrell_c

__all__ = ["Optimism", "optimism"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Optimism:
    """What samples with replacement tell of a recipe.

    Parameters
    ----------
    sample_c, original_c, left_out_c
        Shape (samples,): C of the sample's model on the sample itself, on all patients, and on those that the sample
        has not; NaN where there were no pairs.
    slope
        Shape (samples,): calibration slope on the sample less that on all patients.
    """

    sample_c: FloatArray
    original_c: FloatArray
    left_out_c: FloatArray
    slope: FloatArray

    @property
    def c(self) -> float:
        """Harrell's optimism of C; NaN without samples."""
        lost = self.sample_c - self.original_c
        return float(np.nanmean(lost)) if np.isfinite(lost).any() else float("nan")

    def corrected(self, apparent: float) -> float:
        """Return Harrell's corrected C: right for models without a choice.

        References
        ----------
        Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361.
        """
        return apparent - self.c

    def corrected_632(self, apparent: float) -> float:
        """Return C by .632+: between that of patients left out and the apparent one, by how much was overfitted.

        References
        ----------
        Efron B, Tibshirani R. J Am Stat Assoc 1997;92:548, with 1 - C as error and 0.5 as that of no information.

        Examples
        --------
        Nothing learnt: left out 0.5, apparent 0.8; the rate of overfitting is 1, the weight 1: 0.5.

        >>> one = np.ones(1)
        >>> Optimism(0.8 * one, 0.6 * one, 0.5 * one, 0 * one).corrected_632(0.8)
        0.5
        """
        if not np.isfinite(self.left_out_c).any():
            return float("nan")
        left_out = float(np.nanmean(self.left_out_c))
        kept = max(left_out, 0.5)
        rate = (apparent - kept) / (apparent - 0.5) if apparent > 0.5 and apparent > kept else 0.0
        weight = 0.632 / (1 - 0.368 * rate)
        return float((1 - weight) * apparent + weight * left_out)

    def corrected_slope(self, own: float) -> float:
        """Return the slope on new patients: that on the own ones less the median optimism; ratios have heavy tails."""
        return own - float(np.nanmedian(self.slope)) if np.isfinite(self.slope).any() else float("nan")


def optimism(
    study: Study,
    recipe: Recipe,
    *,
    seeds: Sequence[np.random.SeedSequence],
    jobs: int,
    done: Callable[[], None] | None = None,
) -> Optimism:
    """Make a recipe anew in samples with replacement, the whole of it in each.

    Parameters
    ----------
    study
        All patients.
    recipe
        What is validated.
    seeds
        One a sample.
    jobs
        Processes.
    done
        Called after each sample.
    """
    samples = np.array(run(jobs, _one_sample, [(study, recipe, seed) for seed in seeds], done), dtype=np.float64)
    return Optimism(*samples.reshape(len(seeds), 4).T)


def _one_sample(study: Study, recipe: Recipe, seed: np.random.SeedSequence) -> tuple[float, float, float, float]:
    rng = np.random.default_rng(seed)
    n = len(study)
    rows = np.sort(rng.integers(0, n, n))
    if not study.event[rows].any():
        return float("nan"), float("nan"), float("nan"), float("nan")
    fit = fit_recipe(recipe, study.training(rows), rng)
    everyone = fit.risk(study.encoded.values, np.arange(n))
    inside = everyone[rows]
    out = np.setdiff1d(np.arange(n), rows)
    time_days, event = study.time_days, study.event
    slope = calibration_slope(time_days[rows], event[rows], inside).value
    return (
        harrell_c(time_days[rows], event[rows], inside),
        harrell_c(time_days, event, everyone),
        harrell_c(time_days[out], event[out], everyone[out]),
        slope - calibration_slope(time_days, event, everyone).value,
    )
