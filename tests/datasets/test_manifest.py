"""Manifests: each row measures its own files, and whatever is doubtful is refused by its line."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import ImageKind, MaskKind
from radpipe.datasets import open_cohort
from radpipe.errors import UsageError
from radpipe.features.params_file import parse_params
from radpipe.imaging.open import open_image
from radpipe.pipeline import extract, read_features

MEAN = parse_params({"featureClass": {"firstorder": ["Mean"]}, "setting": {"binWidth": 1000}})


def write(path: Path, value: float) -> None:
    """An image of one value but for one voxel outside the ROI."""
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.full((6, 8, 8), value, dtype=np.int16)
    array[0, 0, 0] = value + 1
    sitk.WriteImage(sitk.GetImageFromArray(array), str(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sessions of one patient (100 and 300), and masks of the same shape under equal names."""
    inside = np.zeros((6, 8, 8), np.uint8)
    inside[2:5, 2:6, 2:6] = 1
    for session, value in (("s1", 100), ("s2", 300)):
        write(tmp_path / session / "ct.nrrd", value)
        sitk.WriteImage(sitk.GetImageFromArray(inside), str(tmp_path / session / "mask.nrrd"))
    write(tmp_path / "ct.day1.nrrd", 100)
    write(tmp_path / "ct.day2.nrrd", 300)
    sitk.WriteImage(sitk.GetImageFromArray(inside), str(tmp_path / "mask.nrrd"))
    return tmp_path


def manifest(folder: Path, text: str, name: str = "m.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def means(folder: Path, source: Path) -> dict[tuple[str, str], float]:
    extract(source, params=MEAN, out=folder / "out")
    frame = read_features(folder / "out")
    assert set(frame["status"]) == {"ok"}
    return {(row["image_id"], row["roi"]): row["original_firstorder_Mean"] for row in frame.to_dict(orient="records")}


class TestIdentity:
    def test_two_sessions_of_one_case_are_two_images(self, folder: Path) -> None:
        source = manifest(folder, "case_id,image,mask\np1,s1/ct.nrrd,s1/mask.nrrd\np1,s2/ct.nrrd,s2/mask.nrrd\n")
        assert means(folder, source) == {("s1/ct.nrrd", "mask"): 100.0, ("s2/ct.nrrd", "mask"): 300.0}

    def test_an_id_of_pyradiomics_batch_may_stand_in_two_rows(self, folder: Path) -> None:
        source = manifest(folder, "ID,Image,Mask\np1,ct.day1.nrrd,mask.nrrd\np1,ct.day2.nrrd,mask.nrrd\n")
        assert means(folder, source) == {("ct.day1.nrrd", "mask"): 100.0, ("ct.day2.nrrd", "mask"): 300.0}

    def test_names_that_tell_files_apart_stay_short(self, folder: Path) -> None:
        source = manifest(folder, "case_id,image,mask\np1,s1/ct.nrrd,s1/mask.nrrd\np2,s2/ct.nrrd,s2/mask.nrrd\n")
        assert [case.images[0].image_id for case in open_cohort(source, "manifest")] == ["ct", "ct"]

    def test_masks_of_one_image_under_equal_names_are_told_apart(self, folder: Path) -> None:
        source = manifest(folder, "case_id,image,mask\np1,s1/ct.nrrd,s1/mask.nrrd\np1,s1/ct.nrrd,s2/mask.nrrd\n")
        (case,) = open_cohort(source, "manifest")
        assert [roi.name for roi in case.rois] == ["s1/mask.nrrd", "s2/mask.nrrd"]

    def test_one_image_id_for_two_files_is_refused_with_both_lines(self, folder: Path) -> None:
        text = "case_id,image,mask,image_id\np1,s1/ct.nrrd,mask.nrrd,CT\np1,s2/ct.nrrd,mask.nrrd,CT\n"
        with pytest.raises(UsageError, match=r"image_id CT of case p1 names two files \(line 2, line 3\)"):
            open_cohort(manifest(folder, text), "manifest")

    def test_one_path_in_two_spellings_is_one_image(self, folder: Path) -> None:
        text = "case_id,image,mask,roi\np1,s1/ct.nrrd,mask.nrrd,a\np1,./s2/../s1/ct.nrrd,mask.nrrd,b\n"
        (case,) = open_cohort(manifest(folder, text), "manifest")
        assert [image.image_id for image in case.images] == ["ct"]

    def test_one_image_of_two_modalities_is_refused(self, folder: Path) -> None:
        text = "case_id,image,mask,modality\np1,ct.day1.nrrd,mask.nrrd,CT\np1,ct.day1.nrrd,mask.nrrd,PT\n"
        with pytest.raises(UsageError, match=r"one image has two modalities, CT \(line 2\) and PT \(line 3\)"):
            open_cohort(manifest(folder, text), "manifest")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("case_id,image,mask\n,a.nrrd,b.nrrd\n", "m.csv, line 2: case_id is empty"),
        ("case_id,image,mask\np1,a.nrrd,\n", "m.csv, line 2: mask is empty"),
        ("case_id,image,mask\np1,a.nrrd,b.nrrd\n\np2,a.nrrd\n", "m.csv, line 4: 2 cells where the header has 3"),
        ("case_id,image,mask\np1,a.nrrd,b.nrrd,\n", "m.csv, line 2: 4 cells where the header has 3"),
        ("case_id,image,mask,lable\np1,a.nrrd,b.nrrd,2\n", "column lable is unknown; did you mean label"),
        ("ID,Image,Mask,Lable\np1,a.nrrd,b.nrrd,2\n", "column Lable is unknown; did you mean label"),
        ("case_id,image,mask,\np1,a.nrrd,b.nrrd,7\n", "line 2: 4 cells where the header has 3"),
        ("case_id,image,mask,,roi\np1,a.nrrd,b.nrrd,7,x\n", "column 4 of the header has no name"),
        ("case_id,image,mask,Image\np1,a.nrrd,b.nrrd,c.nrrd\n", "column image is there twice"),
        ("ID;Image;Mask;Label\np1;a.nrrd;b.nrrd;1,0\n", r"label '1,0' is not a whole number from 1 on, it has a decim"),
        ("case_id,image,mask,label\np1,a.nrrd,b.nrrd,0\n", "label '0' is not a whole number from 1 on"),
        (
            "case_id,image,mask\n001,a.nrrd,b.nrrd\n1,a.nrrd,b.nrrd\n",
            r"line 3: case_id 1 and 001 \(line 2\) are one number in two spellings",
        ),
        ('case_id,image,mask\np1,"a.nrrd,b.nrrd\n', "unexpected end of data"),
        ("case_id,image,mask\np1,a.nrrd,./a.nrrd\n", "line 2: image and mask are one file, a.nrrd"),
    ],
)
def test_a_doubtful_manifest_is_refused_by_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        open_cohort(manifest(tmp_path, text), "manifest")


