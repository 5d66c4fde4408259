"""A resampling grid that is shifted and turned: what a patient who lies differently would give."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.sampling import point_of
from radpipe.geometry import Geometry
from radpipe.volume import Mask

__all__ = ["Motion"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Motion:
    """A turn about the slice axis through the centre of the ROI's box, and a shift.

    Parameters
    ----------
    angle_degrees
        Of the turn in the plane of slices.
    shift_xyz
        In voxels of the new grid, along its axes before the turn. An axis on which the image has one voxel only is
        neither shifted nor turned.
    """

    angle_degrees: float = 0.0
    shift_xyz: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def grid(self, mask: Mask, spacing_xyz_mm: FloatArray, pad: int) -> Geometry:
        """Lay the grid on which a ROI is resampled.

        Parameters
        ----------
        mask
            The ROI.
        spacing_xyz_mm
            Wanted, shape (3,).
        pad
            New voxels around the turned ROI's box. The grid may reach beyond the image.

        Returns
        -------
        Geometry
            Without angle and shift PyRadiomics' own grid, wherever that does not touch the image's border.
        """
        own = np.array(mask.geometry.spacing_zyx_mm[::-1])
        many = np.array(mask.geometry.size_zyx[::-1]) > 1
        ratio = own / spacing_xyz_mm
        offset = 0.5 * ratio - 0.5  # from PyRadiomics' count of new voxels to their centres
        turn = _turn(self.angle_degrees if many[0] and many[1] else 0.0)
        shift = np.where(many, np.array(self.shift_xyz), 0.0) * spacing_xyz_mm
        centre = np.array([(span.start + span.stop - 1) / 2.0 for span in mask.box[::-1]])
        centre_mm = (centre * ratio + offset) * spacing_xyz_mm
        edges = (_edges(mask) * ratio + offset) * spacing_xyz_mm
        back = (edges - centre_mm - shift) @ turn + centre_mm  # rows times a turn: turned back
        counts = np.round(back / spacing_xyz_mm - offset, 9)
        low = np.where(many, np.floor(counts.min(axis=0) - pad), 0.0)
        high = np.where(many, np.ceil(counts.max(axis=0) + pad), 0.0)
        corner = point_of(mask.geometry, (0.5 * (spacing_xyz_mm - own) / own).tolist())
        direction = mask.geometry.direction_matrix
        first = centre_mm + shift + turn @ (low * spacing_xyz_mm - centre_mm)
        origin = (np.array(corner) + direction @ first).tolist()
        if not self.angle_degrees and not shift.any():  # with PyRadiomics' operations, to the last bit
            origin = list(point_of(mask.geometry, (0.5 * (spacing_xyz_mm - own) / own + low / ratio).tolist()))
        nx, ny, nz = (high - low + 1).astype(int).tolist()
        dx, dy, dz = spacing_xyz_mm.tolist()
        frame = mask.geometry.frame_of_reference_uid
        turned = tuple((direction @ turn).ravel().tolist())
        return Geometry((nz, ny, nx), (dz, dy, dx), (origin[0], origin[1], origin[2]), turned, frame)


def _turn(angle_degrees: float) -> FloatArray:
    angle = math.radians(angle_degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def _edges(mask: Mask) -> FloatArray:
    """Return corners of the pixels that a ROI covers, over all its slices, at its first and last edge along z.

    In PyRadiomics' count the edge before voxel i is i - 0.5, and so is the one behind voxel i - 1.
    """
    y, x = np.nonzero(mask.crop.any(axis=0))
    z, first_y, first_x = mask.box[0], mask.box[1].start, mask.box[2].start
    corners = [
        np.column_stack([x + first_x + right - 0.5, y + first_y + below - 0.5, np.full(x.size, depth - 0.5)])
        for right in (0, 1)
        for below in (0, 1)
        for depth in (z.start, z.stop)
    ]
    edges: FloatArray = np.concatenate(corners)
    return edges
