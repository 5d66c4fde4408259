"""``radpipe params``: the presets, and a file of one's own with all its faults at once."""

import json
from pathlib import Path

NAMES = ("aerts2014", "ct_head_neck", "ct_native", "pet", "mr_t1", "xray_2d")


def test_presets_are_listed_with_their_titles(radpipe) -> None:
    listed = radpipe("params").out
    assert [name for name in NAMES if f"\n{name} " not in f"\n{listed}"] == []
    records = json.loads(radpipe("params", "--format", "json").out)
    assert [record["name"] for record in records if record["title"] not in listed] == []


def test_a_preset_is_shown_as_its_file_in_any_case(radpipe, checkout: Path) -> None:
    text = (checkout / "params" / "ct_native.yaml").read_text()
    assert "binWidth: 25" in text
    assert radpipe("params", "CT_Native").out.startswith(text.rstrip())


def test_a_preset_as_json_holds_its_settings(radpipe) -> None:
    told = json.loads(radpipe("params", "ct_native", "--format", "json").out)
    assert (told["name"], told["setting"]["binWidth"]) == ("ct_native", 25)


def test_an_invalid_file_is_refused_with_all_its_faults(radpipe, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("setting: {binWith: 25, force2D: maybe}\nimageType: {Wavlet: {}}\n")
    done = radpipe("params", path)
    assert done.code == 2
    assert "setting.binWith is unknown; did you mean binWidth?" in done.err
    assert "setting.force2D is 'maybe'; allowed: true or false" in done.err
    assert "imageType.Wavlet is unknown; did you mean Wavelet?" in done.err


def test_a_setting_that_changes_nothing_is_remarked_below_the_file(radpipe, tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("setting: {binWidth: 25, binCount: 32}\n")
    done = radpipe("params", path)
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "setting: {binWidth: 25, binCount: 32}",
        "# setting.binWidth is not used: binCount wins, as in PyRadiomics",
    ]
