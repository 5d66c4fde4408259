"""HaN-Seg from folder to table: 30 organs of made patients on the CT and, through a registration, on the MR."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.demo.file_layouts import write_grid_file
from radpipe.geometry import Geometry
from radpipe.imaging.transforms import RigidTransform, read_transform

ORGANS = (
    "A_Carotid_L", "A_Carotid_R", "Arytenoid", "Bone_Mandible", "Brainstem", "BuccalMucosa", "Cavity_Oral",
    "Cochlea_L", "Cochlea_R", "Cricopharyngeus", "Esophagus_S", "Eye_AL", "Eye_AR", "Eye_PL", "Eye_PR",
    "Glnd_Lacrimal_L", "Glnd_Lacrimal_R", "Glnd_Submand_L", "Glnd_Submand_R", "Glnd_Thyroid", "Glottis", "Larynx_SG",
    "Lips", "OpticChiasm", "OpticNrv_L", "OpticNrv_R", "Parotid_L", "Parotid_R", "Pituitary", "SpinalCord",
)  # fmt: skip
"""Names of the published files."""

HEADER = {"Eye_AL": "Eye_Ant_L", "Eye_AR": "Eye_Ant_R", "Eye_PL": "Eye_Post_L", "Eye_PR": "Eye_Post_R"}
"""The eyes' columns are named otherwise than their files."""

CT_GRID = Geometry((46, 48, 48), (4.5, 5.0, 5.0), (-117.5, -117.5, -101.25))

FAR_MM = np.array([300.0, -200.0, 700.0])
"""By the scanners' coordinates the MR is most of a metre away."""


class Patient(NamedTuple):
    """Where the MR lies, and the centre and radii of each organ, x, y, z in mm."""

    way: RigidTransform
    organs: dict[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]


def points_of(grid: Geometry) -> npt.NDArray[np.float64]:
    return grid.index_to_mm(np.stack(np.meshgrid(*map(np.arange, grid.size_zyx), indexing="ij"), axis=-1))


def patient(number: int) -> Patient:
    """Organs lie within the MR's field, but for the cord, half of which is below, and the oesophagus, which all is."""
    rng = np.random.default_rng([number, 1])
    organs = {name: (rng.uniform((-45, -55, -40), (45, 55, 40)), rng.uniform(9, 16, 3)) for name in ORGANS}
    turn = Rotation.from_rotvec(np.radians(8.0) * np.array([0.6, -0.48, 0.64])).as_matrix()
    x, y, z = np.array([12.0, -9.0, 7.0]) * number + FAR_MM
    organs["SpinalCord"] = (np.array([0.0, 40.0, -58.0]), np.array([9.0, 9.0, 30.0]))
    organs["Esophagus_S"] = (np.array([0.0, 10.0, -90.0]), np.array([9.0, 9.0, 9.0]))
    return Patient(RigidTransform(tuple(float(one) for one in turn.ravel()), (float(x), float(y), float(z))), organs)


def write_case(home: Path, number: int) -> None:
    """Write the CT, the MR, which is moved, and a file an organ."""
    case, who, rng = f"case_{number:02d}", patient(number), np.random.default_rng([number, 2])
    points = points_of(CT_GRID)
    hu = np.where(((points[..., :2] / (80, 100)) ** 2).sum(axis=-1) < 1, 40.0, -1000.0)
    for _ in range(45):
        blob = (((points - rng.uniform((-60, -80, -90), (60, 80, 90))) / rng.uniform(9, 20, 3)) ** 2).sum(axis=-1) < 1
        hu[blob & (hu > -999)] = rng.choice([-900.0, -90.0, 110.0, 250.0, 600.0])
    write_grid_file(home / f"{case}_IMG_CT.nrrd", hu.astype(np.int16), CT_GRID)
    x, y, z = (float(one) for one in who.way.apply([0.0, 0.0, 0.0]) - (90.0, 90.0, 60.0))
    grid = Geometry((30, 50, 50), (4.0, 3.6, 3.6), (x, y, z))
    values = np.interp(hu, [-1000, -900, -90, 40, 110, 250, 600], [0, 5, 900, 400, 500, 620, 60])
    places = np.moveaxis(CT_GRID.mm_to_index(who.way.apply_inverse(points_of(grid))), -1, 0)
    mr = map_coordinates(values, places, order=1, mode="nearest") + rng.normal(0, 15, grid.size_zyx)
    write_grid_file(home / f"{case}_IMG_MR_T1.nrrd", np.clip(mr, 0, None).astype(np.int16), grid)
    for name, (centre, radii) in who.organs.items():
        organ = (((points - centre) / radii) ** 2).sum(axis=-1) <= 1
        write_grid_file(home / f"{case}_OAR_{name}.seg.nrrd", organ.astype(np.uint8), CT_GRID)


