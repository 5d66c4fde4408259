"""Small tables beside images, and the grids of image files, read by their headers."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.datasets.side_tables import grid_of_file, number_of, read_table, rows_of
from radpipe.errors import UsageError


def test_the_published_scores_are_read(shared_data: Path) -> None:
    scores = read_table(shared_data / "chestxray14" / "rca_dice_scores.csv")
    assert len(scores) == 2000
    assert scores["00000001_000_labels.png"] == {"dice": "0.95273715"}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [("case,note\n a1 , left\n\na2,right\n", "utf-8-sig"), ("case;note\na1;left\na2;right\n", "utf-8"),
     ("case\tnote\na1\tleft\na2\tright\n", "latin-1")],
)  # fmt: skip
def test_separators_marks_blanks_and_empty_rows_do_not_matter(tmp_path: Path, content: str, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes(content.encode(encoding))
    assert rows_of(tmp_path / "t.csv") == [["case", "note"], ["a1", "left"], ["a2", "right"]]
    assert read_table(tmp_path / "t.csv") == {"a1": {"note": "left"}, "a2": {"note": "right"}}


def test_letters_that_are_no_utf_8_are_latin_and_cells_may_hold_the_separator(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes('case,site\nMüller,"larynx, left"\n'.encode("latin-1"))
    assert read_table(tmp_path / "t.csv") == {"Müller": {"site": "larynx, left"}}


def test_a_case_in_two_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("case,x\na1,1\na1,2\n")
    with pytest.raises(UsageError, match=r"t\.csv: a1 stands in two rows"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(("word", "number"), [("0,75", 0.75), ("1", 1.0), ("", None), (None, None), ("many", None)])
def test_a_number_may_have_a_decimal_comma(word: str | None, number: float | None) -> None:
    assert number_of(word) == number


def test_the_grid_of_a_file_is_read_from_its_header(tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(np.zeros((3, 4, 5), np.int16))
    image.SetSpacing((0.5, 0.6, 3.0))
    image.SetOrigin((1.0, 2.0, 3.0))
    sitk.WriteImage(image, tmp_path / "a.nrrd")
    grid = grid_of_file(tmp_path / "a.nrrd")
    assert grid is not None
    assert (grid.size_zyx, grid.spacing_zyx_mm, grid.origin_xyz_mm) == ((3, 4, 5), (3.0, 0.6, 0.5), (1.0, 2.0, 3.0))


def test_a_file_that_is_no_volume_promises_no_grid(tmp_path: Path) -> None:
    (tmp_path / "a.nrrd").write_text("no image")
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((4, 5), np.int16)), tmp_path / "flat.nrrd")
    assert [grid_of_file(tmp_path / name) for name in ("a.nrrd", "flat.nrrd", "none.nrrd")] == [None] * 3
