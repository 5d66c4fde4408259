"""A verdict needs both: p at the level, and likelihood that rises; or an interval within what does not matter."""

import pytest

from radpipe.survival.procedure.verdicts import LEVEL, Comparison, Role, VerdictKind
from radpipe.survival.statistics.interval import Interval


@pytest.mark.parametrize(
    ("interval", "p", "gained", "kind"),
    [
        (Interval(0.03, -0.01, 0.07), LEVEL, 1.0, VerdictKind.ADDS),
        (Interval(0.03, -0.01, 0.07), LEVEL + 1e-9, 1.0, VerdictKind.INCONCLUSIVE),
        (Interval(0.03, -0.01, 0.07), 0.001, -0.1, VerdictKind.INCONCLUSIVE),
        (Interval(0.0, -0.019, 0.019), 0.6, -0.1, VerdictKind.EQUIVALENT),
        (Interval(-0.05, -0.08, -0.021), 0.6, -0.1, VerdictKind.WORSE),
        (Interval(-0.05, -0.08, -0.019), 0.6, -0.1, VerdictKind.INCONCLUSIVE),
    ],
)
def test_each_verdict_at_its_border(interval: Interval, p: float, gained: float, kind: VerdictKind) -> None:
    one = Comparison("a", "b", Role.PRIMARY, interval, 0.02, "test", 1.0, p, 0.0, p, gained, 0.5)
    assert one.verdict is kind
