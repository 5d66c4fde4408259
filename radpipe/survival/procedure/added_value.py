"""Does a model say more than a smaller one: a declared question, a test of information, and a difference in C."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from radpipe.survival.procedure.concordances import Concordances
from radpipe.survival.procedure.learners import fit_safely
from radpipe.survival.procedure.recipes import FittedModel, Recipe
from radpipe.survival.procedure.results import LEVEL, Comparison, Role, Verdict, VerdictKind
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import CrossValidation
from radpipe.survival.statistics.concordance import harrell_c
from radpipe.survival.statistics.global_test import global_test
from radpipe.survival.statistics.rubin import pooled_likelihood_ratio
from radpipe.survival.statistics.spline import knots_of, restricted_cubic_spline

__all__ = ["QUESTIONS", "Question", "answers", "compare", "evidence", "holm"]

FloatArray = npt.NDArray[np.float64]

OF_INNER_FOLDS = 0.002
"""How far inner folds dealt otherwise move the ends of an interval of a difference, by the penalty of the final fit:
what the jackknife does not see of the spread between seeds (docs/survival_simulation.md)."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about two of the models.

    Parameters
    ----------
    name
        By which it is declared primary; empty for a description.
    model_a, model_b
        The larger and the smaller model.
    added, base
        What is added to what, in words.
    """

    name: str
    model_a: str
    model_b: str
    added: str
    base: str

    @property
    def text(self) -> str:
        """The question in words."""
        return f"Does {self.added} say more about the outcome than {self.base}?"


QUESTIONS = (
    Question("volume", "volume + radiomics", "volume", "radiomics", "tumour volume"),
    Question("clinical-volume", "clinical + volume + radiomics", "clinical + volume", "radiomics",
             "the clinical columns and volume"),
    Question("clinical", "clinical + radiomics", "clinical", "radiomics", "the clinical columns"),
    Question("volume-clinical", "clinical + volume", "clinical", "tumour volume", "the clinical columns"),
    Question("", "radiomics", "volume", "radiomics alone", "volume alone"),
)  # fmt: skip
"""What is asked; those with a name are tested."""


def compare(
    study: Study,
    found: CrossValidation,
    harrell: Concordances,
    fits: Mapping[str, FittedModel],
    *,
    volume: int,
    primary: str,
    smallest: float,
    permutations: int,
    seed: np.random.SeedSequence,
    questions: Sequence[Question] = QUESTIONS,
) -> tuple[Comparison, ...]:
    """Test and measure every question, the primary one first.

    Parameters
    ----------
    study
        All patients.
    found, harrell
        Cross-validation of the models, and its concordances.
    fits
        Model -> final fit.
    volume
        Place of tumour volume among the study's terms.
    primary
        Name of the primary question.
    smallest
        The smallest difference in C that matters.
    permutations
        Of each global test.
    seed
        Of the permutations.
    questions
        What is asked.
    """
    names = [recipe.name for recipe in found.recipes]
    ordered = sorted(questions, key=lambda question: question.name != primary)
    everyone = np.arange(len(study))
    apparent = [
        harrell_c(study.time_days, study.event, fits[name].risk(study.encoded.values, everyone)) for name in names
    ]
    # After Holm a secondary p is compared with the level divided by how many are still to be judged.
    beside = tuple(LEVEL / (place + 1) for place in range(sum(bool(question.name) for question in questions) - 1))
    asked = []
    for question, own in zip(ordered, seed.spawn(len(ordered)), strict=True):
        a, b = names.index(question.model_a), names.index(question.model_b)
        levels = (LEVEL,) if question.name == primary else beside
        test = (
            ("", float("nan"), float("nan"), 0)
            if not question.name
            else evidence(
                study,
                fits[question.model_b],
                fits[question.model_a],
                found.recipes[a],
                volume,
                permutations,
                own,
                levels,
            )
        )
        role = Role.DESCRIPTION if not question.name else Role.SECONDARY
        role = Role.PRIMARY if question.name == primary else role
        gained = found.gained.mean(axis=0)
        share = 1 - max(gained[b], 0.0) / gained[a] if gained[a] > 0 else float("nan")
        gap = harrell.difference(a, b, apparent[a] - apparent[b])
        asked.append(
            Comparison(question.model_a, question.model_b, role, gap, smallest, *test, test[2],
                       float(gained[a] - gained[b]),
                       float(max(share, 0.0)) if np.isfinite(share) else share,
                       *_end_errors(harrell, a, b, apparent[a] - apparent[b], learns=bool(found.recipes[a].candidates)),
                       _over_repeats(found.gained[:, a] - found.gained[:, b]))
        )  # fmt: skip
    secondary = [place for place, one in enumerate(asked) if one.role is Role.SECONDARY]
    for place, p in zip(secondary, holm([asked[place].p for place in secondary]), strict=True):
        asked[place] = replace(asked[place], p_adjusted=p)
    return tuple(asked)


def _over_repeats(values: FloatArray) -> float:
    """Return the standard error of a mean over repeats; 0 where one repeat does not tell it."""
    known = values[np.isfinite(values)]
    return float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0


def _end_errors(harrell: Concordances, a: int, b: int, apparent: float, *, learns: bool) -> tuple[float, float]:
    """Return how far chance moves the ends of a difference's interval: the jackknife over repeats, and inner folds."""
    repeats, inner = len(harrell.by_repeat), OF_INNER_FOLDS if learns else 0.0
    if repeats < 2:
        return inner, inner
    left_out = [harrell.without(repeat).difference(a, b, apparent) for repeat in range(repeats)]
    spread = np.sqrt((repeats - 1) * np.array([(gap.low, gap.high) for gap in left_out]).var(axis=0))
    low, high = np.hypot(spread, inner)
    return float(low), float(high)


