"""Pixel data: cut, compressed, with overlays, or said in two ways."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError
from radpipe.imaging.open import open_image


def test_cut_pixels_are_counted(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    slices[2].PixelData = slices[2].PixelData[:100]
    with pytest.raises(InputError, match=r"E_TRUNCATED.*100 bytes where 160 are needed"):
        open_image(make.series(tmp_path, slices))


@pytest.mark.parametrize(
    ("syntax", "match"),
    [
        ("1.2.840.10008.1.2.4.100", r"E_NO_DECODER.*MPEG2.*pip install 'radpipe\[decoders\]'"),
        ("1.2.840.10008.1.2.5", r"E_UNREADABLE.*RLE header"),
    ],
    ids=["unknown to every decoder", "damaged"],
)
def test_compressed_pixels_are_decoded_or_refused(
    tmp_path: Path, make: Any, edit: Any, syntax: str, match: str
) -> None:
    from pydicom.encaps import encapsulate

    def compress(data: Any) -> None:
        data.PixelData = encapsulate([b"\xff\xd8\xff\xd9"])
        data["PixelData"].is_undefined_length = True
        data.file_meta.TransferSyntaxUID = syntax

    ref = make.series(tmp_path, make.axial())
    for path in ref.paths:
        edit(path, compress)
    with pytest.raises(InputError, match=match):
        open_image(ref)


def test_a_decoder_that_is_not_installed_is_named(tmp_path: Path, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slices = make.axial()
    for one in slices:
        one.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)
    ref = make.series(tmp_path, slices)
    assert_array_equal(open_image(ref).array, make.stored_values((5, 8, 10)).astype(int) - 1024)
    monkeypatch.setattr("pydicom.pixels.decoders.base.Decoder.is_available", False)
    with pytest.raises(InputError, match=r"E_NO_DECODER.*RLE Lossless"):
        open_image(ref)


def test_bits_beyond_those_stored_are_overlays_not_values(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    for one in slices:
        values = np.frombuffer(one.PixelData, dtype=np.uint16) | 0x8000
        one.PixelData, one.BitsStored, one.HighBit = values.tobytes(), 12, 11
    volume = open_image(make.series(tmp_path, slices))
    assert_array_equal(volume.array, make.stored_values((5, 8, 10)).astype(int) - 1024)


def test_a_high_bit_that_is_not_the_last_of_those_stored_is_refused(tmp_path: Path, make: Any) -> None:
    slices = make.axial()
    for one in slices:
        one.BitsStored, one.HighBit = 12, 15
    with pytest.raises(InputError, match=r"E_UNREADABLE.*HighBit 15 with BitsStored 12"):
        open_image(make.series(tmp_path, slices))
