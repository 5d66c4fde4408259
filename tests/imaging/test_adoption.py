"""Files that cannot be opened stay with the series that they belong to."""

from pathlib import Path

import pydicom
import pytest

from radpipe.datasets import open_cohort
from radpipe.errors import InputError
from radpipe.imaging.adoption import adopted_by_series
from radpipe.imaging.dicom_index import DicomFile, DicomIndex, index_folder
from radpipe.imaging.open import open_image


def test_a_slice_cut_in_its_header_is_damaged_and_stays_with_its_series(hn1_copy: Path) -> None:
    path = next((hn1_copy / "HN1001").rglob("2.000000-CT/1-005.dcm"))
    path.write_bytes(path.read_bytes()[:300])
    index = index_folder(hn1_copy)
    assert index.by_kind["damaged"] == 1
    from radpipe.datasets.dicom import cohort_of_index

    case = cohort_of_index(index).cases[0]
    assert str(path.resolve()) in case.images[0].paths
    assert [note.code for note in case.problems] == ["E_UNREADABLE"]


def test_a_damaged_file_among_many_series_breaks_none_of_them(hn1_copy: Path) -> None:
    flat = hn1_copy.parent / "flat"
    flat.mkdir()
    for number, path in enumerate(sorted(hn1_copy.rglob("*.dcm"))):
        path.rename(flat / f"{number}.dcm")
    whole = (flat / "0.dcm").read_bytes()
    (flat / "cut.dcm").write_bytes(whole[:300])
    cohort = open_cohort(flat, "dicom")
    assert all(len(image.paths) == 30 for case in cohort for image in case.images)
    assert ["cut.dcm" in str(note) for note in cohort.problems] == [True]


def test_a_slice_without_position_stays_with_the_series_it_names(hn1_copy: Path) -> None:
    path = next((hn1_copy / "HN1001").rglob("2.000000-CT/1-030.dcm"))
    data = pydicom.dcmread(path)
    del data.ImagePositionPatient
    moved = hn1_copy / "elsewhere.dcm"
    data.save_as(moved)
    path.unlink()
    (image,) = open_cohort(hn1_copy, "dicom").cases[0].images
    assert str(moved.resolve()) in image.paths
    with pytest.raises(InputError, match=r"E_REQUIRED_TAG.*ImagePositionPatient.*elsewhere\.dcm"):
        open_image(image)


def made(*files: tuple[str, str, str]) -> DicomIndex:
    """Path, kind and series of each file."""
    return DicomIndex("/", tuple(DicomFile(path, 1, 1, kind, series_uid=series) for path, kind, series in files))


def test_a_file_named_as_its_neighbours_belongs_to_their_series() -> None:
    index = made(
        ("/a/1-001.dcm", "image", "one"), ("/a/1-002.dcm", "image", "one"),
        ("/a/1-003.dcm", "foreign", ""), ("/a/readme.txt", "foreign", ""), ("/b/1-004.dcm", "foreign", ""),
    )  # fmt: skip
    adopted = adopted_by_series(index)
    assert {series: [file.path for file in files] for series, files in adopted.items()} == {"one": ["/a/1-003.dcm"]}


def test_two_series_named_alike_adopt_nothing_but_what_names_its_series() -> None:
    index = made(("/a/1-1.dcm", "image", "one"), ("/a/2-1.dcm", "image", "two"), ("/a/2-2.dcm", "damaged", ""),
                 ("/a/x", "damaged", "two"))  # fmt: skip
    assert {series: [file.path for file in files] for series, files in adopted_by_series(index).items()} == {
        "two": ["/a/x"]
    }


def test_names_without_rule_are_compared_by_their_ending() -> None:
    names = ("anna.ima", "bert.ima", "carl.ima", "dora.ima")
    index = made(*((f"/a/{name}", "image", "one") for name in names), ("/a/emil.ima", "foreign", ""),
                 ("/a/fritz.txt", "foreign", ""))  # fmt: skip
    assert [file.path for file in adopted_by_series(index)["one"]] == ["/a/emil.ima"]
