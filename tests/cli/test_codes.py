"""``radpipe codes``: every problem by its stage, one alone in any case, and as JSON."""

import json

from radpipe.problems import PROBLEMS, STAGES


def test_all_codes_are_listed_under_their_stages(radpipe) -> None:
    listed = radpipe("codes").out
    assert all(f"\n{code}  [" in f"\n{listed}" for code in PROBLEMS)
    places = [listed.index(f"{stage}\n{'-' * len(stage)}\n") for stage in STAGES]
    assert places == sorted(places)


def test_one_code_tells_its_default_and_what_a_policy_may_say(radpipe) -> None:
    said = radpipe("codes", "e_missing_slice").out.splitlines()
    assert said[0].startswith("E_MISSING_SLICE  [error")
    assert said[2].startswith("    Do: ")
    assert len(said) == 3


def test_a_code_as_json_has_the_words_of_the_list(radpipe) -> None:
    (code,) = json.loads(radpipe("codes", "e_suv", "--format", "json").out)
    assert (code["code"], code["default"]) == ("E_SUV", "error")
    text = radpipe("codes", "E_SUV").out
    assert code["meaning"] in text
    assert code["do"] in text
    assert len(json.loads(radpipe("codes", "--format", "json").out)) == len(PROBLEMS)
