"""What the columns of the tables of perturbed states are: each once, with words, none without a file."""

from radpipe.tables.robustness_dictionary import ROBUSTNESS_FILES, robustness_dictionary


def test_each_column_of_each_file_is_a_row_in_its_order() -> None:
    book = robustness_dictionary()
    assert book.columns.tolist() == ["file", "column", "unit", "meaning"]
    for file, columns in ROBUSTNESS_FILES.items():
        assert book.loc[book["file"] == file, "column"].tolist() == list(columns)
    assert not book.duplicated(["file", "column"]).any()
    assert (book["meaning"].str.len() > 5).all()


def test_units_stand_with_what_they_measure() -> None:
    units = robustness_dictionary().set_index("column")["unit"]
    assert (units["diag_angle_degrees"], units["diag_contour_mm"], units["icc"]) == ("degrees", "mm", "")
