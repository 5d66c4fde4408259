"""Pictures as JSON values: what the page reads."""

import base64
import json

import numpy as np

from radpipe.drawing.picture_values import ImagePictures, RoiPictures, Tile
from radpipe.drawing.planes import planes_of
from radpipe.geometry import Geometry

TILE = Tile(0, 7, "largest area", (10, 20, 30, 40), (b"\xff\xd8one", b"two"), 2)
ROI = RoiPictures("GTV-1", ("soft tissue",), (TILE,), TILE, 7, 12)


def test_a_tile_has_its_pictures_as_text() -> None:
    record = json.loads(json.dumps(TILE.to_json()))
    assert [base64.b64decode(text) for text in record["jpegs"]] == list(TILE.jpegs)
    assert (record["axis"], record["index"], record["box"], record["reduced"]) == (0, 7, [10, 20, 30, 40], 2)


def test_outlines_name_rois_by_their_place_and_planes_have_their_counts() -> None:
    grid = Geometry((30, 90, 80), (3.0, 1.0, 1.0))
    other = RoiPictures("Cord", ("soft tissue",), (), TILE, 7, 12)
    outlines = {0: {7: {"Cord": "M0 0h1v1h-1z"}}, 1: {}, 2: {}}
    pictures = ImagePictures(planes_of(grid), ((0.0, 3.0), (0.0, 1.0), (0.0, 1.0)), (ROI, other), outlines)
    assert pictures.counts == (30, 90, 80)
    record = pictures.to_json()
    assert record["outlines"][0] == {"7": {"1": "M0 0h1v1h-1z"}}
    assert [plane["count"] for plane in record["planes"]] == [30, 90, 80]
    np.testing.assert_allclose([plane["step"] for plane in record["planes"]], [3.0, 1.0, 1.0])
