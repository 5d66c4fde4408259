"""TG-263 names: found when asked for, recorded, and off by default."""

from pathlib import Path

import pytest

from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.datasets.roi_dictionary import standard_name
from radpipe.errors import UsageError
from radpipe.rois import RoiRule


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ("Spinal-Cord", "SpinalCord"),
        ("Parotid-Left", "Parotid_L"),
        ("Parotid-Right", "Parotid_R"),
        ("Submandibular-Gland-Right", "Glnd_Submand_R"),
        ("Medulla-Oblongata", None),  # a part of the brainstem, not the brainstem
        ("SpinalCanal", "SpinalCanal"),
        ("Rückenmark", "SpinalCord"),
        ("Ruggenmerg", "SpinalCord"),
        ("Moelle épinière", "SpinalCord"),
        ("Speiseröhre", "Esophagus"),
        ("Plexus brachialis links", "BrachialPlex_L"),
        ("TMJ_R", "Joint_TM_R"),
        ("Parotide", None),
        ("Neck-Left", "Neck_L"),
        ("Oral-Cavity", "Cavity_Oral"),
        ("Brain", "Brain"),
        ("Cochlea-Left", "Cochlea_L"),
        ("Bone_Mandible", "Bone_Mandible"),
        ("left parotid", "Parotid_L"),
        ("ParotidR", "Parotid_R"),
        ("OpticNrv_L", "OpticNrv_L"),
        ("GTV-1", None),
        ("Parotid L-R", None),
        ("", None),
    ],
)
def test_names_of_hn1_hanseg_and_protocols(found: str, name: str | None) -> None:
    assert standard_name(found) == name


def test_a_dictionary_is_off_unless_asked(hn1_cohort: Path) -> None:
    assert "Parotid-Left" in {roi.name for roi in open_cohort(hn1_cohort, "hn1").cases[0].rois}


def test_asked_names_find_the_rois_and_the_found_name_still_does(hn1_cohort: Path) -> None:
    cohort = open_cohort(hn1_cohort, "hn1", options=DatasetOptions(roi_dictionary="tg263"))
    for pattern in ("Parotid_L", "Parotid-Left"):
        (target,), missing = RoiRule((pattern,)).select(cohort.cases[0].rois)
        assert (target.name, missing) == ("Parotid_L", ())
        assert target.rois[0].found_name == "Parotid-Left"
    assert "Parotid-Left (5 ROIs) was taken for Parotid_L" in " ".join(note.sentence for note in cohort.problems)


def test_the_row_records_the_translation(hn1_cohort: Path) -> None:
    from radpipe.features.params_file import load_params
    from radpipe.run.plan import Selection, plan
    from radpipe.run.worker import open_targets

    cohort = open_cohort(hn1_cohort, "hn1", options=DatasetOptions(roi_dictionary="tg263"))
    wanted = Selection(RoiRule(("Parotid_L",)), ("CT",), (cohort.cases[0].case_id,))
    (task,) = plan(cohort, wanted, load_params("ct_native"), engine="native").tasks
    _, masks = open_targets(task)
    notes = getattr(masks["Parotid_L"], "notes", ())
    assert "W_ROI_TRANSLATED: Parotid-Left was taken for Parotid_L by dictionary tg263" in map(str, notes)


def test_an_unknown_dictionary_is_refused() -> None:
    with pytest.raises(UsageError, match="the only dictionary is tg263"):
        DatasetOptions(roi_dictionary="snomed")
