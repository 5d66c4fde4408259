"""PNG radiographs and label pictures in all the modes that they come in."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image

from radpipe.cohort import ImageKind, ImageRef, MaskKind
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.open import open_image, open_mask

GRAY = (np.arange(64 * 48) % 251).astype(np.uint8).reshape(64, 48)


def image_of(folder: Path, picture: Image.Image, *policy: str) -> Any:
    picture.save(folder / "a.png")
    ref = ImageRef("case", "image", "CR", ImageKind.PLANAR, (str(folder / "a.png"),))
    return open_image(ref, Policy.parse(policy))


def test_a_grey_picture_is_one_slice_of_spacing_one(tmp_path: Path) -> None:
    volume = image_of(tmp_path, Image.fromarray(GRAY))
    assert_array_equal(volume.array[0], GRAY)
    assert volume.geometry == Geometry((1, 64, 48), (1.0, 1.0, 1.0))
    assert volume.notes == ()


def test_sixteen_bits_are_kept(tmp_path: Path) -> None:
    deep = GRAY.astype(np.uint16) * 257
    assert_array_equal(image_of(tmp_path, Image.fromarray(deep)).array[0], deep)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA"])
def test_channels_that_agree_are_one_and_told(tmp_path: Path, mode: str) -> None:
    volume = image_of(tmp_path, Image.fromarray(GRAY).convert(mode))
    assert_array_equal(volume.array[0], GRAY)
    assert [str(note) for note in volume.notes] == [f"W_CHANNELS: the PNG is {mode} with equal channels; one was taken"]


def test_colours_are_refused(tmp_path: Path) -> None:
    colour = np.stack([GRAY, GRAY, GRAY[::-1]], axis=-1)
    with pytest.raises(InputError, match=r"E_NOT_GRAY  case: .*a\.png"):
        image_of(tmp_path, Image.fromarray(colour))


@pytest.mark.parametrize("length", [0, 20, 300, -30])
def test_a_cut_picture_is_refused(tmp_path: Path, length: int) -> None:
    image_of(tmp_path, Image.fromarray(np.random.default_rng(3).integers(0, 255, (64, 48), dtype=np.uint8)))
    path = tmp_path / "a.png"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(InputError, match="E_UNREADABLE"):
        open_image(ImageRef("case", "image", "CR", ImageKind.PLANAR, (str(path),)))


class TestMasks:
    labels = np.zeros((32, 24), dtype=np.uint8)
    labels[4:20, 3:9] = 1
    labels[4:20, 14:20] = 2
    grid = Geometry((1, 64, 48), (1.0, 1.0, 1.0))

    def open(self, folder: Path, make: Any, picture: Image.Image, label: int | None, *policy: str) -> Any:
        picture.save(folder / "m.png")
        ref = make.roi_ref(folder / "m.png", label, MaskKind.PLANAR)
        return open_mask(ref, self.grid, Policy.parse(policy))

    def test_a_smaller_mask_is_resized_and_told(self, tmp_path: Path, make: Any) -> None:
        mask = self.open(tmp_path, make, Image.fromarray(self.labels), 2)
        assert_array_equal(mask.full_array()[0], np.kron(self.labels == 2, np.ones((2, 2), dtype=bool)))
        assert [note.code for note in mask.notes] == ["W_MASK_RESIZED"]
        assert "32 x 24" in mask.notes[0].sentence
        with pytest.raises(InputError, match="W_MASK_RESIZED"):
            self.open(tmp_path, make, Image.fromarray(self.labels), 2, "W_MASK_RESIZED=error")

    def test_labels_of_a_palette_picture_are_its_indices(self, tmp_path: Path, make: Any) -> None:
        picture = Image.fromarray(self.labels, mode="L").convert("P")
        picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
        assert self.open(tmp_path, make, picture, 2).voxel_count == 4 * 16 * 6

    def test_a_missing_label_and_another_shape_are_refused(self, tmp_path: Path, make: Any) -> None:
        with pytest.raises(InputError, match="E_LABEL_MISSING"):
            self.open(tmp_path, make, Image.fromarray(self.labels), 7)
        with pytest.raises(InputError, match="E_GRID_MISMATCH"):
            self.open(tmp_path, make, Image.fromarray(self.labels[:-1]), 1)
