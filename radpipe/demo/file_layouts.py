"""HaN-Seg, StructSeg and ChestX-ray14 in small: NRRD, NIfTI and PNG files in the folders of those sets."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from radpipe.demo.phantom import Phantom, make_phantom
from radpipe.geometry import Geometry

__all__ = ["TURNED", "make_chestxray14", "make_hanseg", "make_structseg", "write_grid_file"]

COS, SIN = float(np.cos(0.2)), float(np.sin(0.2))
TURNED = (1.0, 0.0, 0.0, 0.0, COS, -SIN, 0.0, SIN, COS)
"""Direction of the HaN-Seg volumes: turned about x by 0.2 rad, so that a reader which forgets it is found out."""

ORGANS = {
    "Spinal-Cord": "SpinalCord",
    "Parotid-Left": "Parotid_L",
    "Parotid-Right": "Parotid_R",
    "Oral-Cavity": "Cavity_Oral",
}


def write_grid_file(path: Path, array: npt.NDArray[np.generic], grid: Geometry) -> None:
    """Write an array (z, y, x) on a grid as NRRD or NIfTI, by the ending of its name."""
    import SimpleITK as sitk  # noqa: N813

    image = sitk.GetImageFromArray(array)
    image.SetSpacing(grid.spacing_zyx_mm[::-1])
    image.SetOrigin(grid.origin_xyz_mm)
    image.SetDirection(grid.direction)
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(image, str(path), useCompression=True)


def make_hanseg(folder: Path, seed: int) -> None:
    """Write cases 1 with a half usable organ, 2 without a parotid, 10 without MR; an eye's column misnamed."""
    home = folder / "HaN-Seg" / "set_1"
    rows = []
    for number in (1, 2, 10):
        case = f"case_{number:02d}"
        phantom = make_phantom(np.random.default_rng([seed, number]), 8.0, 0.5, node=False)
        plain = phantom.volume.geometry
        grid = Geometry(plain.size_zyx, plain.spacing_zyx_mm, plain.origin_xyz_mm, TURNED)
        write_grid_file(home / case / f"{case}_IMG_CT.nrrd", phantom.volume.array, grid)
        if number != 10:
            write_grid_file(home / case / f"{case}_IMG_MR_T1.nrrd", *_mr(phantom))
        organs = {ORGANS[name]: mask.full_array() for name, mask in phantom.masks.items() if name in ORGANS}
        organs["Eye_AL"] = _box(plain.size_zyx, (20, 15, 50), (3, 4, 4))
        if number == 2:
            del organs["Parotid_R"]
        for name, array in organs.items():
            write_grid_file(home / case / f"{case}_OAR_{name}.seg.nrrd", array.astype(np.uint8), grid)
        usable = dict.fromkeys(organs, "1.0") | ({"Parotid_L": "0.5"} if number == 1 else {})
        usable["Eye_Ant_L"] = usable.pop("Eye_AL")
        rows.append({"case": case, **usable})
    columns = list(rows[0])
    lines = [";".join(columns), *(";".join(row.get(name, "0.0") for name in columns) for row in rows)]
    (home / "OAR_data.csv").write_text("\n".join(lines) + "\n")
    (home / "patient_data.csv").write_text('case,sex,age,site\ncase_01,F,61,"larynx, left"\ncase_02,M,70,=oral\n')


def _mr(phantom: Phantom) -> tuple[npt.NDArray[np.int16], Geometry]:
    """Make an MR of another grid, 700 mm away: not registered to the CT."""
    array = np.asarray(np.clip(phantom.volume.array[:, ::2, ::2].astype(np.int16) + 1000, 0, 2000), dtype=np.int16)
    grid = phantom.volume.geometry
    dz, dy, dx = grid.spacing_zyx_mm
    x, y, z = grid.origin_xyz_mm
    return array, Geometry(array.shape, (dz, 2 * dy, 2 * dx), (x, y, z + 700.0))


def _box(
    size_zyx: tuple[int, int, int], first_zyx: tuple[int, int, int], extent_zyx: tuple[int, int, int]
) -> npt.NDArray[np.bool_]:
    array = np.zeros(size_zyx, dtype=bool)
    array[tuple(slice(start, start + n) for start, n in zip(first_zyx, extent_zyx, strict=True))] = True
    return array


def make_structseg(folder: Path, seed: int) -> None:
    """Write cases 1, 2 and 10 of the GTV's task in an extra folder: 2 uncompressed, 10 with ``.nii`` beside it."""
    home = folder / "StructSeg2019" / "Naso_GTV"
    for number in (1, 2, 10):
        phantom = make_phantom(np.random.default_rng([seed, number]), 8.0, 0.5, node=False)
        image, label = phantom.volume.array, phantom.masks["GTV-1"].full_array().astype(np.uint8)
        endings = {1: (".nii.gz",), 2: (".nii",), 10: (".nii.gz", ".nii")}[number]
        for ending in endings:
            write_grid_file(home / str(number) / f"data{ending}", image, phantom.volume.geometry)
        write_grid_file(home / str(number) / f"label{endings[0]}", label, phantom.volume.geometry)


def make_chestxray14(folder: Path, seed: int, *, pixels: int = 128, radiographs: int = 6) -> None:
    """Write radiographs with lungs and heart.

    The second is RGBA, the third has a mask of half its size, the fourth a comma in its name and a palette mask, the
    fifth a low estimated Dice; then there is a mask without a radiograph.
    """
    from PIL import Image

    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    (folder / "segmentations").mkdir()
    scores = []
    for i in range(radiographs):
        name = f"{i + 1:08d}_000" + (",b" if i == 3 else "")
        labels = _thorax(pixels)
        brightness = np.array([120.0, 60.0, 60.0, 170.0])[labels] + rng.normal(0, 8, labels.shape)
        radiograph = Image.fromarray(np.clip(brightness, 0, 255).astype(np.uint8))
        mask = Image.fromarray(labels[::2, ::2] if i == 2 else labels)
        if i == 3:
            mask.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
        (radiograph.convert("RGBA") if i == 1 else radiograph).save(folder / "images" / f"{name}.png")
        mask.save(folder / "segmentations" / f"{name}_labels.png")
        scores.append((f"{name}_labels.png", 0.62 if i == 4 else 0.95))
    orphan = "99999999_000_labels.png"
    Image.fromarray(_thorax(pixels)).save(folder / "segmentations" / orphan)
    with (folder / "rca_dice_scores.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("fname", "dice"), *scores, (orphan, 0.9)])


def _thorax(pixels: int) -> npt.NDArray[np.uint8]:
    """Labels 1, the patient's left lung (on the picture's right); 2, the right lung; 3, the heart."""
    y, x = np.mgrid[:pixels, :pixels] / pixels
    labels = np.zeros((pixels, pixels), dtype=np.uint8)
    labels[((y - 0.5) / 0.35) ** 2 + ((x - 0.72) / 0.16) ** 2 <= 1] = 1
    labels[((y - 0.5) / 0.35) ** 2 + ((x - 0.28) / 0.16) ** 2 <= 1] = 2
    labels[((y - 0.62) / 0.16) ** 2 + ((x - 0.55) / 0.14) ** 2 <= 1] = 3
    return labels
