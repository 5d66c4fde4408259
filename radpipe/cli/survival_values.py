"""What options of survival commands mean together: tables, a plan, and what is asked beside it."""

from typing import Any

from radpipe.cli.options import Out
from radpipe.cli.shared import takes
from radpipe.cli.survival_options import (
    Bootstraps,
    ClinicalTableFile,
    Dataset,
    EndpointName,
    EventColumn,
    FeatureTable,
    Folds,
    Imputations,
    Permutations,
    Primary,
    PrivateKey,
    RecipeName,
    Repeats,
    RoiName,
    Seeds,
    SmallestDifference,
    TimeColumn,
    TimeUnit,
)
from radpipe.cli.table_options import reading_of
from radpipe.cli.trial_options import Batch, CombatForm, Covariates, LeastIcc, ReferenceBatch, States

__all__ = ["plan_of", "tables_of", "trials_of"]


@takes(reading=reading_of)
def tables_of(
    features: FeatureTable,
    clinical: ClinicalTableFile,
    out: Out,
    dataset: Dataset = "hn1",
    endpoint: EndpointName = "overall_survival",
    roi: RoiName = None,
    event: EventColumn = None,
    time: TimeColumn = None,
    unit: TimeUnit = "days",
    private: PrivateKey = None,
    reading: Any = None,
) -> dict[str, Any]:
    """Return the fields of a :class:`radpipe.survival_request.TablesRequest`."""
    return {
        "features": features,
        "clinical": clinical,
        "out": out,
        "dataset": dataset,
        "endpoint": endpoint,
        "roi": roi,
        "event": event,
        "time": time,
        "unit": unit,
        "private": private,
        "reading": reading,
    }


def plan_of(
    primary: Primary = "volume",
    recipe: RecipeName = "ridge",
    smallest: SmallestDifference = 0.02,
    repeats: Repeats = None,
    folds: Folds = 5,
    bootstraps: Bootstraps = None,
    permutations: Permutations = None,
    seeds: Seeds = None,
    imputations: Imputations = 20,
) -> Any:
    """Return how thoroughly, a :class:`radpipe.survival.procedure.plan.AnalysisPlan`."""
    from radpipe.survival.procedure.plan import AnalysisPlan, ways_of

    return AnalysisPlan(repeats, folds, bootstraps, permutations, primary=primary, recipe=ways_of(recipe),
                        smallest=smallest, seeds=seeds, imputations=imputations)  # fmt: skip


def trials_of(
    batch: Batch = None,
    covariate: Covariates = None,
    combat: CombatForm = "eb",
    reference_batch: ReferenceBatch = None,
    robustness: States = None,
    least_icc: LeastIcc = 0.75,
) -> Any:
    """Return what is asked beside an analysis, a :class:`radpipe.survival.procedure.trials.Trials`."""
    from radpipe.survival.procedure.trials import Trials

    return Trials(batch, tuple(covariate or ()), combat, reference_batch, robustness, least_icc)