@pytest.mark.parametrize("begin", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest"])
def test_a_spreadsheet_is_refused_with_the_remedy(tmp_path: Path, begin: bytes) -> None:
    (tmp_path / "m.csv").write_bytes(begin)
    with pytest.raises(UsageError, match="is a spreadsheet; save it as text first"):
        open_cohort(tmp_path / "m.csv", "manifest")


def test_ids_of_parquet_that_became_floating_numbers_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"case_id": [1.0, 2.0], "image": ["a.nrrd"] * 2, "mask": ["b.nrrd"] * 2})
    frame.to_parquet(tmp_path / "m.parquet")
    with pytest.raises(UsageError, match="column case_id holds numbers with decimals"):
        open_cohort(tmp_path / "m.parquet", "manifest")


@pytest.mark.parametrize(
    ("separator", "encoding", "first"),
    [(";", "utf-8-sig", ""), ("\t", "utf-16", ""), (",", "cp1252", ""), (";", "utf-8", "sep=;\r\n")],
)
def test_separators_and_encodings_of_spreadsheets_are_recognised(
    tmp_path: Path, separator: str, encoding: str, first: str
) -> None:
    rows = [["ID", "Image", "Mask"], ["Müller", "a.nrrd", "b.nrrd"]]
    text = first + "".join(separator.join(row) + "\r\n" for row in rows)
    (tmp_path / "batch.csv").write_bytes(text.encode(encoding))
    (case,) = open_cohort(tmp_path / "batch.csv", "manifest")
    assert (case.case_id, case.rois[0].name) == ("Müller", "b")


def test_ids_stay_as_they_are_written_and_further_columns_come_along(folder: Path) -> None:
    text = "ID;Image;Mask;Centre;unit\nNA;s1/ct.nrrd;mask.nrrd;Köln;x\n001;s2/ct.nrrd;mask.nrrd;Ulm;y\n"
    extract(manifest(folder, text, "batch.csv"), params=MEAN, out=folder / "out")  # no data set is told
    frame = read_features(folder / "out")
    assert frame["case_id"].tolist() == ["NA", "001"]
    assert frame["diag_Centre"].tolist() == ["Köln", "Ulm"]
    assert frame["diag_unit"].tolist() == ["arbitrary"] * 2
    assert frame["diag_manifest_unit"].tolist() == ["x", "y"]
    assert frame["roi"].tolist() == ["mask"] * 2


