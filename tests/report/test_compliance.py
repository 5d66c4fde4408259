"""IBSI's table as a page: counts of each configuration, what is missed first, and words that stay words."""

from dataclasses import dataclass
from pathlib import Path

from radpipe.report.compliance import write_compliance_page

from .reader import read


@dataclass(frozen=True)
class Row:
    """A value beside its reference."""

    configuration: str
    feature: str
    value: float
    reference: float
    met: bool
    family: str = "morphology"
    ibsi_code: str = "RNU0"
    aggregation: str = ""
    tolerance: float = 4.0


ROWS = (
    Row("phantom", "Volume", 556.3333333, 556.0, met=True),
    Row("A", "Volume", 358000.0, 358000.0, met=True),
    Row("A", "Surface <b>area</b>", 35700.0, 36100.0, met=False),
    Row("1.a", "Mean", 1.5, 1.5, met=True),
)


def words(tmp_path: Path) -> str:
    write_compliance_page(ROWS, tmp_path / "page.html")
    return read(tmp_path / "page.html").words


def test_values_are_counted_in_sum_and_for_each_configuration(tmp_path: Path) -> None:
    told = words(tmp_path)
    assert "3 of 4 reference values of IBSI are met" in told
    assert "Digital phantom 1 1 CT phantom, configuration A 2 1 IBSI-2, filtered image 1.a 1 1" in told


def test_what_is_missed_is_a_table_of_its_own(tmp_path: Path) -> None:
    told = words(tmp_path)
    assert told.count("Surface <b>area</b> RNU0 35700 36100 4 no") == 2  # among the missed, and in its configuration
    assert told.count("Volume RNU0 358000 358000 4 yes") == 1


def test_values_have_six_digits(tmp_path: Path) -> None:
    assert "Volume RNU0 556.333 556 4 yes" in words(tmp_path)


def test_the_source_of_the_values_is_named(tmp_path: Path) -> None:
    assert "arXiv:1612.07003" in words(tmp_path)
