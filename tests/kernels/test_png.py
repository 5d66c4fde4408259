"""Lines of 8-bit grey are unfiltered as the specification says; whole pictures: tests/imaging/test_grey_png.py."""

import numpy as np
import pytest

from radpipe.kernels import png
from radpipe.kernels.png import unfiltered


@pytest.mark.parametrize("kind", range(5))
def test_uncompiled_filters_give_the_same(kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = np.random.default_rng(kind).integers(0, 256, (6, 9)).astype(np.uint8)
    lines[:, 0] = kind
    compiled, unknown = unfiltered(lines)
    assert unknown == 0
    for name in (
        "_add_left",
        "_add_average",
        "_add_nearest",
        "_add_nearest_between",
        "_add_nearest_to_four",
        "_nearest",
    ):
        monkeypatch.setattr(png, name, getattr(png, name).py_func)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(unfiltered.py_func(lines)[0], compiled)  # type: ignore[attr-defined]


def test_filters_by_hand() -> None:
    # Row 1, left: 5, 5 + 3, 8 + 250 - 256; row 2, nearest of left, above and between: 1 + 5, 1 + 8 (6 + 8 - 5 = 9 is
    # nearest to 8), 1 + 2 (9 + 2 - 8 = 3 is nearest to 2).
    lines = np.array([[1, 5, 3, 250], [4, 1, 1, 1]], dtype=np.uint8)
    assert unfiltered(lines)[0].tolist() == [[5, 8, 2], [6, 9, 3]]


@pytest.mark.parametrize("columns", [1, 3, 4, 5, 33])
@pytest.mark.parametrize("kinds", ["4444", "04444", "444424444", "4444444", "14444444", "44"])
def test_four_lines_of_the_nearest_at_once_are_those_one_by_one(columns: int, kinds: str) -> None:
    lines = np.random.default_rng(len(kinds)).integers(0, 256, (len(kinds), columns + 1)).astype(np.uint8)
    lines[:, 0] = [int(kind) for kind in kinds]
    above, expected = np.zeros(columns + 1, dtype=int), []
    for kind, *rest in lines.tolist():
        row = [0]
        for x, value in enumerate(rest, 1):
            left, up, between = row[-1], int(above[x]), int(above[x - 1])
            nearest = min((left, up, between), key=lambda pixel: abs(left + up - between - pixel))
            row.append((value + (0, left, up, 0, nearest)[kind]) % 256)
        above = np.array(row)
        expected.append(row[1:])
    assert unfiltered(lines)[0].tolist() == expected


def test_lines_of_an_unknown_filter_are_counted() -> None:
    assert unfiltered(np.array([[0, 1], [5, 1], [9, 1]], dtype=np.uint8))[1] == 2
