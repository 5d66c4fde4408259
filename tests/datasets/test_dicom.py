"""A folder of DICOM to cases: every file in the account, damage told where it matters, each patient a row."""

import shutil
from pathlib import Path

import pydicom
import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.cohort import Cohort
from radpipe.datasets import open_cohort
from radpipe.errors import InputError
from radpipe.imaging.open import open_image
from radpipe.pipeline import check

DAY = "01-01-2010-synthetic"
RTSTRUCT = f"{DAY}/1.000000-RTSTRUCT/1-1.dcm"
CT = f"{DAY}/2.000000-CT"


def rows(
    source: Path, out: Path, dataset: str = "dicom", **options: object
) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Case and ROI -> status, code and message of ``check.csv``."""
    import pandas as pd

    summary = check(source, out=out, dataset=dataset, **options)  # type: ignore[arg-type]
    table = pd.read_csv(summary.table, dtype=str, keep_default_na=False)
    return {(row.case_id, row.roi): (row.status, row.code, row.message) for row in table.itertuples()}


@pytest.fixture
def two(hn1_copy: Path) -> Path:
    """The first two patients of the synthetic cohort."""
    for folder in hn1_copy.iterdir():
        if folder.name not in ("HN1001", "HN1002"):
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    return hn1_copy


def words(cohort: Cohort) -> dict[str, int]:
    return dict(cohort.account)


def test_the_account_sums_up_every_file_and_check_prints_it(two: Path, tmp_path: Path) -> None:
    (two / ".DS_Store").write_bytes(b"x")
    (two / "DICOMDIR").write_bytes(b"x")
    (two / "readme.txt").write_text("x")
    (two / "loop").symlink_to(two, target_is_directory=True)
    (two / "HN1001" / "broken.dcm").write_bytes(b"")
    told = words(open_cohort(two, "dicom"))
    assert told == {
        "files of CT, MR and PET": 60,
        "RTSTRUCT": 2,
        "SEG": 1,
        "damaged": 1,
        "no DICOM, not used": 1,
        "DICOMDIR": 1,
        "hidden (name begins with a dot)": 1,
        "folder reached a second time (link or loop)": 1,
    }
    entries = [path for path in two.rglob("*") if path.is_symlink() or not path.is_dir()]
    assert sum(told.values()) == len(entries)
    printed = CliRunner().invoke(app, ["check", str(two), "-d", "dicom", "--roi", "GTV-1", "-o", str(tmp_path / "out")])
    assert "Files: 60 files of CT, MR and PET, 2 RTSTRUCT, 1 SEG, 1 damaged, 1 no DICOM" in printed.output


@pytest.mark.parametrize("share", [0.9, 0.3, 0.0])
def test_a_cut_rtstruct_in_its_own_folder_fails_the_rows_that_it_may_hold(
    two: Path, tmp_path: Path, share: float
) -> None:
    path = two / "HN1002" / RTSTRUCT
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    told = rows(two, tmp_path / "out", rois=["GTV-1"])
    status, code, message = told["HN1002", "GTV-1"]
    assert status == "failed"
    assert code in ("E_ROI_MISSING", "E_UNREADABLE", "E_TRUNCATED")
    assert "1-1.dcm" in message
    assert told["HN1001", "GTV-1"][0] == "ok"


@pytest.mark.parametrize("content", [b"", b"\0" * 128 + b"DICM\x08\x00"])
def test_hn1_does_not_measure_the_seg_where_the_rtstruct_is_damaged(two: Path, tmp_path: Path, content: bytes) -> None:
    (two / "HN1001" / RTSTRUCT).write_bytes(content)
    told = rows(two, tmp_path / "out", dataset="hn1", rois=["GTV-1"])
    status, code, message = told["HN1001", "GTV-1"]
    assert (status, code) == ("failed", "E_SECOND_CHOICE")
    assert "1-1.dcm" in message


def test_a_patient_of_damaged_files_only_is_a_row(two: Path, tmp_path: Path) -> None:
    for path in (two / "HN1002").rglob("*.dcm"):
        path.write_text("<html>403</html>")
    told = rows(two, tmp_path / "out", rois=["GTV-1"])
    status, code, message = told["HN1002", ""]
    assert (status, code) == ("failed", "E_UNREADABLE")
    assert "31 damaged files" in message
    assert "begins with '<html>403" in message


def test_a_patient_of_other_objects_only_is_a_row(two: Path, tmp_path: Path) -> None:
    for path in (two / "HN1002").rglob("*.dcm"):
        data = pydicom.dcmread(path)
        data.SOPClassUID, data.Modality = "1.2.840.10008.5.1.4.1.1.20", "NM"
        data.save_as(path)
    told = rows(two, tmp_path / "out", rois=["GTV-1"])
    assert told["HN1002", ""][:2] == ("skipped", "E_NO_IMAGE")


def test_part_of_a_series_under_another_patient_id_is_refused(two: Path) -> None:
    for path in sorted((two / "HN1001" / CT).iterdir())[-8:]:
        data = pydicom.dcmread(path)
        data.PatientID = "HN1001a"
        data.save_as(path)
    for case in open_cohort(two, "dicom").cases[:2]:
        (image,) = case.images
        with pytest.raises(InputError, match=r"E_MIXED_SERIES.*2 PatientIDs; the largest part has 22 of 30"):
            open_image(image)


def test_a_folder_that_is_a_link_is_read(two: Path, tmp_path: Path) -> None:
    subset = tmp_path / "subset"
    subset.mkdir()
    (subset / "HN1002").symlink_to(two / "HN1002", target_is_directory=True)
    (case,) = open_cohort(subset, "dicom").cases
    assert (case.case_id, len(case.images[0].paths)) == ("HN1002", 30)


def test_one_series_under_two_studies_is_one_image(two: Path) -> None:
    for path in sorted((two / "HN1001" / CT).iterdir())[:10]:
        data = pydicom.dcmread(path)
        data.StudyInstanceUID = "1.2.3"
        data.save_as(path)
    (image,) = open_cohort(two, "dicom").cases[0].images
    assert len(image.paths) == 30


def test_a_patient_whose_only_image_is_an_enhanced_ct_is_measured(two: Path, tmp_path: Path) -> None:
    import highdicom as hd

    shutil.rmtree(two / "HN1001")
    plain = rows(two, tmp_path / "plain", rois=["GTV-1"])
    slices = [pydicom.dcmread(path) for path in sorted((two / "HN1002" / CT).iterdir())]
    for data in slices:
        data.PositionReferenceIndicator, data.RescaleType = "", "HU"
    converted = hd.legacy.LegacyConvertedEnhancedCTImage(slices, "1.2.3.1", 2, "1.2.3.2", 1)
    shutil.rmtree(two / "HN1002" / CT)
    converted.save_as(two / "HN1002" / "enhanced.dcm")
    told = rows(two, tmp_path / "enhanced", rois=["GTV-1"])
    assert told["HN1002", "GTV-1"][0] == plain["HN1002", "GTV-1"][0] == "ok"
