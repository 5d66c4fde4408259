"""``radpipe signature``: list, show, apply and refit locked signatures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

VOLUME = "original_shape_MeshVolume"
OUTCOME = ("-d", "generic", "-e", "survival", "--event", "died", "--time", "days")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Forty patients who all died, those with the larger tumour always sooner; energy goes with volume."""
    random = np.random.default_rng(5)
    ids = [f"P{number:02d}" for number in range(40)]
    volume = np.arange(40) * 500.0 + 1000
    frame = pd.DataFrame({"case_id": ids, "roi": "GTV-1", "status": "ok", "config": "ct_native", "modality": "CT"})
    frame[VOLUME] = volume
    frame["original_firstorder_Energy"] = volume * 1e6 * random.uniform(0.9, 1.1, 40)
    frame["original_glcm_Contrast"] = random.normal(30, 4, 40)
    frame.to_csv(tmp_path / "features.csv", index=False)
    clinical = pd.DataFrame({"patient_id": ids, "died": 1, "days": 1000 - 10 * np.arange(40)})
    clinical.to_csv(tmp_path / "clinical.csv", index=False)
    return tmp_path


def of(tables: Path) -> tuple[object, ...]:
    return (tables / "features.csv", "--clinical", tables / "clinical.csv", *OUTCOME)


def test_the_built_in_signatures_are_listed_with_their_titles(radpipe) -> None:
    lines = radpipe("signature", "list").out.splitlines()
    assert {"volume", "aerts2014-uhn", "aerts2014-locked"} <= {line.split()[0] for line in lines}
    assert all(len(line.split()) > 3 for line in lines)


def test_a_signature_is_shown_with_its_weights_and_its_threshold(radpipe) -> None:
    said = radpipe("signature", "show", "aerts2014-locked").out
    # The weights and the median that Aerts et al. 2014 publish.
    assert "  +2.42e-11 x original_firstorder_Energy" in said
    assert "  -0.00538 x radpipe_shape_CompactnessA" in said
    assert "threshold: -0.119157" in said
    assert "requires config: aerts2014" in said


def test_volume_ranks_patients_who_die_in_the_order_of_their_volumes_perfectly(radpipe, tables: Path) -> None:
    done = radpipe("signature", "apply", "volume", *of(tables), "-o", tables / "index.csv")
    assert done.code == 0, done.err
    assert "volume on 40 patients, survival" in done.out
    assert done.out.count("1.000") >= 2  # its C-index, and that of volume
    index = pd.read_csv(tables / "index.csv")
    assert index["patient_id"].tolist() == [f"P{number:02d}" for number in range(40)]
    assert index.iloc[:, 1].is_monotonic_increasing


def test_a_table_measured_otherwise_is_refused_and_nothing_written(radpipe, tables: Path) -> None:
    done = radpipe("signature", "apply", "aerts2014-locked", *of(tables), "-o", tables / "index.csv")
    assert (done.code, "config is ct_native, aerts2014 is required" in done.err) == (2, True)
    assert not (tables / "index.csv").exists()


def test_a_refitted_signature_is_saved_shown_and_applied(radpipe, tables: Path) -> None:
    days = 1000 * np.random.default_rng(6).permutation(40) / np.arange(40, 80)  # an order that volume tells in part
    pd.read_csv(tables / "clinical.csv").assign(days=days + 1).to_csv(tables / "clinical.csv", index=False)
    path = tables / "mine.yaml"
    made = radpipe("signature", "refit", *of(tables), "--name", "mine", "-o", path)
    assert made.code == 0, made.err
    assert made.out.splitlines()[-1] == f"saved: {path}"
    said = radpipe("signature", "show", path).out
    assert said.startswith("mine: ")
    assert {"original_firstorder_Energy", "original_glcm_Contrast"} < set(said.split())
    applied = radpipe("signature", "apply", path, *of(tables))
    assert "above the threshold 20 of 40" in applied.out  # the threshold is the median
    again = radpipe("signature", "refit", *of(tables), "-o", path)
    assert (again.code, "is not overwritten" in again.err) == (2, True)


def test_a_name_that_is_neither_is_refused_with_those_that_are(radpipe) -> None:
    done = radpipe("signature", "show", "aerts")
    assert done.code == 2
    assert "aerts2014-locked" in done.err
