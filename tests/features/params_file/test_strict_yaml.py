"""YAML that says two things, or nothing, is refused with its place."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params_file import load_params


def test_a_key_written_twice_is_refused(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text("setting:\n  binWidth: 25\n  binWidth: 10\n")
    with pytest.raises(ParameterError, match=r"twice\.yaml.*binWidth is written twice \(line 3\)"):
        load_params(path)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("setting: {? [a, b] : 1}", r"a key must be a word \(line 1\)"),
        ("setting:\n  ? {a: 1}\n  : 2\n", r"a key must be a word \(line 2\)"),
        ("a: &x {label: 1}\nsetting:\n  <<: *x\n", r"the merge key << is not taken: write its settings out \(line 3\)"),
        ("setting: " + "[" * 40 + "]" * 40, r"nested deeper than 8 levels \(line 1\)"),
        ("setting: " + "{a: " * 5000 + "1" + "}" * 5000, r"nested deeper than 8 levels \(line 1\)"),
        ("setting: &a [*a]", "found unconstructable recursive node"),
        ("setting: !!python/object/apply:os.system [ls]", "not valid YAML: could not determine a constructor"),
        ("2: 3", "2 is unknown; allowed: imageType"),
        ("setting: {2: 3}", r"setting\.2 is unknown"),
        ("featureClass: {2: [3], glcm: [[1]]}", r"featureClass\.2 is unknown"),
        ("imageType: {2: {}}", r"imageType\.2 is unknown"),
        ("setting: {binWidth: .inf}", r"setting\.binWidth is inf; allowed"),
        ("- a", "the file must hold a mapping"),
        ("", "the file must hold a mapping"),
    ],
)  # fmt: skip
def test_what_is_no_parameter_file_is_refused_with_its_place(tmp_path, text, fault):
    path = tmp_path / "odd.yaml"
    path.write_text(text)
    with pytest.raises(ParameterError, match=fault):
        load_params(path)


def test_a_byte_order_mark_is_no_part_of_a_key(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfsetting: {binWidth: 7}\n")
    assert load_params(path).settings.bin_width == 7
