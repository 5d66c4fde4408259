"""Carriers: masks through deformations, the user's or found, told in each row and kept."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.datasets import open_cohort
from radpipe.demo.layouts import make_layout
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.bent_files import way_text
from radpipe.imaging.deformation import Deformation, deformation_of
from radpipe.imaging.transforms import RigidTransform
from radpipe.run.carrier import Carrier
from radpipe.volume import Mask

GRID = Geometry((40, 60, 60), (2.0, 1.5, 1.5), (-44.25, -44.25, -39.0))
LATTICE = Geometry((9, 9, 9), (40.0, 40.0, 40.0), (-160.0, -160.0, -160.0))


def swollen(share: float, field: Geometry) -> Deformation:
    """All lengths grow by a share about the origin: cubic splines reproduce what is linear."""
    index = np.stack(np.meshgrid(*map(np.arange, LATTICE.size_zyx), indexing="ij"), axis=-1)
    return deformation_of((Bend(LATTICE, share * LATTICE.index_to_mm(index), 3),), field)


def ball(radius_mm: float) -> Mask:
    index = np.stack(np.meshgrid(*map(np.arange, GRID.size_zyx), indexing="ij"), axis=-1)
    return Mask.of((GRID.index_to_mm(index) ** 2).sum(axis=-1) <= radius_mm**2, GRID)


def carrier(way: Deformation | RigidTransform, *, on_drawn: bool = False) -> Carrier:
    return Carrier(GRID, GRID, way, (), on_drawn, {"image": "MR_T1", "other": "CT"})


def test_a_mask_that_swells_has_the_volume_of_the_larger_ball() -> None:
    carried = carrier(swollen(0.1, GRID)).carry(ball(20.0), Policy())
    truth = ball(22.0)
    assert carried.volume_mm3 == pytest.approx(truth.volume_mm3, rel=0.01)
    assert 2 * carried.common_voxels(truth) / (carried.voxel_count + truth.voxel_count) > 0.98
    (note,) = carried.notes
    assert note.code == "W_DEFORMED"
    assert "the ROI came to MR_T1 from CT through a deformation: its volume changed by +33.1 %" in note.sentence


def test_a_policy_refuses_deformations_and_rigid_ones_tell_nothing() -> None:
    with pytest.raises(InputError, match="W_DEFORMED"):
        carrier(swollen(0.1, GRID)).carry(ball(20.0), Policy.parse(["W_DEFORMED=error"]))
    assert carrier(RigidTransform()).carry(ball(20.0), Policy()).notes == ()


def test_on_the_drawn_grid_the_mask_stays_and_the_row_tells_it() -> None:
    carried = carrier(swollen(0.1, GRID), on_drawn=True).carry(ball(20.0), Policy())
    np.testing.assert_array_equal(carried.full_array(), ball(20.0).full_array())
    assert [note.code for note in carried.notes] == ["W_DEFORMED"]


@pytest.fixture(scope="module")
def hanseg(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The synthetic cohort in HaN-Seg's layout; read only."""
    return made_once("layout_hanseg", lambda folder: make_layout("hanseg", folder, seed=3))


