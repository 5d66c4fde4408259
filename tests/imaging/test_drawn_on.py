"""The image a ROI was drawn on: the one its contours name, else the one their planes fit, else the CT."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.drawn_on import Drawn, choose_image, drawn_rois

FINE = Geometry((12, 8, 8), (3.0, 1.0, 1.0))
COARSE = Geometry((8, 8, 8), (5.0, 1.0, 1.0))
PLANES = np.array([[1.0, 1.0, z] for z in (6.0, 9.0, 12.0)])
IMAGES = (("pet", "PT", COARSE), ("ct", "CT", FINE))


def test_contours_name_their_image() -> None:
    drawn = Drawn(PLANES, ("1.1", "1.2", "1.3"))
    assert choose_image(drawn, IMAGES, {"1.1": "pet", "1.2": "pet", "1.3": "ct"}) == "pet"


def test_planes_tell_where_contours_name_nothing_that_is_there() -> None:
    assert choose_image(Drawn(PLANES, ("9.9",)), IMAGES, {"1.1": "pet"}) == "ct"
    assert choose_image(Drawn(PLANES * (1, 1, 5 / 3), ()), IMAGES, {}) == "pet"


def test_the_ct_is_chosen_where_nothing_tells() -> None:
    assert choose_image(None, IMAGES, {}) == "ct"
    assert choose_image(None, (("mr", "MR", None), ("pet", "PT", None)), {}) == "mr"


def test_first_points_and_named_images_are_read_by_roi_number(tmp_path: Path, make: Any) -> None:
    square = np.array([[0.0, 0, 3], [2, 0, 3], [2, 2, 3]])
    path = make.roi_file(tmp_path / "rs.dcm", [(7, "GTV", [("CLOSED_PLANAR", square)]), (8, "none", [])])
    drawn = drawn_rois(str(path))
    assert list(drawn) == [7]
    assert drawn[7].points_xyz_mm.tolist() == [[0.0, 0.0, 3.0]]
    assert drawn[7].image_uids == ()
    with pytest.raises(InputError, match="E_MISSING_FILE"):
        drawn_rois(str(tmp_path / "absent.dcm"))
