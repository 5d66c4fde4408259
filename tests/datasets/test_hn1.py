"""HN1 with PET: SUV by body weight, the CT's contours on the PET's grid, a missing tag, another spacing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from radpipe.cohort import Case, ImageRef, MaskKind
from radpipe.datasets import open_cohort
from radpipe.errors import InputError
from radpipe.imaging.open import open_image, open_mask

Layout = Callable[[str], Path]


def pet_of(case: Case) -> ImageRef:
    (image,) = [image for image in case.images if image.modality == "PT"]
    return image


RTSTRUCT = "01-01-2010-synthetic/1.000000-RTSTRUCT"


def test_activity_becomes_suv(layout: Layout) -> None:
    volume = open_image(pet_of(open_cohort(layout("hn1"), "hn1").cases[0]))
    # 70 kg, 3e8 Bq injected 3600 s before the scan's start, half-life 6586.2 s: dose 3e8 * 2^(-3600/6586.2).
    factor = 70_000 / (3e8 * 2 ** (-3600 / 6586.2))
    assert volume.unit == "SUVbw"
    assert float(volume.array.min()) == pytest.approx(5000 * factor, rel=1e-6)
    assert float(volume.array.max()) == pytest.approx(20000 * factor, rel=1e-6)


def test_contours_of_the_ct_are_filled_there_and_brought_to_the_pet(layout: Layout) -> None:
    case = open_cohort(layout("hn1"), "hn1").cases[0]
    (gtv,) = [roi for roi in case.rois if roi.name == "GTV-1"]
    ct, pet = (open_image(image) for image in case.images)
    on_ct, on_pet = open_mask(gtv, ct.geometry), open_mask(gtv, pet.geometry)
    assert on_pet.geometry.same_grid(pet.geometry)
    assert "W_RESAMPLED_MASK" in {note.code for note in on_pet.notes}
    assert on_pet.volume_mm3 == pytest.approx(on_ct.volume_mm3, rel=0.15)


def test_a_pet_without_weight_names_the_tag(layout: Layout) -> None:
    with pytest.raises(InputError, match=r"E_SUV.*PatientWeight"):
        open_image(pet_of(open_cohort(layout("hn1"), "hn1").cases[1]))


def test_one_patient_has_another_spacing(layout: Layout) -> None:
    spacings = [
        image.geometry.spacing_zyx_mm
        for case in open_cohort(layout("hn1"), "hn1")
        for image in case.images
        if image.modality == "CT" and image.geometry is not None
    ]
    assert spacings == [(3.0, 2.5, 2.5), (3.0, 2.5, 2.5), (2.0, 1.5, 1.5), (3.0, 2.5, 2.5)]


def test_a_roi_in_rtstruct_and_seg_is_kept_once_by_hn1(hn1_cohort: Path) -> None:
    plain = open_cohort(hn1_cohort, "dicom").cases[0]
    assert sum(roi.name == "GTV-1" for roi in plain.rois) == 2
    (gtv,) = [roi for roi in open_cohort(hn1_cohort, "hn1").cases[0].rois if roi.name == "GTV-1"]
    assert gtv.kind is MaskKind.RTSTRUCT
    assert gtv.twin is not None
    assert gtv.twin.path.endswith(".dcm")


def test_a_seg_without_rtstruct_is_taken(hn1_copy: Path) -> None:
    shutil.rmtree(hn1_copy / "HN1001" / RTSTRUCT)
    (roi,) = open_cohort(hn1_copy, "hn1").cases[0].rois
    assert (roi.name, roi.kind) == ("GTV-1", MaskKind.DICOM_SEG)
