"""Mutated files: the same voxels, or an InputError with a code; never another type of error.

A format without a checksum cannot tell a flipped bit of its pixels or of a number in its header from a true one. So a
change of values is silent, and a fault, only where a checksum or a second statement of the same fact contradicts it:
bytes cut off or inserted, and any change of the compressed formats.
"""

import os
import random
import resource
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from PIL import Image

from radpipe.cohort import ImageKind, ImageRef, MaskKind
from radpipe.errors import InputError
from radpipe.imaging.open import open_image, open_mask

FORMATS = ("ct", "pet", "rtstruct", "seg", "nii", "nii.gz", "nrrd", "mha", "png")
CHECKED = frozenset({"nii.gz", "nrrd", "png"})
"""Formats that hold a checksum over their pixels (the NRRD here is compressed)."""

EACH = 60

SPARE_BYTES = 1_500_000_000
"""Memory that the process may take while it reads: a length damaged to 4 GB must not be allocated."""


def mutate(data: bytes, how: str, rng: random.Random) -> bytes:
    """Flip a bit, cut the end off, or insert bytes."""
    place = rng.randrange(len(data))
    if rng.random() < 0.5:
        place = min(place, rng.randrange(1, 2000))
    if how == "cut":
        return data[:place]
    if how == "insert":
        return data[:place] + rng.randbytes(rng.randrange(1, 9)) + data[place:]
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


@pytest.fixture(autouse=True)
def _limited() -> Iterator[None]:
    """Limit the memory of this process (Linux)."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    if sys.platform == "linux":
        held = int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_DATA, (held + SPARE_BYTES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


@pytest.fixture
def subjects(tmp_path: Path, make: Any, seg_of: Any) -> dict[str, tuple[Path, Callable[[], Any]]]:
    """For each format a good file, and how to open what it belongs to."""
    slices = make.axial((4, 16, 16))
    ct = make.series(tmp_path / "ct", slices)
    grid = open_image(ct).geometry
    pet_slices = make.axial((4, 16, 16), modality="PT", slope=0.5, intercept=0.0)
    for one in pet_slices:
        one.Units, one.DecayCorrection = "GML", "START"
    pet = make.series(tmp_path / "pet", pet_slices, modality="PT")
    squares = [
        ("CLOSED_PLANAR", grid.index_to_mm([(z, 2.5, 2.5), (z, 2.5, 9.5), (z, 9.5, 9.5), (z, 9.5, 2.5)]))
        for z in range(4)
    ]
    rtstruct = make.roi_file(tmp_path / "rs.dcm", [(1, "GTV-1", squares)])
    seg = seg_of(slices, tmp_path / "seg.dcm")
    found: dict[str, tuple[Path, Callable[[], Any]]] = {
        "ct": (Path(ct.paths[1]), lambda: open_image(ct).array),
        "pet": (Path(pet.paths[1]), lambda: open_image(pet).array),
        "rtstruct": (rtstruct, lambda: open_mask(make.roi_ref(rtstruct), grid).full_array()),
        "seg": (seg, lambda: open_mask(make.roi_ref(seg, 1, MaskKind.DICOM_SEG), grid).full_array()),
    }
    values = np.random.default_rng(5).integers(0, 500, (4, 16, 16)).astype(np.int16)
    for suffix in ("nii", "nii.gz", "nrrd", "mha"):
        path = tmp_path / f"a.{suffix}"
        sitk.WriteImage(sitk.GetImageFromArray(values), str(path), useCompression=suffix == "nrrd")
        ref = ImageRef("case", "image", "MR", ImageKind.ITK_FILE, (str(path),))
        found[suffix] = (path, lambda ref=ref: open_image(ref).array)  # type: ignore[misc]
    Image.fromarray(values[0].astype(np.uint8)).save(tmp_path / "a.png")
    png = ImageRef("case", "image", "CR", ImageKind.PLANAR, (str(tmp_path / "a.png"),))
    found["png"] = (tmp_path / "a.png", lambda: open_image(png).array)
    return found


def outcomes(path: Path, read: Callable[[], Any], count: int, seed: str) -> Iterator[tuple[str, str]]:
    """Mutate a file a number of times; yield the mutation and what became of it: same, changed, or a code."""
    rng = random.Random(seed)
    wanted = read()
    backup = path.with_suffix(".good")
    shutil.copy(path, backup)
    for i in range(count):
        how = ("flip", "cut", "insert")[i % 3]
        path.write_bytes(mutate(backup.read_bytes(), how, rng))
        try:
            yield how, "same" if np.array_equal(read(), wanted) else "changed"
        except InputError as known:
            yield how, known.code
    shutil.copy(backup, path)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_mutated_file_gives_the_same_voxels_or_a_code(kind: str, subjects: Any) -> None:
    path, read = subjects[kind]
    found = Counter(outcomes(path, read, EACH, kind))
    assert sum(found.values()) == EACH
    assert not [how for how, result in found if result == "changed" and (how != "flip" or kind in CHECKED)]


def test_a_length_of_four_gigabytes_is_not_allocated(subjects: Any) -> None:
    path, read = subjects["ct"]
    wanted = read()
    data = path.read_bytes()
    length = data.index(b"\xe0\x7f\x10\x00OW\x00\x00") + 8  # PixelData (7FE0,0010), explicit VR, 32-bit length
    path.write_bytes(data[:length] + (0xFFFFFFF0).to_bytes(4, "little") + data[length + 4 :])
    assert np.array_equal(read(), wanted)  # all pixels are there
