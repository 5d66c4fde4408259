"""Pictures of 8-bit grey have the pixels that Pillow reads; whatever is of another kind or damaged is left to it."""

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from radpipe.imaging.grey_png import read_grey_png


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def picture(lines: bytes, rows: int, columns: int, *, parts: int = 1, bits: int = 8) -> bytes:
    """Write a picture from lines that are filtered already; its pixels lie in some chunks."""
    header = columns.to_bytes(4) + rows.to_bytes(4) + bytes((bits, 0, 0, 0, 0))
    packed = zlib.compress(lines)
    step = -(-len(packed) // parts)
    pixels = b"".join(chunk(b"IDAT", packed[k : k + step]) for k in range(0, len(packed), step))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"tEXt", b"a\0b") + pixels + chunk(b"IEND", b"")


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 3), st.integers(0, 2**32))
def test_every_filter_gives_the_pixels_that_pillow_reads(
    tmp_path_factory: Any, rows: int, columns: int, parts: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    lines = random.integers(0, 256, (rows, columns + 1)).astype(np.uint8)
    lines[:, 0] = random.integers(0, 5, rows)
    path = tmp_path_factory.mktemp("png") / "a.png"
    path.write_bytes(picture(lines.tobytes(), rows, columns, parts=parts))
    with Image.open(path) as opened:
        expected = np.asarray(opened)
    np.testing.assert_array_equal(read_grey_png(str(path)), expected)


WHOLE = picture(bytes(12), 3, 3)


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[:-13],  # no end
        WHOLE[:60] + bytes([WHOLE[60] ^ 1]) + WHOLE[61:],  # a bit of a chunk
        picture(bytes(11), 3, 3),  # a pixel too few
        picture(bytes(13), 3, 3),  # a pixel too many
        picture(b"\x05" + bytes(11), 3, 3),  # a filter that does not exist
        picture(bytes(9), 3, 3, bits=4),  # another depth
        WHOLE.replace(chunk(b"tEXt", b"a\0b"), chunk(b"PLTE", b"abc")),  # a chunk that must be understood
        b"",
    ],
)
def test_what_is_damaged_or_of_another_kind_is_left_to_others(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(WHOLE)
    assert read_grey_png(str(path)) is not None
    path.write_bytes(content)
    assert read_grey_png(str(path)) is None
