"""Manifests: each row measures its own files, and whatever is doubtful is refused by its line."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.datasets import open_cohort
from radpipe.features.params_file import parse_params
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


def test_a_tilde_that_names_no_user_is_a_name(tmp_path: Path) -> None:
    (case,) = open_cohort(manifest(tmp_path, "case_id,image,mask\np1,~nobody-here/a.nrrd,m.nrrd\n"), "manifest")
    assert case.images[0].paths == (str(tmp_path / "~nobody-here" / "a.nrrd"),)


def test_everyday_words_for_modalities_are_dicoms(tmp_path: Path) -> None:
    text = "case_id,image,mask,modality\np1,a.nrrd,m.nrrd,pet\np2,b.nrrd,m.nrrd,MRI\n"
    assert [case.images[0].modality for case in open_cohort(manifest(tmp_path, text), "manifest")] == ["PT", "MR"]