def extracted(folder: Path, out: Path, *options: str) -> pd.DataFrame:
    settings = out.parent / "small.yaml"
    settings.write_text("setting:\n  binWidth: 25\nfeatureClass:\n  firstorder:\n")
    words = ["extract", str(folder), "-d", "hanseg", "--modality", "MR", "-p", str(settings), "--case", "case_01"]
    result = CliRunner().invoke(app, [*words, "--roi", "SpinalCord", *options, "-o", str(out)], catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    return pd.read_csv(out / "tables" / "features.csv").set_index("roi")


def true_rigid(folder: Path) -> RigidTransform:
    """The demo's MR is every second voxel of the CT, written without the CT's turn and 700 mm higher."""
    ct, mr = (image.geometry for image in open_cohort(folder, "hanseg").cases[0].images)
    assert ct is not None
    assert mr is not None
    turn = mr.direction_matrix @ ct.direction_matrix.T
    x, y, z = np.asarray(mr.origin_xyz_mm) - turn @ np.asarray(ct.origin_xyz_mm)
    return RigidTransform(tuple(map(float, turn.ravel())), (float(x), float(y), float(z)))


def spline_file(folder: Path, home: Path, largest_mm: float) -> Path:
    """The user's transform: a wave of splines over the CT, then the rigid part."""
    ct, mr = (image.geometry for image in open_cohort(folder, "hanseg").cases[0].images)
    assert ct is not None
    assert mr is not None
    corners = ct.corners_mm()
    low, high = corners.min(axis=0) - 60, corners.max(axis=0) + 60
    n = [int(length // 30) + 2 for length in (high - low)[::-1]]
    x, y, z = (float(one) for one in low)
    lattice = Geometry((n[0], n[1], n[2]), (30.0, 30.0, 30.0), (x, y, z))
    numbers = np.zeros((*lattice.size_zyx, 3))
    numbers[..., 1] = largest_mm * np.cos(np.arange(lattice.size_zyx[0]) * np.pi / 4)[:, None, None]
    home.mkdir()
    path = home / "case_01_MR_T1.tfm"
    path.write_text(way_text(deformation_of((Bend(lattice, numbers, 3), true_rigid(folder)), mr)))
    return home


def test_a_deformation_of_the_user_is_taken_told_and_kept(hanseg: Path, tmp_path: Path) -> None:
    own = spline_file(hanseg, tmp_path / "own", 4.0)
    row = extracted(hanseg, tmp_path / "out", "--transform", str(own)).loc["SpinalCord"]
    assert row["status"] == "ok"
    assert "W_DEFORMED" in row["warnings"]
    (told,) = pd.read_csv(tmp_path / "out" / "tables" / "registrations.csv").to_dict("records")
    assert told["status"] == "given"
    assert told["largest_mm"] == pytest.approx(4.0, abs=0.5)
    assert 0.9 < told["jacobian_low"] <= told["jacobian_high"] < 1.1
    assert told["bend_inverse_mm"] < 0.1
    kept = tmp_path / "out" / told["transform"]
    assert kept.read_bytes() == (own / "case_01_MR_T1.tfm").read_bytes()


def test_a_folding_deformation_of_the_user_fails_its_rows_with_a_code(hanseg: Path, tmp_path: Path) -> None:
    own = spline_file(hanseg, tmp_path / "own", 4.0)
    path = own / "case_01_MR_T1.tfm"
    stored = sitk.CompositeTransform(sitk.ReadTransform(str(path)))
    spline = sitk.BSplineTransform(stored.GetNthTransform(1))
    numbers = np.random.default_rng(1).normal(0, 60, len(spline.GetParameters()))
    spline.SetParameters([float(one) for one in numbers])
    folded = sitk.CompositeTransform([stored.GetNthTransform(0), spline])
    sitk.WriteTransform(folded, str(path))
    row = extracted(hanseg, tmp_path / "out", "--transform", str(own)).loc["SpinalCord"]
    assert row["code"] == "E_DEFORMATION"
    assert "space folds" in row["message"]


@pytest.mark.slow_ci
def test_a_deformation_that_gains_nothing_leaves_the_rigid_transform(hanseg: Path, tmp_path: Path) -> None:
    row = extracted(hanseg, tmp_path / "out", "--register", "deformable").loc["SpinalCord"]
    assert row["status"] == "ok"
    assert row["diag_registration"] == "deformable"
    assert "W_DEFORMED" not in str(row["warnings"])
    (told,) = pd.read_csv(tmp_path / "out" / "tables" / "registrations.csv").to_dict("records")
    assert (told["method"], told["bent"]) == ("deformable", False)
    assert "the rigid transform is kept" in told["message"]
