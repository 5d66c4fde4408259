"""The image that a row of a manifest names: a file, a folder of DICOM, or one DICOM file of a series."""

from pathlib import Path

import pytest

from radpipe.cohort import ImageKind, MaskKind
from radpipe.datasets import open_cohort
from radpipe.errors import UsageError
from radpipe.imaging.open import open_image


def manifest(folder: Path, text: str, name: str = "m.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


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
