"""TG-263 names: found when asked for, recorded, and off by default."""

from pathlib import Path

import pytest

from radpipe.cohort import Case, Cohort, MaskKind, RoiRef
from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.datasets.roi_dictionary import open_dictionary, standard_name, translated
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
        ("Parotide gauche", "Parotid_L"),
        ("Ohrspeicheldrüse re", "Parotid_R"),
        ("Sehnerv_li", "OpticNrv_L"),
        ("Nerf optique droit", "OpticNrv_R"),
        ("Oogzenuw rechts", "OpticNrv_R"),
        ("Onderkaak", "Bone_Mandible"),
        ("Lobe temporal gauche", "Lobe_Temporal_L"),
        ("PCM_sup", "Musc_Constrict_S"),
        ("Eyes", "Eyes"),
        ("Jaw", None),  # one jaw or both
        ("Mouth", None),
        ("Moelle", None),  # cord or marrow
        ("Neck-Left", None),  # TG-263 has lymph node levels, no neck
        ("Oral-Cavity", "Cavity_Oral"),
        ("Brain", "Brain"),
        ("Cochlea-Left", "Cochlea_L"),
        ("Bone_Mandible", "Bone_Mandible"),
        ("left parotid", "Parotid_L"),
        ("ParotidR", "Parotid_R"),
        ("OpticNrv_L", "OpticNrv_L"),
        ("GTV-1", None),
        ("GTVp", "GTVp"),
        ("gtv_P1", "GTVp1"),
        ("GTV T", "GTVp"),
        ("GTV-N-2", "GTVn2"),
        ("CTVnodal", "CTVn"),
        ("GTV Lymphknoten", "GTVn"),
        ("PTV_70", None),
        ("GTVpn", None),
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
    from radpipe.run.opened import open_targets
    from radpipe.run.plan import Selection, plan

    cohort = open_cohort(hn1_cohort, "hn1", options=DatasetOptions(roi_dictionary="tg263"))
    wanted = Selection(RoiRule(("Parotid_L",)), ("CT",), (cohort.cases[0].case_id,))
    (task,) = plan(cohort, wanted, load_params("ct_native"), engine="native").tasks
    _, masks = open_targets(task)
    notes = getattr(masks["Parotid_L"], "notes", ())
    assert "W_ROI_TRANSLATED: Parotid-Left was taken for Parotid_L, as --roi-dictionary says" in map(str, notes)


def test_what_is_neither_tg263_nor_a_file_is_refused() -> None:
    with pytest.raises(UsageError, match="write tg263, or the name of a CSV file with the columns found,standard"):
        DatasetOptions(roi_dictionary="snomed")


def test_a_dictionary_of_ones_own(hn1_cohort: Path, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("\ufefffound;count;standard\n gtv-1 ;5;Primary\nParotid-Left;5;\n", encoding="utf-8")
    options = DatasetOptions(roi_dictionary=str(path))
    names = [roi.name for roi in open_cohort(hn1_cohort, "hn1", options=options).cases[0].rois]
    assert "Primary" in names
    assert "Parotid-Left" in names
    assert "GTV-1" not in names
    assert options.to_json()["roi_dictionary"] == "names.csv"
    path.write_text("found,standard\nA,B\na,C\n")
    with pytest.raises(UsageError, match="row 3: a is B already"):
        DatasetOptions(roi_dictionary=str(path))
    path.write_text("name,standard\nA,B\n")
    with pytest.raises(UsageError, match="column found is missing; its first line is 'name,standard'"):
        DatasetOptions(roi_dictionary=str(path))


def test_two_rois_that_would_get_one_name_keep_theirs_and_it_is_told() -> None:
    rois = tuple(
        RoiRef(str(i), name, MaskKind.RTSTRUCT, "rs.dcm", i, ("CT",))
        for i, name in enumerate(("Parotis li", "parotid_l"))
    )
    cohort = translated(Cohort("dicom", "", (Case("p1", (), rois),)), open_dictionary("tg263"))
    assert [roi.name for roi in cohort.cases[0].rois] == ["Parotis li", "parotid_l"]
    assert [note.sentence for note in cohort.problems] == [
        "Parotis li and parotid_l would all be Parotid_L (1 times in one file); they keep their names"
    ]
