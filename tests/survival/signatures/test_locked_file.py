"""The file of a locked model: read as it was written, to the last bit; changed files are refused."""

import numpy as np
import pytest
import yaml

from radpipe.errors import ParameterError, UsageError
from radpipe.survival.signatures.locked_file import find_locked, save_locked


@pytest.fixture(scope="module")
def file(locked, tmp_path_factory):
    return save_locked(locked.model, tmp_path_factory.mktemp("model") / "model.yaml")


def test_a_saved_model_predicts_to_the_last_bit_as_before(locked, file):
    patients, read = locked.cohort.patients, find_locked(file)
    designs = [model.design(patients.features, patients.clinical, locked.cohort.scanner)
               for model in (locked.model, read)]  # fmt: skip
    assert np.array_equal(*designs)
    assert np.array_equal(locked.model.probability(designs[0], 900.0), read.probability(designs[1], 900.0))
    assert read.thresholds == locked.model.thresholds
    assert read.made_from == locked.model.made_from
    assert read.measuring.to_mapping() == locked.model.measuring.to_mapping()


def test_a_person_can_read_it(file):
    text = file.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    assert text.startswith("# A locked model of radpipe")
    assert content["measured"]["settings"]["setting"]["binWidth"] == 25
    assert {"name", "coefficient", "centre", "scale", "log"} <= set(content["terms"][0])
    assert content["harmonisation"]["batches"] == ["A", "B"]
    assert len(content["baseline"]["days"]) == len(content["baseline"]["hazard"])


def test_a_file_that_somebody_changed_is_refused(file, tmp_path):
    text = file.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    number = str(content["terms"][0]["coefficient"])
    (tmp_path / "other.yaml").write_text(text.replace(number, "0.123", 1), encoding="utf-8")
    with pytest.raises(UsageError, match="was changed after it was locked"):
        find_locked(tmp_path / "other.yaml")
    (tmp_path / "new.yaml").write_text(text.replace("radpipe_model: 1", "radpipe_model: 9"), encoding="utf-8")
    with pytest.raises(UsageError, match="is a model of version 9; this radpipe reads version 1"):
        find_locked(tmp_path / "new.yaml")
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ParameterError, match="is no YAML"):
        find_locked(tmp_path / "broken.yaml")


def test_a_model_is_not_overwritten_and_signatures_are_found_too(locked, file, tmp_path):
    with pytest.raises(UsageError, match="a locked model is not overwritten"):
        save_locked(locked.model, file)
    assert find_locked("aerts2014-locked").name == "aerts2014-locked"
    with pytest.raises(UsageError, match="neither a file nor one of"):
        find_locked(tmp_path / "nothing.yaml")
