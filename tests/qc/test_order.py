"""The order of review: what is worst first, nothing by its id."""

from dataclasses import replace

from radpipe.qc.gather import MEASURES, Flag, Masked, RowOf
from radpipe.qc.order import middle_masks, queue, sampled

EMPTY = (None,) * (len(MEASURES) - 2)


def mask(case: int, roi: str, *flags: str, volume: float = 10.0) -> Masked:
    told = tuple(Flag(code, "") for code in flags)
    values = (volume, 40.0, *EMPTY)
    return Masked(f"P{case:03}", "CT", "CT", roi, (RowOf("plain", f"k{case}"),), "", values, "HU", (), told)


def test_whole_cases_then_targets_then_flagged_then_a_sample_then_the_rest() -> None:
    masks = [mask(i, "Parotid_L") for i in range(40)]
    masks += [mask(41, "GTV-1"), mask(42, "Parotid_L", "volume"), mask(43, "Eye_L", "content", "case")]
    order = queue(masks, "digest")
    assert sorted(order) == list(range(43))
    assert [masks[place].case_id for place in order[:3]] == ["P043", "P041", "P042"]
    assert set(order[3:5]) == set(sampled(masks, "digest"))  # a twentieth of 41 without a flag


def test_the_rest_does_not_follow_the_ids_and_changes_with_the_run() -> None:
    masks = [mask(i, "Parotid_L") for i in range(40)]
    order = queue(masks, "one")
    assert order != sorted(order)
    assert order == queue(masks, "one")
    assert order != queue(masks, "another")


def test_without_flags_nothing_is_a_sample() -> None:
    assert sampled([mask(i, "Parotid_L") for i in range(100)], "digest") == frozenset()


def test_the_median_case_is_in_the_middle_of_volume_and_without_a_flag() -> None:
    masks = [mask(i, "Parotid_L", volume=volume) for i, volume in enumerate([5.0, 20.0, 21.0, 22.0, 80.0])]
    assert middle_masks(masks) == {("Parotid_L", "CT"): 2}
    masks[2] = replace(masks[2], flags=(Flag("shape", ""),))
    assert middle_masks(masks)["Parotid_L", "CT"] in (1, 3)
