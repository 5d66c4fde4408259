"""What names say: targets, sides, spellings of one organ, and what may hold air, bone or others."""

from radpipe.qc.names import (
    common_name,
    holds_air,
    holds_bone,
    holds_others,
    is_paired,
    side_and_stem,
)


def test_spellings_of_one_organ_are_compared_with_each_other():
    assert {common_name(name) for name in ("Parotid_L", "Parotid-Left", "left parotid gland")} == {"Parotid_L"}
    assert common_name(" Mystery ") == common_name("mystery")


def test_sides_are_read_in_several_languages_and_not_guessed():
    assert side_and_stem("Parotid-Left") == ("L", "parotid")
    assert side_and_stem("Auge rechts")[0] == "R"
    assert side_and_stem("Larynx")[0] == ""


def test_glands_eyes_and_cochleas_are_pairs_and_nodes_are_not():
    pairs = ("Parotid_L", "Glnd_Submand_R", "Eye_L", "Cochlea_R", "Lens_L", "Neck_L", "CTVn_L")
    assert [is_paired(side_and_stem(name)[1]) for name in pairs] == [True, True, True, True, True, False, False]


def test_what_may_hold_air_bone_or_others_goes_by_whole_words():
    names = ("Cavity_Oral", "Mandible", "Brain", "Brainstem", "Heart", "Hippocampus_L", "Body")
    assert [holds_air(name) for name in names] == [True, False, False, False, False, False, True]
    assert [holds_bone(name) for name in names] == [False, True, False, False, False, False, True]
    assert [holds_others(name) for name in names] == [True, False, True, False, False, False, True]
