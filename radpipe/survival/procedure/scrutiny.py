"""Would it stand another scan, another contour, another centre: what is asked of an analysis beside itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from radpipe.survival.design.batches import Batches
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.patients import Patients
from radpipe.survival.design.preprocess import Steps
from radpipe.survival.procedure.added_value import QUESTIONS
from radpipe.survival.procedure.beside import validate_again
from radpipe.survival.procedure.controls import Controls, controls_of
from radpipe.survival.procedure.harmonisation import Harmonisation, harmonisation_of
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.robustness import Robustness, RobustTerms, judged_terms, robustness_of
from radpipe.survival.procedure.setting import Setting, setting_of, terms_of

__all__ = ["Asked", "Scrutiny", "prepared_setting", "scrutinise"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is asked beside the analysis itself.

    Parameters
    ----------
    batches
        Scanners or centres that are harmonised; None harmonises nothing.
    states
        Features of each perturbed state, in the order of the cohort; none where robustness is not asked.
    least_icc
        Lower end of ICC(1,1) that a feature must reach in the training patients; 0 leaves no feature out.
    controls
        Negative control -> features, in the order of the cohort.
    """

    batches: Batches | None = None
    states: tuple[pd.DataFrame, ...] = ()
    least_icc: float = 0.0
    controls: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """Whether anything is asked."""
        return self.batches is not None or bool(self.states) or bool(self.controls)


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """What was found beside the analysis; None where it was not asked."""

    harmonisation: Harmonisation | None = None
    robustness: Robustness | None = None
    controls: Controls | None = None


def prepared_setting(
    patients: Patients, clinical_model: ClinicalModel, volume: str, plan: AnalysisPlan, asked: Asked, *, jobs: int = 1,
    seed: int = 0,
) -> Setting:  # fmt: skip
    """Return what all steps of an analysis share, with harmonising and filter inside its folds.

    Parameters
    ----------
    patients, clinical_model, volume
        As for :func:`radpipe.survival.procedure.analysis.analyse`; volume by its column's name.
    plan
        How thoroughly.
    asked
        Batches, states and filter.
    jobs
        Processes.
    seed
        Of the analysis: missing values are drawn alike.
    """
    clinical = clinical_model.encode(patients.clinical)
    bare = setting_of(patients, clinical, volume, plan.of(len(patients)), jobs, Steps(), seed)
    chosen = None
    if asked.states and asked.least_icc > 0:
        chosen = RobustTerms(encoded_views(bare, asked.states), judged_terms(bare), asked.least_icc)
    strata = None if asked.batches is None else asked.batches.strata
    return replace(bare, study=replace(bare.study, steps=Steps(asked.batches, chosen, strata)))


def encoded_views(setting: Setting, tables: Sequence[pd.DataFrame]) -> FloatArray:
    """Encode other measurements of the cohort as its study is, shape (views, n, terms); NaN rows where one failed."""
    return np.array([terms_of(setting, table) for table in tables])


def scrutinise(setting: Setting, asked: Asked, *, seed: int) -> Scrutiny:
    """Ask an analysis whether it would stand another scan, contour or centre.

    Parameters
    ----------
    setting
        Of :func:`prepared_setting`.
    asked
        What is asked.
    seed
        Of the analysis: all comparisons are made in its folds.
    """
    if not asked.anything:
        return Scrutiny()
    question = next(question for question in QUESTIONS if question.name == setting.plan.primary)
    learns = {recipe.name for recipe in setting.recipes if recipe.candidates}
    main = question.model_a if question.model_a in learns else "radiomics"
    states = encoded_views(setting, asked.states)
    controls = {name: terms_of(setting, table) for name, table in asked.controls.items()}
    views = [*states, *controls.values()]
    with threadpool_limits(limits=1):
        study = replace(setting.study, views=np.array(views) if views else None)
        validated = validate_again(setting, study, seed)
        return Scrutiny(
            None if asked.batches is None else harmonisation_of(setting, validated, asked.batches, seed),
            robustness_of(setting, validated, states, asked.least_icc, seed) if asked.states else None,
            controls_of(setting, validated, controls, len(states), main, seed) if controls else None,
        )