def test_columns_in_which_the_rows_of_a_case_differ_belong_to_the_roi(folder: Path) -> None:
    text = "ID,Image,Mask,roi,reader\np1,s1/ct.nrrd,mask.nrrd,a,Kim\np1,s1/ct.nrrd,mask.nrrd,b,Lee\n"
    extract(manifest(folder, text), dataset="manifest", params=MEAN, out=folder / "out")
    assert read_features(folder / "out")["diag_reader"].tolist() == ["Kim", "Lee"]


def test_a_batch_without_labels_takes_label_one_another_manifest_the_only_one(folder: Path) -> None:
    batch = open_cohort(manifest(folder, "ID,Image,Mask\np1,ct.day1.nrrd,mask.nrrd\n"), "manifest")
    own = open_cohort(manifest(folder, "case_id,image,mask\np1,ct.day1.nrrd,mask.nrrd\n"), "manifest")
    assert (batch.cases[0].rois[0].selector, own.cases[0].rois[0].selector) == (1, None)


class TestDicom:
    def series(self, hn1: Path) -> Path:
        return next(path.parent for path in sorted(hn1.rglob("*.dcm")) if path.parent.name.endswith("-CT"))

    def test_what_systems_leave_in_a_folder_is_ignored_and_counted(self, hn1_copy: Path, tmp_path: Path) -> None:
        folder = self.series(hn1_copy)
        for name in (".DS_Store", "._1-01.dcm", "Thumbs.db", "DICOMDIR"):
            (folder / name).write_bytes(b"\0\5\x16\7" * 40)
        (case,) = open_cohort(manifest(tmp_path, f"case_id,image,mask\np1,{folder},m.nrrd\n"), "manifest")
        assert [str(note) for note in case.problems] == [
            f"W_CASE: 4 files of {folder.name} are no images and were ignored (.DS_Store, ._1-01.dcm, DICOMDIR)"
        ]
        assert open_image(case.images[0]).geometry.size_zyx[0] == 30

    def test_one_slice_stands_for_its_series_and_its_own_modality(self, hn1_copy: Path, tmp_path: Path) -> None:
        folder = self.series(hn1_copy)
        one = sorted(folder.glob("*.dcm"))[3]
        (case,) = open_cohort(manifest(tmp_path, f"case_id,image,mask\np1,{one},m.nrrd\n"), "manifest")
        (image,) = case.images
        assert (image.kind, image.modality, len(image.paths)) == (ImageKind.DICOM_SERIES, "CT", 30)
        assert (
            case.problems[0].sentence == f"{one.name} is one slice of a series; the 30 slices of its folder were read"
        )
        with pytest.raises(UsageError, match="line 2: modality is PT, but the DICOM files say CT"):
            open_cohort(manifest(tmp_path, f"case_id,image,mask,modality\np1,{one},m.nrrd,pt\n"), "manifest")

    def test_dicom_is_known_by_its_preamble_whatever_it_is_called(self, hn1_copy: Path, tmp_path: Path) -> None:
        folder = self.series(hn1_copy)
        named = folder / "slice.nii"
        sorted(folder.glob("*.dcm"))[0].rename(named)
        (case,) = open_cohort(manifest(tmp_path, f"case_id,image,mask\np1,{named},m.nrrd\n"), "manifest")
        assert case.images[0].kind is ImageKind.DICOM_SERIES

    def test_a_mask_is_known_by_its_preamble_too(self, hn1_copy: Path, tmp_path: Path) -> None:
        struct = next(path for path in hn1_copy.rglob("*.dcm") if "RTSTRUCT" in path.parent.name)
        plain = struct.rename(struct.with_suffix(".struct"))
        text = f"case_id,image,mask,roi\np1,{self.series(hn1_copy)},{plain},GTV-1\n"
        (case,) = open_cohort(manifest(tmp_path, text), "manifest")
        assert [(roi.name, roi.kind) for roi in case.rois] == [("GTV-1", MaskKind.RTSTRUCT)]


def test_a_tilde_that_names_no_user_is_a_name(tmp_path: Path) -> None:
    (case,) = open_cohort(manifest(tmp_path, "case_id,image,mask\np1,~nobody-here/a.nrrd,m.nrrd\n"), "manifest")
    assert case.images[0].paths == (str(tmp_path / "~nobody-here" / "a.nrrd"),)


def test_everyday_words_for_modalities_are_dicoms(tmp_path: Path) -> None:
    text = "case_id,image,mask,modality\np1,a.nrrd,m.nrrd,pet\np2,b.nrrd,m.nrrd,MRI\n"
    assert [case.images[0].modality for case in open_cohort(manifest(tmp_path, text), "manifest")] == ["PT", "MR"]
