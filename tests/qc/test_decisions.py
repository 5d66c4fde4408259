"""The decision file: lines are read exactly, refused by name, appended whole, and counted as reviewers mean them."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from radpipe.qc.decisions import DECISIONS, Decision, append_lines, parse_decision, read_lines, standing, with_verdicts

SHA = "0123456789abcdef" * 4
LINE = {
    "case_id": "p1", "image_id": "ct", "roi": "GTV-1", "config": "native", "task_key": "k1", "mask_sha256": SHA,
    "verdict": "exclude", "reason": "shifted", "note": "", "reviewer": "Ann", "role": "reviewer", "seen": "single",
    "flags": "content;place", "seconds": 7.5, "decided_at": "2026-11-21T09:30:00Z", "page_digest": "ff", "radpipe": "1",
}  # fmt: skip


def decision(**changes: object) -> Decision:
    return parse_decision(json.dumps(LINE | changes))


def test_a_line_comes_back_as_it_was_written():
    assert json.loads(decision(note="3 mm off, \u2028 ß").text()) == LINE | {"note": "3 mm off, \u2028 ß"}


def test_fields_of_later_versions_are_no_fault():
    assert parse_decision(json.dumps(LINE | {"mood": "good"})) == decision()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"verdict": "fine"}, "verdict 'fine' is unknown; it is one of per_protocol, variation, exclude"),
        ({"reason": ""}, "the verdict exclude needs a reason"),
        ({"reason": "bad"}, "reason 'bad' is unknown; it is one of empty, wrong_structure"),
        ({"reason": "other", "note": " "}, "the reason other needs a note"),
        ({"reviewer": " "}, "no reviewer"),
        ({"mask_sha256": ""}, "no digest of the mask"),
        ({"role": "boss"}, "role 'boss' is unknown"),
        ({"seen": "never"}, "seen 'never' is unknown"),
        ({"decided_at": "2026-11-21T09:30:00"}, "is no time with its zone"),
        ({"decided_at": "yesterday"}, "is no time with its zone"),
        ({"seconds": -1}, "seconds is -1"),
        ({"seconds": True}, "seconds is True"),
        ({"note": 7}, "note is no text"),
        ({"note": "x" * 4001}, "note is no text of at most 4000 characters"),
    ],
)
def test_a_line_that_says_nothing_certain_is_refused_by_name(changes, why):
    with pytest.raises(ValueError, match=why):
        decision(**changes)


@pytest.mark.parametrize(
    ("text", "why"), [("{", "no JSON"), ("[1]", "no JSON object"), ("{}", "case_id, config, image_id")]
)
def test_what_is_no_decision_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        parse_decision(text)


def test_lines_are_appended_and_a_torn_line_stays_alone(tmp_path):
    append_lines(tmp_path, [decision(), decision(roi="GTV-2")])
    path = tmp_path / DECISIONS
    before = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"case_id": "p')
    append_lines(tmp_path, [decision(roi="GTV-3")])
    assert path.read_bytes().startswith(before)
    lines = read_lines(path)
    assert [line.decision and line.decision.roi for line in lines] == ["GTV-1", "GTV-2", None, "GTV-3"]
    assert (lines[2].number, lines[2].fault) == (3, "no JSON")


def test_no_file_is_no_decision(tmp_path):
    assert read_lines(tmp_path / "none.jsonl") == []


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
