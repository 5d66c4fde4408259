"""Two validations of the same patients in the same folds beside each other: C of each, and their paired difference."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from radpipe.survival.procedure.concordances import Concordances, concordances
from radpipe.survival.procedure.setting import Setting
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import CrossValidation, cross_validate
from radpipe.survival.statistics.interval import Interval

__all__ = ["Paired", "paired", "validate_again"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Paired:
    """One model in two forms, judged in the same held-out patients.

    Parameters
    ----------
    first, second
        C of each, with 95 % interval.
    difference
        First minus second, with its interval from the same folds.
    patients
        Who could be judged in both forms.
    """

    first: Interval
    second: Interval
    difference: Interval
    patients: int


def validate_again(setting: Setting, study: Study, seed: int) -> CrossValidation:
    """Validate all models of an analysis once more, in the folds of its own validation.

    Parameters
    ----------
    setting
        The analysis.
    study
        Its patients, with other values, steps or views.
    seed
        Of the analysis.

    Returns
    -------
    CrossValidation
        With the analysis's own study the same as its own, to the last bit.
    """
    plan = setting.plan
    repeats = plan.repeats or 1
    seeds = np.random.SeedSequence(seed).spawn(6)[0].spawn(repeats)
    return cross_validate(
        study, setting.recipes, repeats=repeats, folds=plan.folds, horizons_years=(), seeds=seeds, jobs=setting.jobs
    )


def paired(
    study: Study, validated: CrossValidation, first: FloatArray, second: FloatArray
) -> tuple[Paired, Concordances]:
    """Compare two risks of the same held-out patients.

    Parameters
    ----------
    study
        Event and time.
    validated
        The folds.
    first, second
        Shape (repeats, n): held-out risks; patients with NaN in either are left out.

    Returns
    -------
    tuple
        The comparison, and what it was made from.
    """
    risks = np.stack([first, second], axis=1)
    there = np.isfinite(risks).all(axis=(0, 1))
    part = replace(
        study,
        time_days=study.time_days[there],
        event=study.event[there],
        competing=None if study.competing is None else study.competing[there],
        views=None,
    )
    both = concordances(part, replace(validated, risk=risks[:, :, there], folds=validated.folds[:, there]))
    return Paired(both.interval(0), both.interval(1), both.difference(0, 1), int(there.sum())), both
