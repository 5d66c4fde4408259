"""What all steps of one analysis share: encoded patients, and the models that stand side by side."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.patients import Patients
from radpipe.survival.design.preprocess import Encoded, Steps, encode_features
from radpipe.survival.procedure.imputing import Gaps
from radpipe.survival.procedure.learners import LEARNERS, Way
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.screening import group_of
from radpipe.survival.procedure.training import Study

__all__ = ["Setting", "setting_of", "terms_of"]

FloatArray = npt.NDArray[np.float64]

EVENTS_PER_FEATURE = 15
MOST_FEATURES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What all steps of one analysis share.

    Parameters
    ----------
    study
        Clinical terms, then features, of all patients.
    clinical, features
        The same apart; volume as its logarithm.
    volume
        Place of tumour volume among the study's terms.
    recipes
        The models, simplest first.
    plan
        With every number filled in.
    jobs
        Processes.
    """

    study: Study
    clinical: Encoded
    features: Encoded
    volume: int
    recipes: tuple[Recipe, ...]
    plan: AnalysisPlan
    jobs: int


def setting_of(
    patients: Patients, clinical: Encoded, volume: str, plan: AnalysisPlan, jobs: int, steps: Steps, seed: int = 0
) -> Setting:
    """Encode patients; volume enters as its logarithm, declared, not as the data suggest.

    Parameters
    ----------
    patients
        The table.
    clinical
        Encoded clinical columns.
    volume
        Feature column that is tumour volume.
    plan
        With every number filled in.
    jobs
        Processes.
    steps
        Inside the folds beside imputing and scaling.
    seed
        Of drawing missing values.

    Raises
    ------
    UsageError
        No feature varies.
    """
    features = encode_features(patients.features)
    if not (np.nanstd(features.values, axis=0) > 0).any():
        message = "no feature varies between patients; there is nothing to model"
        raise UsageError(message)
    place = features.names.index(volume)
    values, skewed = features.values.copy(), features.skewed.copy()
    values[:, place], skewed[place] = np.log(values[:, place]), False
    codings = tuple("log" if number == place else how for number, how in enumerate(features.codings))
    units = tuple(
        (float(np.log(2)), "twice as much") if number == place else features.unit(number)
        for number in range(len(features.names))
    )
    features = Encoded(features.names, features.columns, codings, values, skewed, units)
    size = len(clinical.names) + place
    declared = np.arange(len(clinical.names) + len(features.names)) < len(clinical.names)
    declared[size] = True
    endpoint = patients.endpoint
    encoded = clinical.beside(features)
    gaps = None
    if plan.imputations and encoded.imputed:
        beside = tuple(int(place) for place in np.flatnonzero(declared) if place not in encoded.imputed)
        gaps = Gaps(encoded.imputed, beside, plan.imputations, seed)
    study = Study(encoded, endpoint.time_days, endpoint.event, declared, endpoint.competing, steps, gaps=gaps)
    recipes = _recipes(clinical, features, size, endpoint.event, plan.recipe)
    return Setting(study, clinical, features, size, recipes, plan, jobs)


def terms_of(setting: Setting, features: pd.DataFrame) -> FloatArray:
    """Encode other measurements of the same patients as the setting's study is.

    Parameters
    ----------
    setting
        The analysis.
    features
        Index: its patients, in its order; columns: its features.

    Returns
    -------
    ndarray
        Shape (n, terms): clinical terms as they are; a row of NaN for a patient without any of the features.
    """
    encoded = encode_features(features[list(setting.features.names)])
    values = encoded.values.copy()
    place = setting.volume - len(setting.clinical.names)
    size = values[:, place]
    values[:, place] = np.log(np.where(size > 0, size, np.nan))
    whole = np.hstack([setting.clinical.values, values])
    whole[np.isnan(values).all(axis=1)] = np.nan
    return whole


def _recipes(
    clinical: Encoded, features: Encoded, size: int, event: npt.NDArray[np.bool_], ways: tuple[Way, ...]
) -> tuple[Recipe, ...]:
    """Return the models side by side, simplest first."""
    first = tuple(range(len(clinical.names)))
    every = tuple(range(len(clinical.names), len(clinical.names) + len(features.names)))
    others = tuple(place for place in every if place != size)
    most = int(np.clip(int(event.sum()) // EVENTS_PER_FEATURE, 1, MOST_FEATURES))
    title = LEARNERS[ways[0]].title if len(ways) == 1 else "the best of all ways, chosen inside the folds"
    learnt = f"radiomics ({len(features.names)} features: {title})"
    groups = {place: group_of(features.names[place - len(first)]) for place in every}

    def model(name: str, words: str, forced: tuple[int, ...], candidates: tuple[int, ...]) -> Recipe:
        return Recipe(name, words, forced, candidates, ways, tuple(groups[place] for place in candidates), most)

    return (
        model("volume", "tumour volume alone, its logarithm", (size,), ()),
        model("clinical", "the declared clinical columns", first, ()),
        model("clinical + volume", "the clinical columns and tumour volume", (*first, size), ()),
        model("radiomics", learnt, (), every),
        model("volume + radiomics", f"tumour volume without penalty, and {learnt}", (size,), others),
        model("clinical + radiomics", f"the clinical columns without penalty, and {learnt}", first, every),
        model("clinical + volume + radiomics", f"clinical columns and volume without penalty, and {learnt}",
              (*first, size), others),
    )  # fmt: skip
