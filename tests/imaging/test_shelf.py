"""A shelf keeps one file: its ROIs are read once, and nothing of another file is taken for it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from radpipe.cohort import MaskKind, RoiRef
from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.open import open_mask
from radpipe.imaging.shelf import Shelf

GRID = Geometry((1, 4, 6), (1.0, 1.0, 1.0))


def test_a_file_is_read_once_until_another_takes_its_place() -> None:
    read: list[str] = []
    shelf = Shelf()

    def reader(path: str) -> str:
        read.append(path)
        return f"content of {path}"

    for path in ("a", "a", "b", "a"):
        assert shelf.once(path, lambda path=path: reader(path)) == f"content of {path}"  # type: ignore[misc]
    assert read == ["a", "b", "a"]


def test_a_file_that_cannot_be_read_is_asked_again_and_leaves_nothing() -> None:
    shelf = Shelf()
    shelf.once("a", lambda: 1)

    def fail() -> int:
        message = "gone"
        raise OSError(message)

    for path in ("b", "b", "a"):
        with pytest.raises(OSError, match="gone"):
            shelf.once(path, fail)


def test_labels_of_one_picture_are_opened_from_one_reading(tmp_path: Path) -> None:
    labels = np.array([[0, 1, 1, 0, 2, 2]] * 4, dtype=np.uint8)
    path = tmp_path / "labels.png"
    Image.fromarray(labels).save(path)
    shelf = Shelf()
    rois = [RoiRef(f"roi{k}", f"roi{k}", MaskKind.PLANAR, str(path), k, ()) for k in (1, 2, 3)]
    left = open_mask(rois[0], GRID, shelf=shelf)
    path.unlink()
    right = open_mask(rois[1], GRID, shelf=shelf)
    assert np.array_equal(left.full_array()[0], labels == 1)
    assert np.array_equal(right.full_array()[0], labels == 2)
    with pytest.raises(InputError, match="E_LABEL_MISSING"):
        open_mask(rois[2], GRID, shelf=shelf)
    with pytest.raises(InputError, match="E_MISSING_FILE"):
        open_mask(rois[1], GRID)
