"""A head and neck in voxels: soft tissue, bone, airway, organs at risk, and a tumour of given size and texture."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["GRID", "Phantom", "make_phantom"]

FloatArray = npt.NDArray[np.float64]

GRID = Geometry((30, 80, 80), (3.0, 2.5, 2.5), (-98.75, -98.75, -45.0))
"""Small enough to be made in a moment; 3 mm slices as in HN1."""


@dataclass(frozen=True, slots=True, eq=False)
class Phantom:
    """One patient's CT and ROIs.

    Parameters
    ----------
    volume
        HU, int16.
    masks
        ROI name -> mask; ``GTV-1`` is the primary tumour.
    """

    volume: Volume
    masks: Mapping[str, Mask]


def make_phantom(rng: np.random.Generator, tumour_ml: float, heterogeneity: float, *, node: bool) -> Phantom:
    """Make one patient.

    Parameters
    ----------
    rng
        Source of position, form and noise.
    tumour_ml
        Volume of the primary tumour.
    heterogeneity
        From 0 (even) to 1: strength of the tumour's texture and of its necrotic core.
    node
        Whether there is a second GTV.
    """
    z, y, x = _axes()
    noise = rng.normal(0.0, 12.0, GRID.size_zyx)
    hu = np.full(GRID.size_zyx, -1000.0)
    head = _ellipsoid(z, y, x, (0.0, 0.0, 0.0), (200.0, 85.0, 65.0))
    hu[head] = 40.0
    hu[_ellipsoid(z, y, x, (0.0, 55.0, 0.0), (200.0, 16.0, 16.0))] = 450.0
    mandible = _ellipsoid(z, y, x, (5.0, -30.0, 0.0), (16.0, 45.0, 45.0)) & ~_ellipsoid(
        z, y, x, (5.0, -22.0, 0.0), (30.0, 45.0, 37.0)
    )
    hu[mandible & head] = 900.0
    airway = _ellipsoid(z, y, x, (0.0, 12.0, 0.0), (200.0, 9.0, 11.0))
    hu[airway] = -950.0
    cord = _ellipsoid(z, y, x, (0.0, 55.0, 0.0), (200.0, 6.0, 6.0))
    hu[cord] = 30.0
    masks = {
        "Spinal-Cord": cord,
        "Parotid-Left": _ellipsoid(z, y, x, (6.0, 25.0, 50.0), (20.0, 15.0, 10.0)),
        "Parotid-Right": _ellipsoid(z, y, x, (6.0, 25.0, -50.0), (20.0, 15.0, 10.0)),
        "Oral-Cavity": _ellipsoid(z, y, x, (0.0, -25.0, 0.0), (16.0, 26.0, 24.0)),
    }
    for name in ("Parotid-Left", "Parotid-Right"):
        hu[masks[name]] = -10.0
    side = rng.choice([-1.0, 1.0])
    centre = (rng.uniform(-8, 8), rng.uniform(0, 20), side * rng.uniform(16, 24))
    masks["GTV-1"] = _tumour(hu, (z, y, x), centre, tumour_ml, heterogeneity, rng)
    if node:
        masks["GTV-2"] = _tumour(hu, (z, y, x), (-18.0, 30.0, side * 40.0), 3.0, 0.2, rng)
    array = np.clip(np.round(hu + noise), -1000, 3071).astype(np.int16)
    return Phantom(Volume(array, GRID, "HU"), {name: Mask.of(mask, GRID) for name, mask in masks.items()})


def _axes() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Patient coordinates of the voxel centres along z, y and x, ready to broadcast."""
    nz, ny, nx = (np.arange(n, dtype=np.float64) for n in GRID.size_zyx)
    oz, oy, ox = GRID.origin_xyz_mm[::-1]
    dz, dy, dx = GRID.spacing_zyx_mm
    z, y, x = np.meshgrid(oz + dz * nz, oy + dy * ny, ox + dx * nx, indexing="ij", sparse=True)
    return z, y, x


def _ellipsoid(
    z: FloatArray,
    y: FloatArray,
    x: FloatArray,
    centre_zyx_mm: tuple[float, float, float],
    radii_zyx_mm: tuple[float, float, float],
) -> npt.NDArray[np.bool_]:
    (cz, cy, cx), (rz, ry, rx) = centre_zyx_mm, radii_zyx_mm
    return np.asarray(((z - cz) / rz) ** 2 + ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 <= 1.0)


def _tumour(
    hu: FloatArray,
    axes: tuple[FloatArray, FloatArray, FloatArray],
    centre_zyx_mm: tuple[float, float, float],
    volume_ml: float,
    heterogeneity: float,
    rng: np.random.Generator,
) -> npt.NDArray[np.bool_]:
    """Put an ellipsoid of a volume into the image, with texture and a core; return its mask."""
    radius = (3000.0 * volume_ml / (4.0 * np.pi)) ** (1 / 3)
    stretch = np.exp(rng.normal(0.0, 0.12, 3))
    radii = radius * stretch / np.prod(stretch) ** (1 / 3)
    mask = _ellipsoid(*axes, centre_zyx_mm, (radii[0], radii[1], radii[2]))
    core = _ellipsoid(*axes, centre_zyx_mm, (radii[0] / 2, radii[1] / 2, radii[2] / 2))
    texture = gaussian_filter(rng.normal(0.0, 1.0, hu.shape), 0.8)
    texture /= texture.std()
    hu[mask] = 60.0 + (5.0 + 55.0 * heterogeneity) * texture[mask]
    hu[core] -= 60.0 * heterogeneity
    return mask
