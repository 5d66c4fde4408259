"""Decisions are read exactly, and refused by name."""

import json

import pytest

from radpipe.qc.decisions.decision import parse_decision

from .lines import LINE, decision


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
