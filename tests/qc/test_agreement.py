"""Cohen's kappa: published and hand-counted examples."""

import math

import pytest

from radpipe.qc.agreement import agreements, cohen_kappa
from radpipe.qc.decisions.decision import Decision
from radpipe.qc.decisions.standing import standing


def said(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, count in table.items() for _ in range(count)]


def test_kappa_of_three_categories():
    # Cohen 1960, table 1: proportions of 200 cases, observed 0.70, expected 0.41, kappa 0.492.
    table = {
        ("a", "a"): 88, ("a", "b"): 14, ("a", "c"): 18, ("b", "a"): 10, ("b", "b"): 40, ("b", "c"): 10,
        ("c", "a"): 2, ("c", "b"): 6, ("c", "c"): 12,
    }  # fmt: skip
    assert cohen_kappa(said(table)) == pytest.approx(0.29 / 0.59)


def test_agreement_by_chance_is_0_and_opposition_is_negative():
    assert cohen_kappa(said({("a", "a"): 1, ("a", "b"): 1, ("b", "a"): 1, ("b", "b"): 1})) == 0
    assert cohen_kappa(said({("a", "b"): 5, ("b", "a"): 5})) == -1


@pytest.mark.parametrize("pairs", [[], [("a", "a")] * 4])
def test_kappa_is_not_defined_without_masks_or_where_all_is_one_word(pairs):
    assert math.isnan(cohen_kappa(pairs))


def decision(case: str, reviewer: str, verdict: str, role: str = "reviewer") -> Decision:
    reason = "" if verdict == "per_protocol" else "shifted"
    return Decision(
        case, "ct", "GTV-1", "native", "k", "a" * 64, verdict, reason, "", reviewer, role,
        decided_at="2026-11-01T10:00:00Z",
    )  # fmt: skip


def test_pairs_count_masks_that_both_saw_and_no_adjudication():
    decisions = [
        decision("p1", "Ann", "per_protocol"),
        decision("p1", "Bob", "per_protocol"),
        decision("p2", "Ann", "per_protocol"),
        decision("p2", "Bob", "exclude"),
        decision("p2", "Bob", "per_protocol", "adjudication"),
        decision("p3", "Ann", "exclude"),
        decision("p4", "Cem", "exclude"),
    ]
    (pair,) = agreements(standing(decisions).values())
    assert (pair.reviewers, pair.masks, pair.same) == (("Ann", "Bob"), 2, 1)
    assert pair.disputed == {("per_protocol", "exclude"): 1}
    # Observed 1/2; Ann says protocol twice, Bob once: expected 2/2 x 1/2.
    assert pair.kappa == 0
