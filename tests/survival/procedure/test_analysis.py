"""The whole analysis: planted truths, the same bytes for any jobs, nothing that hangs on the order of columns."""

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.procedure.analysis import AnalysisPlan, analyse, volume_column_of
from radpipe.survival.procedure.results import Role, SurvivalAnalysis, VerdictKind
from radpipe.survival.statistics.concordance import harrell_c

QUICK = AnalysisPlan(repeats=2, folds=5, bootstraps=2, permutations=3, score_permutations=999, seeds=1)


@pytest.fixture(scope="module")
def found(planted) -> SurvivalAnalysis:
    """An analysis of a planted signal beyond volume."""
    return analyse(planted("volume+heterogeneity", n=100), plan=QUICK)


def test_a_signal_beyond_volume_is_found(found):
    first = found.verdicts[0]
    assert (first.kind, first.role) == (VerdictKind.ADDS, Role.PRIMARY)
    assert first.sentence.startswith("Radiomics adds to tumour volume: p ")
    assert [one.role for one in found.verdicts[1:]] == [Role.SECONDARY] * 3


@pytest.mark.parametrize("seed", [1, 2])
def test_a_signal_of_volume_alone_is_not_taken_for_more(planted, seed):
    quick = AnalysisPlan(repeats=2, bootstraps=0, permutations=0, seeds=0, score_permutations=999)
    found = analyse(planted("volume", seed=seed), plan=quick)
    assert found.verdicts[0].kind in (VerdictKind.INCONCLUSIVE, VerdictKind.EQUIVALENT)
    assert found.model("volume").c_index.low > 0.55
    assert found.permutation is None
    assert found.multiverse.empty


def test_the_same_seed_gives_the_same_analysis_for_any_number_of_processes_and_any_order_of_columns(planted):
    plan = AnalysisPlan(repeats=2, folds=3, bootstraps=2, permutations=2, score_permutations=99, seeds=1)
    one = analyse(planted("volume+heterogeneity", n=60), plan=plan)
    two = analyse(planted("volume+heterogeneity", n=60, reverse=True), plan=plan, jobs=2)
    for a, b in zip(one.models, two.models, strict=True):
        assert np.array_equal(a.risk_by_repeat, b.risk_by_repeat)
        assert a.c_index == b.c_index
        assert a.coefficients.equals(b.coefficients)
        assert (a.corrected_c, a.corrected_slope) == (b.corrected_c, b.corrected_slope)
    assert list(map(repr, one.comparisons)) == list(map(repr, two.comparisons))
    assert one.folds.equals(two.folds)
    assert one.multiverse.equals(two.multiverse)
    assert one.folds.to_numpy().min() == 1
    assert one.screening.set_index("feature").sort_index().equals(two.screening.set_index("feature").sort_index())


def test_what_an_analysis_tells_is_whole(found):
    assert [model.name for model in found.models][:4] == ["volume", "clinical", "clinical + volume", "radiomics"]
    assert {one.horizon_years for model in found.models for one in model.calibration} == {2.0, 5.0}
    assert found.permutation is not None
    assert set(found.permutation.by_model) == {"probe of ten features", *(model.name for model in found.models)}
    assert found.permutation.passed
    assert any("external validation" in one for one in found.limits)
    assert any("would need" in one for one in found.limits)
    assert found.competing is None
    assert all(
        0 <= p <= 1 for model in found.models for values in model.out_of_fold_probability.values() for p in values
    )
    assert set(found.multiverse["recipe"]) == {"ridge", "elastic-net", "components", "forward", "signature", "best"}
    assert set(found.multiverse["volume"]) == {"log", "spline", "linear"}


def test_what_was_looked_at_counts_as_parameters(found):
    events = found.event.sum()
    assert found.model("volume").events_per_parameter == events
    assert found.model("volume + radiomics").events_per_parameter == pytest.approx(events / 17)
    assert any("volume + radiomics" in told and "17 candidate parameters" in told for told in found.warnings)


def test_concordance_slope_and_brier_can_be_computed_again_from_what_is_told(found):
    for model in found.models:
        by_repeat = [
            harrell_c(found.time_days, found.event, risk, group=found.folds[f"repeat_{number + 1}"].to_numpy())
            for number, risk in enumerate(model.risk_by_repeat)
        ]
        assert model.c_by_repeat == pytest.approx(by_repeat)
        assert model.c_index.value == pytest.approx(np.mean(by_repeat))
        assert model.group_shares.sum(axis=1) == pytest.approx(1)


def test_the_risk_of_a_patient_can_be_computed_by_hand_from_coefficients_and_baseline(found):
    model = found.model("volume")
    row = model.coefficients.iloc[0]
    assert row["transform"] == "log"
    risk = model.design.iloc[:, 0] * row["coefficient"]
    survival = model.baseline.loc[model.baseline["time_days"] <= 730.5, "survival"].iloc[-1]
    mean = float(np.mean(1 - survival ** np.exp(risk)))
    assert mean == pytest.approx(found.observed_risk.set_index("years").loc[2.0, "risk"], abs=0.05)


def test_hazard_ratios_are_told_for_units_that_mean_something(found):
    table = found.model("clinical + volume").coefficients.set_index("term")
    units = table["unit"]
    assert units["clin_t"] == "one step"
    assert units["age_at_diagnosis"] == "10 more"
    assert units["overall_hpv_p16_status: positive"] == "positive against the rest"
    assert units["original_shape_MeshVolume"] == "twice as much"
    age = table.loc["age_at_diagnosis"]
    assert age["unit_ratio"] == pytest.approx(np.exp(10 * age["coefficient"] / age["scale"]))


def test_volume_must_be_there_and_usable():
    frame = pd.DataFrame({"original_shape_MeshVolume": [1.0, 1.0], "mine": [1.0, 2.0]})
    assert volume_column_of(frame, "mine") == "mine"
    with pytest.raises(UsageError, match="MeshVolume is missing, constant or not positive"):
        volume_column_of(frame)
    with pytest.raises(UsageError, match=r"no column other for tumour volume.*--volume-column"):
        volume_column_of(frame, "other")


def test_a_clinical_column_that_does_not_exist_or_tells_the_outcome_is_named(planted):
    for column, told in (("ecog", "column ecog is not in the clinical table"),
                         ("overall_survival_in_days", "overall_survival_in_days tells the outcome")):  # fmt: skip
        model = ClinicalModel((ClinicalColumn(column, Kind.NUMERIC, Missing.MEDIAN),), "mine.yaml")
        with pytest.raises(UsageError, match=rf"clinical model \(mine.yaml\): {told}"):
            analyse(planted("volume", n=60), clinical_model=model, plan=QUICK)


def test_more_folds_than_events_allow_are_refused(planted):
    with pytest.raises(UsageError, match="leave fewer than two in a fold"):
        analyse(planted("volume", n=60), plan=AnalysisPlan(folds=40))
