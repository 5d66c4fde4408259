"""Privacy: canaries in tags, ids, folder names and clinical tables appear in nothing that a private run writes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

from radpipe.batch import work
from radpipe.cli.app import app
from radpipe.clinical import ClinicalTable
from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.demo.layouts import make_layout
from radpipe.errors import Note, NothingUsableError, UsageError
from radpipe.pipeline import extract
from radpipe.private import private_clinical, private_cohort, private_id, read_key, scrubbed

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


def test_no_canary_is_in_a_private_run_by_shards_and_its_tables_are_the_same(watched: Path, tmp_path: Path) -> None:
    out, key, said = tmp_path / "out", tmp_path / "key", []

    def radpipe(*words: object) -> int:
        result = CliRunner().invoke(app, list(map(str, words)))
        said.append(result.output)
        return result.exit_code

    assert radpipe("plan", watched, *OPTIONS, "--private", key, "--shards", 2, "-o", out) == 0
    (secret,) = Path(f"{key}.plans").glob("*.parquet")
    assert secret.stat().st_mode & 0o077 == 0
    assert CANARY in texts(secret.parent)[secret.name]  # the references are there, and nowhere else
    with pytest.raises(NothingUsableError, match="give the private plan by --plan FILE"):
        work(out, shard=0, jobs=1)  # the plan in OUT has none
    assert [radpipe("work", out, "--shard", k, "--plan", secret, "-j", 1) for k in (0, 1)] == [0, 0]
    assert radpipe("tables", out) == 1  # the damaged image
    written = texts(out)
    assert not [name for name, text in written.items() if CANARY in text or "Tweety" in text or "HN1001" in text]
    assert not any(CANARY in text for text in said)
    CliRunner().invoke(app, ["extract", str(watched), *OPTIONS, "--private", str(key), "-o", str(tmp_path / "whole")])
    for name in ("features.csv", "failures.csv", "cases.csv"):
        assert (out / "tables" / name).read_bytes() == (tmp_path / "whole" / "tables" / name).read_bytes()


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


def secretive() -> Cohort:
    """A radiograph called by its patient, with a column, a ROI, and a note that names the file."""
    image = ImageRef(
        "Smith_John", "Smith_John", "CR", ImageKind.PLANAR, ("/ward/Smith_John_000.png",), columns={"rca_dice": "0.62"}
    )
    roi = RoiRef("label-1", "Heart", MaskKind.PLANAR, "/ward/masks/JSmith_1933_labels.png", 1, ("Smith_John",))
    note = Note.of("W_CASE", what="Smith_John_000 and JSmith_1933_labels do not fit, Smith_John_000.png neither")
    facts = {"age": "89"}
    return Cohort(
        "chestxray14", "/ward", (Case("Smith_John", (image,), (roi,), (note,), "Smith_John", facts),), (note,)
    )


def test_a_file_name_without_its_ending_is_hidden_in_sentences() -> None:
    hidden = private_cohort(secretive(), KEY)
    for note in (*hidden.cases[0].problems, *hidden.problems):
        assert note.sentence == "(private) and (private) do not fit, (private) neither"
    told = scrubbed("cannot open JSmith_1933_labels", secretive().cases[0].images, secretive().cases[0].rois)
    assert told == "cannot open (private)"


def test_columns_and_facts_of_a_patient_do_not_reach_the_tables(tmp_path: Path) -> None:
    assert secretive().cases[0].images[0].columns
    (case,) = private_cohort(secretive(), KEY).cases
    assert dict(case.facts) == {}
    assert [dict(image.columns) for image in case.images] == [{}]
    source = make_layout("chestxray14", tmp_path / "xray", seed=3)
    for private in (None, tmp_path / "key"):
        out = tmp_path / ("plain" if private is None else "private")
        extract(
            source, dataset="chestxray14", params="xray_2d", rois=["Heart"], cases=["00000005_000"], private=private,
            out=out,
        )  # fmt: skip
        columns = pd.read_csv(out / "tables" / "features.csv").columns
        assert ("diag_rca_dice" in columns) == (private is None)


def nrrd(path: Path, array: np.ndarray) -> str:
    sitk.WriteImage(sitk.GetImageFromArray(array), path)
    return path.name


@pytest.fixture
def named_after_patients(tmp_path: Path) -> Path:
    """A manifest whose mask files are named after patients, without a column of ROI names; GTV.nrrd names nobody."""
    folder = tmp_path / "files"
    array = np.zeros((6, 8, 8), np.int16)
    array[1:5, 2:6, 2:6] = np.arange(64).reshape(4, 4, 4) * 9
    inside = (array > 0).astype(np.uint8)
    rows = ["case_id,image,mask,modality"]
    for case in ("Anna", "Bert"):
        home = folder / case
        home.mkdir(parents=True)
        nrrd(home / "ct.nrrd", array)
        rows += [
            f"{case},{case}/ct.nrrd,{case}/{nrrd(home / name, inside)},CT"
            for name in (f"{CANARY}_{case}.nrrd", "GTV.nrrd")
        ]
    (folder / "cases.csv").write_text("\n".join([*rows, "Anna,Anna/ct.nrrd,Anna/gone.nrrd,CT"]) + "\n")
    return folder / "cases.csv"


def test_a_roi_named_after_its_file_gets_a_number_unless_many_cases_have_it(
    named_after_patients: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    extract(named_after_patients, dataset="manifest", params="aerts2014", private=tmp_path / "key", out=out)
    frame = pd.read_csv(out / "tables" / "features.csv")
    assert set(frame["roi"]) == {"roi-1", "GTV", "roi-3"}
    assert not [name for name, text in texts(out).items() if any(word in text for word in (CANARY, "Anna", "gone"))]


def test_rows_that_planning_ends_name_no_file_and_no_series(watched: Path, tmp_path: Path) -> None:
    # The CT of one patient is gone, so that its RTSTRUCT refers to nothing: E_NO_IMAGE with path and series once.
    (home,) = [path for path in watched.iterdir() if "HN1002" in path.name]
    paths = {path: pydicom.dcmread(path, stop_before_pixels=True) for path in home.rglob("*.dcm")}
    images = {path: str(data.SeriesInstanceUID) for path, data in paths.items() if data.Modality in ("CT", "PT")}
    for path in images:
        path.unlink()
    out = tmp_path / "out"
    extract(watched, dataset="hn1", params="aerts2014", private=tmp_path / "key", out=out)
    frame = pd.read_csv(out / "tables" / "features.csv")
    assert "E_NO_IMAGE" in set(frame["code"].dropna())
    assert not [name for name, text in texts(out).items() if any(word in text for word in (CANARY, *images.values()))]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("frames 1.3.6.1.4.1.14519.5.2.1.1 and 2.25.329800735698586629295641978511506172918 differ",
         "frames (private) and (private) differ"),
        ("radpipe 0.1.0 on 3.11.4, spacing 1.25", "radpipe 0.1.0 on 3.11.4, spacing 1.25"),
        ("scan 20140131, injection 2014-01-30T09:30:00+01:00", "scan (private), injection (private)"),
        ("20141399 voxels, 12014013100 more", "20141399 voxels, 12014013100 more"),
        ("ct.nii.gz and its stem ct_of_Smith", "(private) and its stem (private)"),
    ],
)  # fmt: skip
def test_sentences_lose_uids_dates_and_stems_and_nothing_else(text: str, left: str) -> None:
    image = ImageRef("P", "CT", "CT", ImageKind.ITK_FILE, ("/data/ct.nii.gz", "/data/ct_of_Smith.nii.gz"))
    assert scrubbed(text, [image]) == left
