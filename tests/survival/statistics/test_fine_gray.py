"""Fine and Gray's model against R, with ties."""

import numpy as np
import pytest

from radpipe.errors import UsageError
from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.fine_gray import fit_fine_gray


def test_coefficients_and_errors_are_those_of_r(tied, tied_columns) -> None:
    (time_days, cause), columns = tied, tied_columns
    # R: f <- finegray(Surv(T, factor(C)) ~ x1 + x2 + id, etype = "1");
    # coxph(Surv(fgstart, fgstop, fgstatus) ~ x1 + x2, weight = fgwt, data = f, cluster = id, ties = "breslow")
    found = fit_fine_gray(time_days, cause == 1, cause == 2, columns)
    assert found.settled
    assert found.coefficients == pytest.approx([0.0136156845805, -0.0584540086663], abs=1e-9)
    assert found.standard_errors == pytest.approx([0.0581949517267, 0.0472757301172], rel=1e-8)


def test_without_a_competing_event_it_is_coxs_model(tied, tied_columns) -> None:
    (time_days, cause), columns = tied, tied_columns
    time = time_days + np.random.default_rng(0).uniform(0, 0.01, 60)
    found = fit_fine_gray(time, cause == 1, np.zeros(60, dtype=bool), columns)
    assert found.coefficients == pytest.approx(fit_cox(RiskSets.of(time, cause == 1), columns).coefficients, abs=1e-7)


def test_separation_is_told_and_a_ridge_mends_it(tied) -> None:
    time_days, cause = tied
    apart = (cause == 1).astype(float)[:, None]
    assert not fit_fine_gray(time_days, cause == 1, cause == 2, apart).settled
    assert fit_fine_gray(time_days, cause == 1, cause == 2, apart, 2.0).settled
    with pytest.raises(UsageError, match="at least one event"):
        fit_fine_gray(time_days, cause == 9, cause == 2, apart)
