"""The test of proportional hazards is that of today's R."""

import numpy as np
import pytest
from lifelines.datasets import load_rossi

from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.proportional_hazards import proportional_hazards


def test_statistics_and_residuals_are_those_of_cox_zph() -> None:
    # R, survival 3.5-3: m <- coxph(Surv(week, arrest) ~ fin + age + prio, rossi); cox.zph(m)$table;
    # cox.zph(m, transform = "log")$table; cox.zph(m)$y[1:2, ]
    rossi = load_rossi()
    time, event = rossi["week"].to_numpy(float), rossi["arrest"].to_numpy(bool)
    x = rossi[["fin", "age", "prio"]].to_numpy(float)
    b = fit_cox(RiskSets.of(time, event), x).coefficients
    found = proportional_hazards(time, event, x, b)
    assert found.statistic == pytest.approx([0.06384154747, 6.32546446070, 0.51871057285, 7.13673939429], rel=1e-6)
    assert found.p == pytest.approx([0.80052412151, 0.01190163118, 0.47139223374, 0.06766480119], rel=1e-6)
    assert found.residuals[:2] == pytest.approx(
        np.array([[-1.822534274, -0.1979197553, -0.2634006055310], [-2.516696467, 0.9991138794, -0.0002768275527]]),
        rel=1e-6,
    )
    logarithm = proportional_hazards(time, event, x, b, "log")
    assert logarithm.statistic == pytest.approx([0.1415238579, 8.6826652225, 0.0130898222, 8.9965380510], rel=1e-6)
