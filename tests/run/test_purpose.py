"""Settings made for one modality and unit are not used on another without a word, nor bins that mean nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import ParameterError, Policy
from radpipe.features.params import Params, Purpose
from radpipe.features.params_file import load_params, parse_params, preset_names
from radpipe.outcome import Outcome, Status
from radpipe.run.plan import Selection, plan
from radpipe.run.worker import outcomes_of

WARN = Policy.parse(["E_PRESET_MODALITY=warn"])


def cohort(folder: Path, modality: str, highest: int = 1000) -> Cohort:
    """One image with values 0 .. highest, and a ROI of all but its rim."""
    values = np.linspace(0, highest, 10 * 10 * 10).reshape(10, 10, 10).astype(np.int16)
    inside = np.zeros(values.shape, np.uint8)
    inside[1:-1, 1:-1, 1:-1] = 1
    for name, array in (("image", values), ("mask", inside)):
        sitk.WriteImage(sitk.GetImageFromArray(array), folder / f"{name}.nrrd")
    image = ImageRef("p1", modality, modality, ImageKind.ITK_FILE, (str(folder / "image.nrrd"),))
    roi = RoiRef("1", "GTV", MaskKind.ITK_FILE, str(folder / "mask.nrrd"), 1, (modality,))
    return Cohort("made", str(folder), (Case("p1", (image,), (roi,)),))


def measured(made: Cohort, params: Params, policy: Policy | None = None) -> Outcome:
    (task,) = plan(made, Selection(), params, engine="native", policy=policy).tasks
    (outcome,) = outcomes_of(task)
    return outcome


def codes(outcome: Outcome) -> set[str]:
    return {note.code for note in outcome.warnings}


def test_a_preset_of_another_modality_is_a_skipped_row_that_names_both(tmp_path: Path) -> None:
    planned = plan(cohort(tmp_path, "PT"), Selection(), load_params("ct_native"), engine="native")
    assert planned.tasks == ()
    (row,) = planned.rows
    assert (row.roi, row.status, row.code) == ("GTV", "skipped", "E_PRESET_MODALITY")
    assert row.message.startswith("p1, GTV: ct_native is for CT in HU; the image is PT. Do: name a preset for it")


def test_a_policy_measures_all_the_same_and_the_row_tells(tmp_path: Path) -> None:
    outcome = measured(cohort(tmp_path, "PT"), load_params("ct_native"), WARN)
    assert outcome.status is Status.OK
    (note,) = [note for note in outcome.warnings if note.code == "E_PRESET_MODALITY"]
    assert note.sentence == "ct_native is for CT in HU; the image is PT in SUVbw units"


def test_a_unit_that_does_not_fit_is_a_failed_row(tmp_path: Path) -> None:
    mr_in_suv = replace(load_params("pet"), purpose=Purpose(("MR",), "SUVbw"))
    outcome = measured(cohort(tmp_path, "MR"), mr_in_suv)
    assert (outcome.status, outcome.code) == (Status.FAILED, "E_PRESET_MODALITY")
    assert "pet is for MR in SUVbw; the image is MR in arbitrary units" in outcome.message


@pytest.mark.parametrize(("preset", "modality"), [("ct_native", "CT"), ("pet", "PT"), ("mr_t1", "MR"), ("pet", "OT")])
def test_what_fits_and_what_nobody_told_is_measured_without_a_word(tmp_path: Path, preset: str, modality: str) -> None:
    outcome = measured(cohort(tmp_path, modality, 300 if modality == "CT" else 5), load_params(preset))
    assert outcome.status is Status.OK
    assert "E_PRESET_MODALITY" not in codes(outcome)


def test_every_preset_says_what_it_is_for() -> None:
    assert all(load_params(name).purpose.modalities and load_params(name).purpose.unit for name in preset_names())


def test_settings_without_a_purpose_are_for_any_image(tmp_path: Path) -> None:
    assert measured(cohort(tmp_path, "US"), parse_params({"featureClass": {"glcm": None}})).status is Status.OK


# A ROI of values 111 .. 888: bins of 200 have edges at 0, 200 ... 1000; of 0.5, 1,555.
@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"binWidth": 200}, {"W_FEW_BINS"}),
        ({"binCount": 7}, {"W_FEW_BINS"}),
        ({"binCount": 8}, set()),
        ({"binWidth": 25}, set()),
        ({"binCount": 1000}, set()),
        ({"binCount": 1001}, {"W_MANY_BINS"}),
        ({"binWidth": 0.5}, {"W_MANY_BINS"}),
    ],
)
def test_bins_too_few_or_too_many_are_told(tmp_path: Path, setting: dict[str, object], told: set[str]) -> None:
    params = parse_params({"featureClass": {"glcm": ["Contrast"]}, "setting": setting})
    assert codes(measured(cohort(tmp_path, "CT"), params)) & {"W_FEW_BINS", "W_MANY_BINS"} == told
    no_texture = parse_params({"featureClass": {"shape": None}, "setting": setting})
    assert not codes(measured(cohort(tmp_path, "CT"), no_texture)) & {"W_FEW_BINS", "W_MANY_BINS"}


def test_the_sentence_names_bins_and_limit_and_a_policy_refuses_them(tmp_path: Path) -> None:
    params = parse_params({"featureClass": {"glcm": ["Contrast"]}, "setting": {"binCount": 4}})
    outcome = measured(cohort(tmp_path, "CT"), params, Policy.parse(["W_FEW_BINS=error"]))
    assert (outcome.status, outcome.code, outcome.vector) == (Status.FAILED, "W_FEW_BINS", None)
    assert "the ROI's values fall into 4 bins, fewer than 8" in outcome.message
    many = parse_params({"featureClass": {"glcm": ["Contrast"]}, "setting": {"binCount": 1100}})
    (note,) = [note for note in measured(cohort(tmp_path, "CT"), many).warnings if note.code == "W_MANY_BINS"]
    assert note.sentence == "the ROI's values fall into 1100 bins, more than 1000"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ({"modality": 3}, r"radpipe\.for\.modality is 3; allowed: a list of DICOM's modalities"),
        ({"unit": "SUV"}, r"radpipe\.for\.unit is 'SUV'; allowed: HU or SUVbw or arbitrary"),
        ({"modalty": ["CT"]}, r"radpipe\.for\.modalty is unknown; did you mean modality\?"),
        (["CT"], r"radpipe\.for must be a mapping, is \['CT'\]"),
    ],
)
def test_a_purpose_that_is_none_is_refused(written: object, fault: str) -> None:
    with pytest.raises(ParameterError, match=fault):
        parse_params({"radpipe": {"for": written}})


def test_a_mask_that_fills_the_image_is_refused_as_by_pyradiomics_unless_a_policy_measures_it(tmp_path: Path) -> None:
    made = cohort(tmp_path, "CT")
    sitk.WriteImage(sitk.GetImageFromArray(np.ones((10, 10, 10), np.uint8)), tmp_path / "mask.nrrd")
    params = parse_params({"featureClass": {"glcm": None}})
    told = measured(made, params, Policy.parse(["E_WHOLE_IMAGE=warn"]))
    assert told.status is Status.OK
    assert "E_WHOLE_IMAGE" in codes(told)
    refused = measured(made, params)
    assert (refused.code, refused.status) == ("E_WHOLE_IMAGE", Status.FAILED)
    assert "the mask fills the whole image" in refused.message
