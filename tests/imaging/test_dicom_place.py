"""The door for DICOM images: a folder or a file to a reference."""

from pathlib import Path
from typing import Any

import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError
from radpipe.imaging.dicom_place import dicom_image
from radpipe.imaging.open import open_image


def test_a_folder_of_one_series_is_an_image_with_its_grid(tmp_path: Path, make: Any) -> None:
    make.series(tmp_path / "deep" / "er", make.axial())
    make.roi_file(tmp_path / "rs.dcm", [])
    ref = dicom_image(tmp_path, "HN0001", "plan")
    assert (ref.case_id, ref.image_id, ref.modality, len(ref.paths)) == ("HN0001", "plan", "CT", 5)
    assert ref.geometry == open_image(ref).geometry


def test_an_enhanced_file_is_an_image_by_itself(tmp_path: Path, make: Any) -> None:
    (path,) = make.series(tmp_path, [make.enhanced(make.axial())]).paths
    ref = dicom_image(Path(path), "HN0001", "plan")
    assert_array_equal(open_image(ref).array, make.stored_values((5, 8, 10)).astype(int) - 1024)


def test_a_pet_in_becquerel_is_not_called_suv(tmp_path: Path, make: Any) -> None:
    slices = make.axial(modality="PT", intercept=0.0)
    for one in slices:
        one.Units = "BQML"
    make.series(tmp_path, slices)
    with pytest.raises(InputError, match="E_SUV"):
        open_image(dicom_image(tmp_path, "HN0001", "pet"))


def test_a_single_slice_is_no_volume(tmp_path: Path, make: Any) -> None:
    ref = make.series(tmp_path, make.axial())
    with pytest.raises(InputError, match="E_SINGLE_SLICE"):
        open_image(dicom_image(Path(ref.paths[0]), "HN0001", "plan"))


def test_a_folder_of_two_series_is_refused_with_what_it_holds(tmp_path: Path, make: Any) -> None:
    make.series(tmp_path / "a", make.axial())
    make.series(tmp_path / "b", make.axial(modality="MR"))
    with pytest.raises(InputError, match=r"E_SEVERAL_IMAGES.*2 image series \(CT of 5 files, MR of 5 files\)"):
        dicom_image(tmp_path, "HN0001", "plan")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><title>403</title>", "it holds no DICOM; it begins with '<!DOCTYPE html>"),
        (None, "DICOM of modality RTSTRUCT, not an image"),
    ],
)
def test_what_is_no_image_is_told(tmp_path: Path, make: Any, content: bytes | None, match: str) -> None:
    path = tmp_path / "x.dcm"
    if content is None:
        make.roi_file(path, [])
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"E_UNREADABLE.*{match}"):
        dicom_image(path, "HN0001", "plan")
    with pytest.raises(InputError, match=r"E_UNREADABLE.*no DICOM image in it; it holds 1"):
        dicom_image(tmp_path, "HN0001", "plan")


def test_a_path_to_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="E_MISSING_FILE"):
        dicom_image(tmp_path / "absent.dcm", "HN0001", "plan")


@pytest.mark.parametrize("end", ["empty", "page", "link"])
def test_what_stands_in_the_place_of_an_end_slice_is_told(tmp_path: Path, make: Any, end: str) -> None:
    ref = make.series(tmp_path, make.axial())
    last = Path(ref.paths[-1])
    last.unlink()
    if end == "empty":
        last.write_bytes(b"")
    elif end == "page":
        last.write_text("<html>not found</html>")
    else:
        last.symlink_to(tmp_path / "annex" / "absent")
    with pytest.raises(InputError, match=rf"E_(UNREADABLE|MISSING_FILE).*{last.name}"):
        open_image(dicom_image(tmp_path, "HN0001", "plan"))


def test_a_stray_file_named_otherwise_is_not_taken_for_a_slice(tmp_path: Path, make: Any) -> None:
    make.series(tmp_path, make.axial())
    (tmp_path / "export-report.dcm").write_bytes(b"\0" * 128 + b"DICM nonsense")
    assert open_image(dicom_image(tmp_path, "HN0001", "plan")).geometry.size_zyx == (5, 8, 10)


def test_an_error_page_among_slices_without_an_ending_is_one_of_them(tmp_path: Path, make: Any) -> None:
    for path in make.series(tmp_path, make.axial()).paths:
        Path(path).rename(tmp_path / f"IM{Path(path).stem}")
    (tmp_path / "IM0005").write_text("<html>not found</html>")
    (tmp_path / "VERSION").write_text("1.0")
    with pytest.raises(InputError, match=r"E_UNREADABLE.*IM0005"):
        open_image(dicom_image(tmp_path, "HN0001", "plan"))
