"""Organs, their spellings, and what some cases lack."""

from radpipe.qc.inventory.contents import inventory_of

from .made_cohort import COHORT


def test_spellings_of_one_organ_are_counted_together():
    rows = {row.roi: (row.cases, row.spellings, row.tg263) for row in inventory_of(COHORT).rois.itertuples()}
    assert rows["Parotid_L"] == (2, "Parotid_L (1); parotid-left (1)", "Parotid_L")
    assert rows["GTV-1"] == (3, "GTV-1 (2); gtv-1 (1)", "")
    assert rows["Mystery"] == (1, "Mystery (1)", "")


def test_what_half_of_the_cases_have_is_missing_where_it_is_not():
    missing = inventory_of(COHORT).missing
    assert missing.to_numpy().tolist() == [["p3", "image", "PT", 2, 3], ["p3", "ROI", "Parotid_L", 2, 3]]
