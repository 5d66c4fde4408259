"""A verdict needs both: p at the level, and likelihood that rises; or an interval within what does not matter."""

from dataclasses import replace

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
    one = Comparison("a", "b", Role.PRIMARY, interval, 0.02, "test", 1.0, p, 0, p, gained, 0.5)
    assert one.verdict is kind


@pytest.mark.parametrize(
    ("interval", "p", "errors", "turned"),
    [
        (Interval(0.03, -0.01, 0.07), 0.0151, (9999, 0.0, 0.0, 0.0), True),  # p 0.013 would be "adds"
        (Interval(0.03, -0.01, 0.07), 0.0151, (0, 0.0, 0.0, 0.0), False),  # nothing was drawn
        (Interval(0.03, -0.01, 0.07), 0.02, (9999, 0.0, 0.0, 0.0), False),
        # The likelihood gained, 1, may be below 0: two seeds differ by 2.262 (R: qt(0.975, 9)) * sqrt(2) of its errors.
        (Interval(0.03, -0.01, 0.07), 0.001, (9999, 0.314, 0.0, 0.0), True),
        (Interval(0.03, -0.01, 0.07), 0.001, (9999, 0.311, 0.0, 0.0), False),
        (Interval(0.0, -0.019, 0.019), 0.6, (9999, 0.1, 0.0, 0.001), True),  # the upper end may pass 0.02
        (Interval(0.0, -0.019, 0.019), 0.6, (9999, 0.1, 0.001, 0.0), True),  # the lower end may
        (Interval(0.0, -0.021, 0.021), 0.6, (9999, 0.1, 0.001, 0.0), False),  # both ends would have to move
        (Interval(0.0, -0.021, 0.021), 0.6, (9999, 0.1, 0.001, 0.001), True),  # they may, each its own way
        (Interval(0.0, -0.01, 0.01), 0.6, (9999, 0.1, 0.001, 0.001), False),
    ],
)
def test_a_verdict_that_another_seed_may_turn_is_known(
    interval: Interval, p: float, errors: tuple[int, float, float, float], turned: bool
) -> None:
    drawn, of_gained, *of_ends = errors
    one = Comparison("a", "b", Role.PRIMARY, interval, 0.02, "t", 1.0, p, drawn, p, 1.0, 0.5, *of_ends, of_gained)
    assert one.turned_by_a_seed is turned


def test_chance_of_permutations_is_that_of_their_count_also_after_holm() -> None:
    # 49 of 9,999; R: binom.test(49, 9999)$conf.int.
    one = Comparison(
        "a", "b", Role.SECONDARY, Interval(0.03, -0.01, 0.07), 0.02, "t", 1.0, 0.005, 9999, 0.015, 1.0, 0.5
    )
    chance = one.p_interval()
    assert (chance.value, chance.low, chance.high) == pytest.approx((0.005, 0.0036275431, 0.0064735920), abs=1e-9)
    assert one.p_error == pytest.approx((0.005 * 0.995 / 10000) ** 0.5)
    assert one.turned_by_a_seed  # Three times the upper end is above the level.
    assert not replace(one, role=Role.PRIMARY, p_adjusted=0.005).turned_by_a_seed
    assert not replace(one, p=0.01, p_adjusted=0.03).turned_by_a_seed  # Three times the lower end is above it too.


@pytest.mark.parametrize(
    ("interval", "p", "gained", "turned_by"),
    [
        (Interval(0.03, -0.01, 0.07), 0.0151, 5.0, ("p",)),
        (Interval(0.03, -0.01, 0.07), 0.001, 1.0, ("gained",)),
        (Interval(0.0, -0.019, 0.019), 0.6, 1.0, ("ends",)),
        (Interval(0.0, -0.019, 0.019), 0.0151, 5.0, ("p", "ends")),
        # At p 0.013 and a likelihood that rises it would be "adds": either alone is not enough.
        (Interval(0.03, -0.01, 0.07), 0.0151, -1.0, ("p", "gained", "ends")),
    ],
)
def test_what_turns_a_verdict_is_named(interval: Interval, p: float, gained: float, turned_by: tuple[str, ...]) -> None:
    one = Comparison(
        "a", "b", Role.PRIMARY, interval, 0.02, "t", 1.0, p, 9999, p, gained, 0.5, 0.001, 0.001, gained_error=0.6
    )
    assert one.turned_by_a_seed
    assert one.turned_by == turned_by
