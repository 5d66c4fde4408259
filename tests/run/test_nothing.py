"""A selection that meets nothing is refused with the names that are there."""

import pytest

from radpipe.cohort import Case, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import Note, NothingUsableError
from radpipe.rois import RoiRule
from radpipe.run.nothing import refuse_nothing


def case_of(name: str, *rois: str, problems: tuple[Note, ...] = ()) -> Case:
    image = ImageRef(name, "1", "PT", ImageKind.ITK_FILE, ("/a.nrrd",))
    found = tuple(RoiRef(f"{n}", roi, MaskKind.ITK_FILE, "/m.nrrd", None, ("1",)) for n, roi in enumerate(rois))
    return Case(name, (image,), found, problems)


CASES = (case_of("a", "GTV-1", "Brain"), case_of("b", "GTV-1"))


def test_a_misspelt_roi_is_refused_with_the_name_that_was_meant() -> None:
    with pytest.raises(
        NothingUsableError,
        match=r"--roi gtv1: nothing is measured; did you mean GTV-1\? 2 cases hold GTV-1 \(2\), Brain \(1\)",
    ):
        refuse_nothing(CASES, RoiRule(("gtv1",)), ())


def test_an_absent_modality_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(NothingUsableError, match=r"--modality CT: nothing is measured; 2 cases hold PT \(2\)"):
        refuse_nothing(CASES, RoiRule(), ("ct",))


@pytest.mark.parametrize("modality", ["PT", "pet", "PET"])
def test_what_meets_something_passes(modality: str) -> None:
    assert refuse_nothing(CASES, RoiRule(("gtv-1", "none")), (modality,)) is None


def test_a_damaged_file_may_hold_what_is_asked_for() -> None:
    note = Note.of("E_DAMAGED_FILE", count=1, first="rs.dcm", reason="cut")
    assert refuse_nothing((case_of("a", "Brain", problems=(note,)),), RoiRule(("GTV-1",)), ()) is None


def test_a_long_list_of_names_is_cut() -> None:
    many = case_of("a", *(f"ROI{n:02d}" for n in range(15)))
    with pytest.raises(NothingUsableError, match=r"and 3 more names"):
        refuse_nothing((many,), RoiRule(("xyz",)), ())
