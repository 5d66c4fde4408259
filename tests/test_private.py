"""Privacy: canaries in tags, ids, folder names and clinical tables appear in nothing that a private run writes."""

from pathlib import Path

import pandas as pd
import pydicom
import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.clinical import ClinicalTable
from radpipe.errors import Note, UsageError
from radpipe.pipeline import extract
from radpipe.private import private_clinical, private_id, read_key

CANARY = "Kanarienvogel"
OPTIONS = ["-d", "dicom", "--modality", "CT", "--roi", "GTV-1", "-p", "aerts2014"]
KEY = b"0123456789abcdef"


@pytest.fixture
def watched(hn1_copy: Path, tmp_path: Path) -> Path:
    """The synthetic cohort with a canary in names, ids, UIDs' neighbours and folders; one image is damaged."""
    source = tmp_path / f"ward-{CANARY}"
    hn1_copy.rename(source)
    for path in sorted(source.rglob("*.dcm")):
        data = pydicom.dcmread(path)
        data.PatientName = f"{CANARY}^Tweety"
        data.PatientID = f"{CANARY}-{data.PatientID}"
        data.PatientBirthDate, data.InstitutionName = "19330101", CANARY
        data.save_as(path)
    for folder in [one for one in source.iterdir() if one.is_dir()]:
        folder.rename(source / f"{CANARY}-{folder.name}")
    slices = sorted(source.glob("*/*/*CT/*.dcm"))
    slices[3].write_bytes(slices[3].read_bytes()[:-2000])
    return source


def texts(out: Path) -> dict[str, str]:
    """Everything under a folder as text; Parquet as its values."""
    found = {}
    for path in sorted(out.rglob("*")):
        if path.is_file():
            raw = path.read_bytes().decode("latin-1")
            if path.suffix == ".parquet":
                raw += pd.read_parquet(path).astype(str).to_csv()
            found[str(path.relative_to(out))] = f"{path.relative_to(out)} {raw}"
    return found


def test_no_canary_is_in_any_output_of_a_private_run(watched: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out", tmp_path / "key"
    result = CliRunner().invoke(
        app,
        ["extract", str(watched), *OPTIONS, "--private", str(key), "-o", str(out)],
    )
    assert CANARY not in result.output
    written = texts(out)
    assert not [name for name, text in written.items() if CANARY in text or "Tweety" in text or "HN1001" in text]
    frame = pd.read_csv(out / "tables" / "features.csv")
    assert frame["case_id"].str.fullmatch("P-[0-9a-f]{16}").all()
    assert set(frame["status"]) == {"ok", "failed"}
    assert "(private)" in frame.loc[frame["status"] == "failed", "message"].iloc[0]
    assert key.stat().st_mode & 0o077 == 0


def test_without_private_the_canary_is_there(watched: Path, tmp_path: Path) -> None:
    # Or the test above would see nothing.
    extract(watched, dataset="dicom", modalities=["CT"], rois=["GTV-1"], params="aerts2014", out=tmp_path / "out")
    assert any(CANARY in text for text in texts(tmp_path / "out").values())


def test_the_same_key_gives_the_same_ids_and_the_clinical_table_joins(hn1_cohort: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    for name in ("a", "b"):
        extract(
            hn1_cohort, dataset="hn1", modalities=["CT"], rois=["GTV-1"], params="aerts2014", private=key,
            out=tmp_path / name,
        )  # fmt: skip
    one, two = (tmp_path / name / "tables" / "features.csv" for name in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()
    plain = pd.read_csv(hn1_cohort / "clinical.csv", index_col="id")
    table = private_clinical(
        ClinicalTable(plain, "clinical.csv", notes=(Note.of("W_CASE", what="HN1003: followed longer"),)),
        read_key(key, tmp_path / "a"),
    )
    assert set(pd.read_csv(one)["case_id"]) == set(table.frame.index)
    assert "HN1003" not in table.notes[0].sentence


def test_a_key_in_the_output_or_too_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lies in the output folder"):
        read_key(tmp_path / "out" / "key", tmp_path / "out")
    short = tmp_path / "short"
    short.write_bytes(b"abc")
    with pytest.raises(UsageError, match="holds 3 bytes; at least 16 are needed"):
        read_key(short, tmp_path / "out")
    with pytest.raises(UsageError, match="cannot be read or made"):
        read_key(tmp_path / "none" / "key", tmp_path / "out")


def test_ids_depend_on_key_and_case() -> None:
    assert private_id(KEY, "HN1001") != private_id(KEY, "HN1002")
    assert private_id(KEY, "HN1001") != private_id(KEY[::-1], "HN1001")
