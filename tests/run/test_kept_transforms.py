"""Kept transforms: believed while images, record and file are the same."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.deformation import Deformation, deformation_of
from radpipe.imaging.transforms import RigidTransform
from radpipe.run.kept_transforms import inputs_of, keep_transform, kept_transform
from radpipe.volume import Volume

WAY = RigidTransform(offset_xyz_mm=(1 / 3, -2.0, 700.1))
FIELD = Geometry((20, 20, 20), (5.0, 5.0, 5.0), (-47.5, -47.5, -47.5))
TOLD = {"status": "ok", "message": "", "figures": {"agreement": 1.0}}


def image(value: float = 0.0) -> Volume:
    array = np.zeros((2, 3, 4), dtype=np.float32)
    array[1, 1, 1] = value
    return Volume(array, Geometry(array.shape, (3.0, 1.0, 1.0)))


def test_what_was_kept_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    keep_transform(tmp_path, "pair", WAY, TOLD | {"inputs": "same"})
    assert kept_transform(tmp_path, "pair", "same", FIELD) == (TOLD, WAY)


def bent() -> Deformation:
    lattice = Geometry((9, 10, 11), (40.0, 35.0, 30.0), (-150.0, -157.5, -160.0))
    numbers = np.random.default_rng(2).normal(0, 2, (*lattice.size_zyx, 3))
    return deformation_of((Bend(lattice, numbers, 3), RigidTransform(offset_xyz_mm=(1 / 3, -2.0, 7.1))), FIELD)


def test_a_deformation_that_was_kept_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    keep_transform(tmp_path, "pair", bent(), TOLD | {"inputs": "same"})
    kept = kept_transform(tmp_path, "pair", "same", FIELD)
    assert kept is not None
    points = np.random.default_rng(3).uniform(-40, 40, (50, 3))
    np.testing.assert_array_equal(kept[1].apply(points), bent().apply(points))
    np.testing.assert_array_equal(kept[1].apply_inverse(points), bent().apply_inverse(points))


def test_the_users_own_deformation_is_kept_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.h5"
    own.write_bytes(b"as written by another program")
    record = dict(TOLD)
    keep_transform(tmp_path / "kept", "pair", bent(), record, given=str(own))
    assert record["transform"] == "transforms/pair.h5"
    assert (tmp_path / "kept" / "pair.h5").read_bytes() == own.read_bytes()


@pytest.mark.parametrize("damage", ["other images", "the file was touched", "no record"])
def test_what_does_not_belong_is_not_believed(tmp_path: Path, damage: str) -> None:
    keep_transform(tmp_path, "pair", WAY, TOLD | {"inputs": "same"})
    if damage == "the file was touched":
        path = tmp_path / "pair.tfm"
        path.write_text(path.read_text().replace("700.1", "700.2"))
    if damage == "no record":
        (tmp_path / "pair.json").unlink()
    assert kept_transform(tmp_path, "pair", "other" if damage == "other images" else "same", FIELD) is None


def test_the_digest_of_inputs_follows_voxels_units_and_grids() -> None:
    here = inputs_of(image(), image())
    assert inputs_of(image(), image()) == here
    moved = Volume(image().array, replace(image().geometry, origin_xyz_mm=(0.0, 0.0, 1.0)))
    others = [image(1e-6), Volume(image().array, image().geometry, "HU"), moved]
    assert len({here, *(inputs_of(image(), other) for other in others)}) == 4
    assert inputs_of(image(), image(), bends=True) != here