def holm(p: Sequence[float]) -> list[float]:
    """Adjust p values after Holm.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - rank) * p[place]))
        adjusted[place] = highest
    return adjusted


def evidence(
    study: Study,
    base: FittedModel,
    larger: FittedModel | None,
    recipe: Recipe,
    volume: int,
    permutations: int,
    seed: np.random.SeedSequence,
    levels: Sequence[float] = (LEVEL,),
) -> tuple[str, float, float, int]:
    """Test whether a model says more than a smaller one.

    Fixed models are nested: likelihood ratio. Features are tested together, the base's volume as a curve, so that a
    curve of volume is not taken for radiomics.

    Parameters
    ----------
    study
        All patients.
    base, larger
        Final fits; of the larger model only where it is fixed.
    recipe
        Of the larger model.
    volume
        Place of tumour volume among the study's terms.
    permutations, seed
        Of the global test.
    levels
        What p is compared with: near them permutations are drawn again.

    Returns
    -------
    tuple
        The test's name, statistic, p, and how many permutations gave it, 0 where nothing was drawn.
    """
    training = study.training(np.arange(len(study)))
    if not recipe.candidates and base.plain is not None and larger is not None and larger.plain is not None:
        return _likelihood_ratio(base, larger)
    columns = base.design(study.encoded.values, training.person)
    if volume in base.terms and not any(knots is not None for knots in base.curves):
        straight = columns[:, base.terms.index(volume)]
        columns = np.column_stack([columns, restricted_cubic_spline(straight, knots_of(straight))])
    fit, _ = fit_safely(training.sets, columns, np.zeros(columns.shape[1]))
    wanted = recipe.candidates or recipe.forced
    usable = training.preprocessor.usable
    places = [place for place in wanted if usable[place] and place not in base.terms]
    result = global_test(training.sets, study.event, columns, fit, training.terms[:, places],
                         permutations=permutations, rng=np.random.default_rng(seed), levels=levels)  # fmt: skip
    told = f"global score test of {result.columns} features, {result.permutations} permutations"
    return told, result.statistic, result.p, result.permutations


def _likelihood_ratio(base: FittedModel, larger: FittedModel) -> tuple[str, float, float, int]:
    """Test nested fixed models; where gaps were drawn, in each draw, pooled."""
    freedom = max(len(larger.terms) - len(base.terms), 1)
    name = f"likelihood ratio, {freedom} degree{'s' if freedom > 1 else ''} of freedom"
    if larger.draws is not None:
        smaller = base.log_likelihood if base.draws is None else base.draws.log_likelihoods
        each = 2 * (larger.draws.log_likelihoods - smaller)
        statistic, p = pooled_likelihood_ratio(each, freedom)
        return f"{name}, pooled over {len(each)} imputations", statistic, p, 0
    statistic = 2 * (larger.log_likelihood - base.log_likelihood)
    return name, statistic, float(chi2.sf(max(statistic, 0.0), freedom)), 0


def answers(comparisons: Sequence[Comparison]) -> tuple[Verdict, ...]:
    """Answer the questions that were tested in plain words, the primary one first.

    Parameters
    ----------
    comparisons
        Of :func:`compare`.
    """
    asked = {(question.model_a, question.model_b): question for question in QUESTIONS}
    tested = [one for one in comparisons if one.role is not Role.DESCRIPTION]
    return tuple(
        Verdict(asked[one.model_a, one.model_b].text, one.verdict, _sentence(asked[one.model_a, one.model_b], one),
                one.role)
        for one in tested
    )  # fmt: skip


def _sentence(question: Question, one: Comparison) -> str:
    added, base, kind = question.added.capitalize(), question.base, one.verdict
    gap = one.difference
    told = f"difference in C {gap.value:+.3f} (95 % interval {gap.low:+.3f} to {gap.high:+.3f}) in patients not seen"
    adjusted = "also" if _p(one.p) == _p(one.p_adjusted) else _p(one.p_adjusted)
    p = f"p {_p(one.p)}" + (f", {adjusted} after Holm" if one.role is Role.SECONDARY else "")
    if kind is VerdictKind.ADDS:
        share = f"; {100 * one.information:.0f} % of the larger model's information is new"
        small = f", less than the {one.smallest:g} that matters" if 0 < gap.value < one.smallest else ""
        small = ", so that their order is not better" if gap.value <= 0 else small
        sentence = f"{added} adds to {base}: {p}; {told}{small}{share if np.isfinite(one.information) else ''}."
    elif kind is VerdictKind.EQUIVALENT:
        sentence = f"{added} adds nothing to {base} that matters: {told}, all of it within {one.smallest:g}; {p}."
    elif kind is VerdictKind.WORSE:
        sentence = f"With {question.added} beside {base} patients not seen are predicted worse: {told}; {p}."
    elif one.p_adjusted <= LEVEL:
        sentence = f"{added} holds information beside {base} ({p}), but no better prediction of it is shown: {told}."
    else:
        sentence = f"Whether {question.added} adds to {base} is not decided: {p}; {told}."
    if one.turned_by_a_seed:
        sentence += f" Another seed may turn this answer: {'; '.join(_moved_by_chance(one))}."
    return sentence


def _moved_by_chance(one: Comparison) -> list[str]:
    """Tell how far draws of permutations and of folds move what an answer stands on."""
    moved = []
    if one.permutations and "p" in one.turned_by:
        chance = one.p_interval()
        moved.append(
            f"p is {chance.value:.4f}, with 95 % between {chance.low:.4f} and {chance.high:.4f} by chance of the "
            f"{one.permutations:,} permutations, and {LEVEL:g} decides"
        )
    if "ends" in one.turned_by:
        moved.append(
            "with other folds the ends of the interval of the difference move by about "
            f"{2 * one.low_error:.3f} and {2 * one.high_error:.3f} either way"
        )
    if "gained" in one.turned_by:
        moved.append(
            f"with other folds the likelihood gained moves by about {2 * one.gained_error:.1f} from {one.gained:+.1f}"
        )
    return moved


def _p(value: float) -> str:
    """Write p with two digits that count.

    Examples
    --------
    >>> _p(0.0312), _p(0.00004)
    ('0.031', 'below 0.001')
    """
    return "below 0.001" if value < 0.001 else f"{value:.2g}"
