"""Options become values: a plan, trials and tables with what was said, and the usual for the rest."""

from pathlib import Path

import pytest

from radpipe.cli.survival_values import plan_of, tables_of, trials_of
from radpipe.errors import UsageError
from radpipe.survival_request import TablesRequest


def test_a_plan_takes_its_words():
    plan = plan_of(primary="clinical", recipe="forward", folds=4, imputations=7)
    assert (plan.primary, [str(way) for way in plan.recipe], plan.folds, plan.imputations) == (
        "clinical", ["forward"], 4, 7,
    )  # fmt: skip
    assert plan.repeats is None


def test_one_imputation_is_refused():
    with pytest.raises(UsageError, match="imputations: 1; allowed: 0, or at least 2"):
        plan_of(imputations=1)


def test_tables_are_the_fields_of_a_request():
    fields = tables_of(features=Path("f.csv"), clinical=Path("c.csv"), out=Path("o"), endpoint="local", loose_ids=True)
    request = TablesRequest(**fields)
    assert request.endpoint == "local"
    assert request.read_by.loose_ids


def test_trials_take_their_words():
    assert trials_of(batch="scanner", covariate=["age"]).covariates == ("age",)
