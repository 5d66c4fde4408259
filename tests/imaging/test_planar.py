"""PNG radiographs and label pictures in all the modes that they come in."""

import struct
import zlib
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


def png(path: Path, stored: Any, bits: int, colour: int) -> Path:
    """A PNG by hand (W3C PNG 5, 7.2): header, unfiltered rows, end."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b""
    for row in stored:
        if bits == 16:
            rows += b"\0" + row.astype(">u2").tobytes()
        else:
            digits = "".join(f"{value:0{bits}b}" for value in row.ravel())
            digits += "0" * (-len(digits) % 8)
            rows += b"\0" + int(digits, 2).to_bytes(len(digits) // 8, "big")
    header = struct.pack(">IIBBBBB", stored.shape[1], stored.shape[0], bits, colour, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return path


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_values_are_as_stored_at_any_depth(tmp_path: Path, bits: int) -> None:
    stored = np.random.default_rng(bits).integers(0, 2**bits, (5, 7))
    path = png(tmp_path / "a.png", stored, bits, 0)
    volume = open_image(ImageRef("case", "image", "CR", ImageKind.PLANAR, (str(path),)))
    assert_array_equal(volume.array[0], stored)


def test_labels_of_four_bits_are_found_by_their_value(tmp_path: Path, make: Any) -> None:
    stored = np.zeros((6, 8), dtype=int)
    stored[2:4, 2:5] = 3
    path = png(tmp_path / "m.png", stored, 4, 0)
    mask = open_mask(make.roi_ref(path, 3, MaskKind.PLANAR), Geometry((1, 6, 8), (1.0, 1.0, 1.0)))
    assert mask.voxel_count == 6


@pytest.mark.parametrize(("colour", "channels"), [(2, 3), (6, 4)])
def test_sixteen_bits_of_several_channels_are_kept(tmp_path: Path, colour: int, channels: int) -> None:
    stored = np.random.default_rng(1).integers(0, 65536, (5, 7))
    path = png(tmp_path / "a.png", np.repeat(stored[..., None], channels, axis=-1), 16, colour)
    ref = ImageRef("case", "image", "CR", ImageKind.PLANAR, (str(path),))
    assert_array_equal(open_image(ref).array[0], stored)
    png(path, np.stack([stored, stored + 1 - 2 * (stored > 9), stored], axis=-1), 16, 2)
    with pytest.raises(InputError, match="E_NOT_GRAY"):
        open_image(ref)


def test_sixteen_bits_of_grey_with_alpha_are_refused_with_the_remedy(tmp_path: Path) -> None:
    path = png(tmp_path / "a.png", np.full((5, 7, 2), 40000), 16, 4)
    with pytest.raises(InputError, match=r"E_UNREADABLE.*save it as grey of 16 bits"):
        open_image(ImageRef("case", "image", "CR", ImageKind.PLANAR, (str(path),)))


def test_a_smoothed_mask_is_refused(tmp_path: Path, make: Any) -> None:
    disc = Image.new("L", (192, 256))
    disc.paste(255, (40, 40, 120, 120))
    disc.rotate(30).resize((48, 64), Image.Resampling.BICUBIC).save(tmp_path / "m.png")
    for label in (None, 255):
        with pytest.raises(InputError, match=r"E_MASK_VALUES|E_SEVERAL_LABELS"):
            open_mask(make.roi_ref(tmp_path / "m.png", label, MaskKind.PLANAR), Geometry((1, 64, 48), (1.0, 1.0, 1.0)))
