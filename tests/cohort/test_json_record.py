"""JSON of another shape is refused by field."""

import pytest

from radpipe.cohort import ImageRef, MaskKind, RoiRef, known_keys
from radpipe.cohort.json_record import geometry_of

from .made import GRID, IMAGE, ROI


def test_json_of_another_shape_is_refused_by_field() -> None:
    with pytest.raises(ValueError, match=r"^RoiRef: twin is missing, facts is unknown$"):
        known_keys({**{name: word for name, word in ROI.to_json().items() if name != "twin"}, "facts": {}}, RoiRef)
    with pytest.raises(ValueError, match=r"^ImageRef: columns is missing$"):
        ImageRef.from_json({name: word for name, word in IMAGE.to_json().items() if name != "columns"})
    with pytest.raises(ValueError, match="'tape' is not a valid MaskKind"):
        RoiRef.from_json(ROI.to_json() | {"kind": "tape"})
    assert RoiRef.from_json(ROI.to_json()).kind is MaskKind.RTSTRUCT


def test_a_grid_that_is_not_known_stays_unknown() -> None:
    assert geometry_of(None) is None
    assert geometry_of(GRID.to_json()) == GRID
