"""``radpipe verify``: passed or FAILED with the values side by side, and the exit code that says it."""

import csv
from pathlib import Path

import pytest

from radpipe.features.comparison import Difference
from radpipe.verify.certificate import Certificate, CheckedRow


def certificate(*differences: Difference, fault: str = "") -> Certificate:
    row = CheckedRow("P1", "1", "GTV", "plain", 32, 0.0, "", fault)
    beyond = tuple(("P1", "1", one) for one in differences)
    return Certificate("native 1", "PyRadiomics 3.0.1", "3.11", "0.1", (row,), 3, beyond)


def test_a_run_without_differences_passes(radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    def verify(out: Path, *, sample: int | None, tell) -> Certificate:
        asked["sample"] = sample
        tell(certificate().rows[0])
        return certificate()

    monkeypatch.setattr("radpipe.verify.certificate.verify", verify)
    done = radpipe("verify", tmp_path, "--sample", "1")
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("P1  GTV: 32 features, largest relative difference 0")
    assert "1 of 3 rows, 32 values compared" in done.out
    assert f"passed: {tmp_path / 'verify.json'}" in done.out
    assert asked == {"sample": 1}
    radpipe("verify", tmp_path, "--all")
    assert asked == {"sample": None}


def test_a_value_beyond_its_tolerance_is_shown_with_its_reference(
    radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Difference("GTV", "original_firstorder_Mean", 2.5, 2.0, 0.2, 1e-9)
    monkeypatch.setattr("radpipe.verify.certificate.verify", lambda *_, **__: certificate(other))
    done = radpipe("verify", tmp_path)
    assert done.code == 1
    assert "  P1  GTV  original_firstorder_Mean: 2.5 and 2.0" in done.out
    assert f"FAILED: {tmp_path / 'verify.json'}" in done.out


def test_a_row_that_cannot_be_measured_again_fails(radpipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.verify.certificate.verify", lambda *_, **__: certificate(fault="the mask is gone"))
    assert radpipe("verify", tmp_path).code == 1


def test_the_phantom_writes_the_table_and_a_page(radpipe, tmp_path: Path) -> None:
    done = radpipe("verify", "--ibsi", "--to", tmp_path / "ibsi")
    assert done.code == 0, done.err
    assert "482 of 482 reference values met" in done.out
    with (tmp_path / "ibsi" / "ibsi_compliance.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 482
    assert {row["met"] for row in rows} == {"yes"}
    volume = next(row for row in rows if row["tag"] == "morph_volume")
    assert (volume["reference"], volume["tolerance"], volume["ibsi_code"]) == ("556.0", "4.0", "RNU0")
    page = (tmp_path / "ibsi" / "ibsi_compliance.html").read_text(encoding="utf-8")
    assert "482 of 482 reference values of IBSI are met" in page
    assert "<script" not in page


@pytest.mark.parametrize("words", [["verify"], ["verify", "out", "--ibsi"]])
def test_either_a_run_or_the_phantoms(radpipe, words: list[str]) -> None:
    done = radpipe(*words)
    assert (done.code, "--ibsi" in done.err) == (2, True)
