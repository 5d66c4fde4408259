"""RoiRule: which ROIs become rows, under which names, and what is told of patterns that nothing met."""

import json

import pytest

from radpipe.cohort import MaskKind, Refusal, RoiRef
from radpipe.errors import UsageError
from radpipe.rois import RoiRule, Target, matches


def roi(number: int, name: str, **more: object) -> RoiRef:
    return RoiRef(f"r{number}", name, MaskKind.RTSTRUCT, "/data/rs.dcm", number, ("CT",), **more)  # type: ignore[arg-type]


GTV_1, GTV_2, LUNG = roi(1, "GTV-1"), roi(2, "GTV-2"), roi(3, "Lung")
FOUND = (GTV_1, GTV_2, LUNG)


def rows(rule: RoiRule, found: tuple[RoiRef, ...] = FOUND) -> tuple[list[tuple[str, tuple[str, ...]]], tuple[str, ...]]:
    targets, missing = rule.select(found)
    return [(target.name, tuple(part.roi_id for part in target.rois)) for target in targets], missing


def test_without_a_wish_every_roi_is_measured() -> None:
    assert rows(RoiRule()) == ([("GTV-1", ("r1",)), ("GTV-2", ("r2",)), ("Lung", ("r3",))], ())


def test_a_roi_that_two_patterns_meet_is_measured_once() -> None:
    assert rows(RoiRule.parse(["GTV-1", "GTV-*"])) == ([("GTV-1", ("r1",)), ("GTV-2", ("r2",))], ())


def test_the_same_pattern_twice_asks_once() -> None:
    rule = RoiRule.parse(["Heart", "GTV-1", "heart", "GTV-1 "], ["GTV=GTV-*", "GTV=GTV-*"])
    assert rule == RoiRule(("Heart", "GTV-1"), (("GTV", "GTV-*"),))
    assert rows(rule) == ([("GTV-1", ("r1",)), ("GTV", ("r1", "r2"))], ("Heart",))


def test_two_merges_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match=r"--merge GTV=Lung: GTV is already the union of GTV-\*"):
        RoiRule.parse(merges=["GTV=GTV-*", "GTV=Lung"])


def test_a_merge_that_met_nothing_is_told_by_its_name() -> None:
    assert rows(RoiRule.parse(merges=["GTV=GTV-*", "OARs=Parotid*"])) == ([("GTV", ("r1", "r2"))], ("OARs",))


def test_a_pattern_that_met_nothing_is_told_as_it_was_asked() -> None:
    assert rows(RoiRule.parse(["re:PTV.*", "Lung"])) == ([("Lung", ("r3",))], ("re:PTV.*",))
    assert rows(RoiRule(), ()) == ([], ())


def test_a_second_roi_of_a_name_is_told_apart_by_its_id() -> None:
    assert rows(RoiRule(), (GTV_1, roi(7, "GTV-1 "))) == ([("GTV-1", ("r1",)), ("GTV-1#r7", ("r7",))], ())
    assert rows(RoiRule(), (roi(8, ""),)) == ([("#r8", ("r8",))], ())


def test_a_roi_is_found_by_its_name_in_the_file_too() -> None:
    translated = (roi(4, "Parotid_L", found_name="Parotis links"), LUNG)
    assert rows(RoiRule.parse(["parotis*"]), translated) == ([("Parotid_L", ("r4",))], ())
    assert rows(RoiRule.parse(["parotid_l"]), translated) == ([("Parotid_L", ("r4",))], ())


def test_a_union_with_a_refused_part_is_refused() -> None:
    refusal = Refusal("E_PARTIAL", {"value": "0.5"})
    assert Target("GTV", (GTV_1, roi(2, "GTV-2", refusal=refusal))).refusal == refusal
    assert Target("GTV", (GTV_1, GTV_2)).refusal is None


def test_a_target_is_itself_after_json() -> None:
    target = Target("GTV", (GTV_1, GTV_2))
    assert Target.from_json(json.loads(json.dumps(target.to_json()))) == target
    with pytest.raises(ValueError, match=r"^Target: rois is missing$"):
        Target.from_json({"name": "GTV"})


@pytest.mark.parametrize(
    ("pattern", "name", "met"),
    [
        ("gtv-1", " GTV-1 ", True),
        ("GTV-[1]", "GTV-1", True),
        ("GTV-[1]", "gtv-[1]", True),  # an exact name counts before a glob
        ("re:gtv", "GTV-1", False),  # the whole name is wanted
        ("re:gtv-.", "GTV-1", True),
        ("GTV", "GTV-1", False),
    ],
)
def test_patterns(pattern: str, name: str, met: bool) -> None:
    assert matches(pattern, name) is met


@pytest.mark.parametrize("word", ["GTV", "=GTV-*", "GTV= "])
def test_a_merge_that_is_no_pair_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="write NAME=PATTERN"):
        RoiRule.parse(merges=[word])


def test_a_broken_regular_expression_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match=r"--roi re:\[: not a regular expression"):
        RoiRule.parse(["re:["])