def write_set(folder: Path) -> None:
    """Write two cases; in the first three organs are not or partly usable, the second has 29."""
    home = folder / "HaN-Seg" / "set_1"
    for number in (1, 2):
        write_case(home / f"case_{number:02d}", number)
    (home / "case_02" / "case_02_OAR_Cricopharyngeus.seg.nrrd").unlink()
    lines = [["case", *(HEADER.get(name, name) for name in ORGANS)]]
    lines.append(["case_01", *({"Parotid_L": "0.5", "Lips": "0.0", "Eye_PR": "0.0"}.get(one, "1.0") for one in ORGANS)])
    lines.append(["case_02", *("0.0" if one == "Cricopharyngeus" else "1.0" for one in ORGANS)])
    (home / "OAR_data.csv").write_text("\n".join(";".join(line) for line in lines) + "\n")
    (home / "patient_data.csv").write_text("case,sex\ncase_01,F\ncase_02,M\n")


@pytest.fixture(scope="module")
def measured(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The output folder of one run over both cases."""

    def run(folder: Path) -> None:
        write_set(folder)
        settings = folder / "small.yaml"
        settings.write_text("setting:\n  binWidth: 25\nfeatureClass:\n  firstorder:\n")
        words = ["extract", str(folder / "HaN-Seg"), "-d", "hanseg", "-p", str(settings), "--register", "rigid"]
        result = CliRunner().invoke(app, [*words, "-o", str(folder / "out")], catch_exceptions=False)
        assert "MR_T1" in (folder / "out" / "tables" / "registrations.csv").read_text(), result.output

    return made_once("hanseg_30_organs", run) / "out"


def rows_of(out: Path, image: str) -> pd.DataFrame:
    rows = pd.read_csv(out / "tables" / "features.csv")
    return rows[rows["image_id"] == image].set_index(["case_id", "roi"]).sort_index()


def test_each_usable_organ_is_measured_on_the_ct_and_on_the_mr(measured: Path) -> None:
    ct, mr = rows_of(measured, "CT"), rows_of(measured, "MR_T1")
    # 30 organs less three that are not usable, and 29.
    assert (ct["status"] == "ok").groupby("case_id").sum().to_dict() == {"case_01": 27, "case_02": 29}
    # On the MR the oesophagus is beyond the field.
    assert (mr["status"] == "ok").groupby("case_id").sum().to_dict() == {"case_01": 26, "case_02": 28}
    assert mr.loc[[("case_01", "Esophagus_S"), ("case_02", "Esophagus_S")], "code"].tolist() == ["E_OUTSIDE"] * 2
    assert (mr.loc[mr["status"] == "ok", "diag_registered_to"] == "CT").all()


def test_usability_is_honoured_on_both_images(measured: Path) -> None:
    for image in ("CT", "MR_T1"):
        rows = rows_of(measured, image)
        skipped = rows[rows["code"] == "E_PARTIAL"]
        assert sorted(skipped.index) == [("case_01", "Eye_PR"), ("case_01", "Lips"), ("case_01", "Parotid_L")]
        assert skipped["original_firstorder_Mean"].isna().all()


@pytest.mark.parametrize("number", [1, 2])
def test_organs_lie_on_the_mr_where_the_patient_has_them(measured: Path, number: int) -> None:
    who = patient(number)
    found = read_transform(str(measured / "transforms" / f"case_{number:02d}_MR_T1.tfm"))
    centres = np.array([centre for centre, _ in who.organs.values()])
    assert np.linalg.norm(found.apply(centres) - who.way.apply(centres), axis=1).max() < 1.0


def test_the_coverage_of_each_organ_is_a_row_and_its_volume_is_kept(measured: Path) -> None:
    rows = pd.read_csv(measured / "tables" / "coverage.csv").set_index(["case_id", "roi"])
    assert rows.groupby("case_id").size().to_dict() == {"case_01": 27, "case_02": 29}
    for case in ("case_01", "case_02"):
        assert rows.loc[(case, "Esophagus_S"), "outside_percent"] == 100.0
        # The field ends at z = -62 mm and, turned by 8 degrees, 3 mm lower at the cord, whose middle is at -58 and half
        # length 30: of an ellipsoid, 1/2 - 3/4 t + 1/4 t^3 with t = 7/30 lies below, which is 33 %.
        assert rows.loc[(case, "SpinalCord"), "outside_percent"] == pytest.approx(33, abs=8)
    whole = rows[rows["outside_percent"] == 0]
    assert len(whole) == 25 + 27
    np.testing.assert_allclose(whole["carried_mm3"] / whole["drawn_mm3"], 1.0, atol=0.02)
