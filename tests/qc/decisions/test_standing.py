"""Several decisions count as reviewers mean them."""

from dataclasses import replace

import pandas as pd

from radpipe.qc.decisions.decision import Decision
from radpipe.qc.decisions.standing import standing, with_verdicts

from .lines import SHA, decision


def one(decisions: list[Decision]):
    (own,) = standing(decisions).values()
    return own


def test_the_worst_of_several_reviewers_counts_until_an_adjudication():
    lines = [
        decision(reviewer="Ann", verdict="variation"),
        decision(reviewer="Bob"),
        decision(reviewer="Cem", verdict="per_protocol", reason=""),
    ]
    assert (one(lines).verdict, one(lines).reason, one(lines).disputed) == ("exclude", "shifted", True)
    lines.append(decision(reviewer="Eva", role="adjudication", verdict="per_protocol", reason=""))
    assert (one(lines).verdict, one(lines).disputed) == ("per_protocol", False)
    assert one(lines).reviewers == ("Ann", "Bob", "Cem", "Eva")


def test_a_later_line_of_the_same_reviewer_replaces_the_earlier_one_whatever_the_order():
    early = decision(decided_at="2026-11-21T09:30:00Z")
    late = decision(verdict="per_protocol", reason="", decided_at="2026-11-21T12:00:00+02:00")  # 10:00 UTC
    assert one([early, late]).verdict == one([late, early]).verdict == "per_protocol"
    twin = replace(early, verdict="variation")
    assert one([early, twin]).verdict == "variation"


def test_a_decision_counts_for_every_configuration_of_its_mask_and_for_no_other_mask():
    rows = [("p1", "a", SHA), ("p1", "b", SHA), ("p1", "c", "f" * 64), ("p2", "a", SHA)]
    columns = ["case_id", "image_id", "roi", "config", "mask_sha256"]
    table = pd.DataFrame([[case, "ct", "GTV-1", config, sha] for case, config, sha in rows], columns=columns)
    judged = with_verdicts(table, standing([decision()]))
    assert judged["verdict"].tolist() == ["exclude", "exclude", "stale", "not reviewed"]
    assert judged["reason"].tolist() == ["shifted", "shifted", "", ""]
    assert judged["reviewers"].tolist() == ["Ann", "Ann", "", ""]
