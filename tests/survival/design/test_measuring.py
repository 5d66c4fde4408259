"""Ways of measuring: read beside a table, compared by their settings, named where they differ."""

import json

import pandas as pd
import pytest

from radpipe.errors import UsageError
from radpipe.features.params_file import load_params
from radpipe.survival.design.measuring import Measuring, measuring_of

EXTRACTION = {"config": "ct", "modality": "CT", "measured_spacing_x_mm": "1", "measured_spacing_z_mm": "3"}


def provenance(folder, preset="ct_native", name="ct", **more):
    params = load_params(preset)
    record = {"config": name, "settings": params.to_json(), "settings_sha256": params.fingerprint,
              "engine": {"name": "native", "version": "radpipe 1"}, **more}  # fmt: skip
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    (folder / "tables" / "provenance.json").write_text(json.dumps(record))
    return record


def test_settings_are_read_from_the_provenance_beside_a_table_or_in_its_folder(tmp_path):
    record = provenance(tmp_path)
    for source in (tmp_path, tmp_path / "tables", tmp_path / "tables" / "features.csv"):
        found = measuring_of(source, EXTRACTION)
        assert found.settings_sha256 == record["settings_sha256"]
        assert found.settings["setting"]["binWidth"] == 25
        assert found.engine == "native, radpipe 1"
    assert found.spacing_mm == {"measured_spacing_x_mm": 1.0, "measured_spacing_z_mm": 3.0}
    assert measuring_of(pd.DataFrame(), EXTRACTION).settings_sha256 == ""


def test_of_several_runs_the_one_of_the_rows_counts(tmp_path):
    one, two = provenance(tmp_path, name="ct"), provenance(tmp_path, "ct_head_neck", name="ct~NT-1-of-2")
    (tmp_path / "tables" / "provenance.json").write_text(json.dumps({"runs": [two, one]}))
    assert measuring_of(tmp_path, EXTRACTION).settings_sha256 == one["settings_sha256"]
    assert measuring_of(tmp_path, {"config": "pet"}).settings_sha256 == ""


def test_the_same_settings_under_another_name_are_the_same_way(tmp_path):
    provenance(tmp_path / "a")
    provenance(tmp_path / "b", name="mine")
    ours = measuring_of(tmp_path / "a", EXTRACTION)
    theirs = measuring_of(tmp_path / "b", {**EXTRACTION, "config": "mine", "measured_spacing_x_mm": "0.7"})
    assert ours.differences(theirs) == []


def test_settings_that_differ_are_named(tmp_path):
    provenance(tmp_path / "a")
    provenance(tmp_path / "b", "ct_head_neck")
    told = measuring_of(tmp_path / "a", EXTRACTION).differences(measuring_of(tmp_path / "b", EXTRACTION))
    assert any(line.startswith("imageType.LoG is ") and line.endswith("not set is required") for line in told)
    assert any("setting.resampledPixelSpacing is [1" in line and "null is required" in line for line in told)
    changed = provenance(tmp_path / "b")
    changed["settings"]["setting"]["binWidth"], changed["settings_sha256"] = 10, "0" * 64
    (tmp_path / "b" / "tables" / "provenance.json").write_text(json.dumps(changed))
    told = measuring_of(tmp_path / "a", EXTRACTION).differences(measuring_of(tmp_path / "b", EXTRACTION))
    assert told == ["setting.binWidth is 10, 25 is required"]


def test_where_settings_are_not_told_name_and_voxel_size_decide(tmp_path):
    provenance(tmp_path)
    ours, bare = measuring_of(tmp_path, EXTRACTION), measuring_of(pd.DataFrame(), EXTRACTION)
    assert bare.differences(ours) == []
    assert ours.differences(bare) == [
        "the table does not tell its settings (tables/provenance.json); give the output folder of the run"
    ]
    other = Measuring("pet", "PT", spacing_mm={"measured_spacing_x_mm": 2.0})
    assert bare.differences(other) == [
        "modality is PT, CT is required",
        "config is pet, ct is required",
        "measured_spacing_x_mm is 2, 1 is required",
        "the table does not tell one measured_spacing_z_mm for all patients, 3 is required",
    ]
    assert "the table does not tell one modality" in bare.differences(Measuring("ct"))[0]
    assert Measuring().differences(other) == []


def test_it_is_written_and_read_and_what_is_damaged_is_refused(tmp_path):
    provenance(tmp_path)
    ours = measuring_of(tmp_path, EXTRACTION)
    assert Measuring.from_mapping(json.loads(json.dumps(ours.to_mapping()))).to_mapping() == ours.to_mapping()
    with pytest.raises(UsageError, match="way of measuring cannot be read"):
        Measuring.from_mapping({"config": "ct"})
    (tmp_path / "tables" / "provenance.json").write_text("{")
    with pytest.raises(UsageError, match=r"provenance.json beside the feature table cannot be read"):
        measuring_of(tmp_path, EXTRACTION)
