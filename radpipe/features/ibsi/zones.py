"""Grey level size zone (IBSI 3.8, 9SAK) and distance zone features (IBSI 3.9, VMDZ): the same zones, two sizes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from radpipe.features.ibsi.sizes import SizeMatrix, features_of_sizes, size_matrices
from radpipe.features.ibsi.texture import Part, TextureRoi, by_extent, counted
from radpipe.features.inputs import GrayLevels
from radpipe.kernels.zones import examination, zone_numbers

__all__ = ["DISTANCE_FEATURES", "SIZE_FEATURES", "measure_distance_zones", "measure_size_zones", "zones_of"]

IntArray = npt.NDArray[np.int64]

SIZE_FEATURES = features_of_sizes(
    "szm",
    "size",
    (
        *("sze", "lze", "lgze", "hgze", "szlge", "szhge", "lzlge", "lzhge"),
        *("glnu", "glnu_norm", "zsnu", "zsnu_norm", "z_perc", "gl_var", "zs_var", "zs_entr"),
    ),
    "5QRC 48P8 XMSY 5GN9 5RAI HW1V YH51 J17V JNSA Y1RO 4JP3 VB3A P30P BYLV 3NSA GU8N",
    (
        "Small zone emphasis",
        "Large zone emphasis",
        "Low grey level zone emphasis",
        "High grey level zone emphasis",
        "Small zone low grey level emphasis",
        "Small zone high grey level emphasis",
        "Large zone low grey level emphasis",
        "Large zone high grey level emphasis",
        "Grey level non-uniformity",
        "Normalised grey level non-uniformity",
        "Zone size non-uniformity",
        "Normalised zone size non-uniformity",
        "Zone percentage",
        "Grey level variance",
        "Zone size variance",
        "Zone size entropy",
    ),
    "zone",
)
"""In IBSI's order."""

DISTANCE_FEATURES = features_of_sizes(
    "dzm",
    "distance",
    (
        *("sde", "lde", "lgze", "hgze", "sdlge", "sdhge", "ldlge", "ldhge"),
        *("glnu", "glnu_norm", "zdnu", "zdnu_norm", "z_perc", "gl_var", "zd_var", "zd_entr"),
    ),
    "0GBI MB4I S1RA K26C RUVG DKNJ A7WM KLTH VFT7 7HP3 V294 IATH VIWW QK93 7WT1 GBDU",
    (
        "Small distance emphasis",
        "Large distance emphasis",
        "Low grey level zone emphasis",
        "High grey level zone emphasis",
        "Small distance low grey level emphasis",
        "Small distance high grey level emphasis",
        "Large distance low grey level emphasis",
        "Large distance high grey level emphasis",
        "Grey level non-uniformity",
        "Normalised grey level non-uniformity",
        "Zone distance non-uniformity",
        "Normalised zone distance non-uniformity",
        "Zone percentage",
        "Grey level variance",
        "Zone distance variance",
        "Zone distance entropy",
    ),
    "zone",
)
"""In IBSI's order; a zone's distance is its voxels' smallest Manhattan distance to the mask's edge, at least 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """The zones of a slice or of the volume.

    Parameters
    ----------
    slots
        Rank of each zone's grey level, from 1, shape (Z,).
    sizes
        Its voxels.
    distances
        Its smallest distance to the edge of the morphological mask.
    voxels
        Of all zones.
    """

    slots: IntArray
    sizes: IntArray
    distances: IntArray
    voxels: int


def zones_of(roi: TextureRoi, extents: Sequence[str]) -> dict[str, list[Zones]]:
    """Find the zones, with 26 neighbours in the volume and 8 in a slice; extent -> zones of each part."""
    distance = {flat: _edge_distance(roi, flat=flat) for flat in {extent != "3D" for extent in extents}}
    return counted(roi, extents, lambda part: _zones(part, distance[part.plane is not None]))


def _zones(part: Part, distance: IntArray) -> Zones:
    order, apart, lowest = examination(tuple(map(tuple, part.offsets.tolist())))
    slots, zone = zone_numbers(part.grid.slots, part.grid.spans, part.steps[order], apart, lowest)
    near = distance if part.plane is None else distance[part.plane : part.plane + 1]
    nearest = np.full(slots.size, np.iinfo(np.int64).max)
    np.minimum.at(nearest, zone, near[part.mask])
    return Zones(slots, np.bincount(zone, minlength=slots.size), nearest, part.voxels)


def _edge_distance(roi: TextureRoi, *, flat: bool) -> IntArray:
    """Return the Manhattan distance to the outside of the morphological mask, in the intensity mask's box.

    A voxel at the edge has 1; the image's edge is an edge. In slices the distance stays in the slice.
    """
    wide = np.pad(roi.morphological, 1)
    if flat:
        distance = np.stack([ndimage.distance_transform_cdt(plane, metric="taxicab") for plane in wide])
    else:
        distance = ndimage.distance_transform_cdt(wide, metric="taxicab")
    z, y, x = (slice(part.start + 1, part.stop + 1) for part in roi.box)
    return np.asarray(distance[z, y, x], dtype=np.int64)


def _merged(parts: Sequence[Zones]) -> Zones:
    return Zones(
        np.concatenate([part.slots for part in parts]),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.distances for part in parts]),
        sum(part.voxels for part in parts),
    )


def _matrix(slots: IntArray, sizes: IntArray, voxels: int, gray: GrayLevels) -> SizeMatrix:
    occurring, rank = np.unique(sizes, return_inverse=True)
    n = len(gray.present)
    counts = np.bincount((slots - 1) * occurring.size + rank, minlength=n * occurring.size)
    table = counts.reshape(1, n, occurring.size).astype(np.float64)
    return size_matrices(table, gray.present.astype(np.float64), occurring.astype(np.float64), float(voxels))[0]


def measure_size_zones(
    zones: Mapping[str, Sequence[Zones]], gray: GrayLevels, extents: Sequence[str]
) -> dict[str, float]:
    """Measure the family of zone sizes for each extent, of zones from :func:`zones_of` and the ROI's grey levels."""
    return by_extent(SIZE_FEATURES, zones, extents, _merged, lambda z: _matrix(z.slots, z.sizes, z.voxels, gray))


def measure_distance_zones(
    zones: Mapping[str, Sequence[Zones]], gray: GrayLevels, extents: Sequence[str]
) -> dict[str, float]:
    """Measure the family of zone distances for each extent; see :func:`measure_size_zones`."""
    return by_extent(
        DISTANCE_FEATURES, zones, extents, _merged, lambda z: _matrix(z.slots, z.distances, z.voxels, gray)
    )
