"""Every feature of IBSI has a tag and a code of its own, and says what it is."""

import re
from collections import Counter

from radpipe.features.ibsi.measure import FAMILIES

FEATURES = [feature for family in FAMILIES.values() for feature in family]


def test_tags_are_unique_and_codes_but_for_the_two_fractions_of_the_volume_histogram() -> None:
    # IBSI 3.5: BC2M is the volume at an intensity fraction, GBPN the intensity at a volume fraction; at 10 and 90 %.
    assert len({feature.tag for feature in FEATURES}) == len(FEATURES)
    assert all(re.fullmatch("[0-9A-Z]{4}", feature.code) for feature in FEATURES)
    shared = {code for code, count in Counter(feature.code for feature in FEATURES).items() if count > 1}
    assert shared == {"BC2M", "GBPN"}


def test_each_says_its_name_and_formula_in_one_line() -> None:
    assert all(feature.name and feature.formula and "\n" not in feature.formula for feature in FEATURES)


def test_a_tag_begins_with_its_family() -> None:
    prefixes = {family: {feature.tag.split("_")[0] for feature in features} for family, features in FAMILIES.items()}
    assert all(len(found) == 1 for found in prefixes.values()), prefixes
