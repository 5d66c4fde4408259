"""The header of a NIfTI file: the fields that are used, and the grid that they give."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry

__all__ = ["NUMBER_TYPES", "NiftiHeader"]


NUMBER_TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
"""Code of a number type -> NumPy's name."""


@dataclass(frozen=True, slots=True)
class NiftiHeader:
    """The fields that are used; of an Analyze header without those that NIfTI added.

    Parameters
    ----------
    version
        1 or 2; 0 is Analyze.
    order
        Byte order, ``<`` or ``>``.
    counts
        Voxels along each axis, x first.
    code, bits
        Number type and bits of a voxel.
    spacing
        ``pixdim`` of x, y, z.
    offset
        First byte of the voxels.
    scale
        Slope and intercept as written.
    units
        Code of length.
    affine
        Index to RAS coordinates, shape (3, 4), by ``sform``, else ``qform``; None where the header has neither.
    sform
        Whether ``affine`` is the ``sform``.
    is_pair
        Whether the voxels lie in a file of their own.
    """

    version: int
    order: str
    counts: tuple[int, ...]
    code: int
    bits: int
    spacing: tuple[float, float, float]
    offset: int
    scale: tuple[float, float]
    units: int
    affine: npt.NDArray[np.float64] | None
    sform: bool
    is_pair: bool

    def geometry(self) -> Geometry:
        """Return the grid of the affine, in LPS and mm.

        Raises
        ------
        ValueError
            The affine is sheared, or there is none.
        """
        if self.affine is None:
            message = "it has neither sform nor qform"
            raise ValueError(message)
        lps = np.diag([-1.0, -1.0, 1.0]) @ self.affine
        lengths = np.linalg.norm(lps[:, :3], axis=0)
        direction = lps[:, :3] / lengths
        dx, dy, dz = (float(length) for length in lengths)
        x, y, z = (float(number) for number in lps[:, 3])
        nx, ny, nz = self.size_xyz
        return Geometry((nz, ny, nx), (dz, dy, dx), (x, y, z), tuple(float(cosine) for cosine in direction.ravel()))

    @property
    def size_xyz(self) -> tuple[int, int, int]:
        """Voxels along x, y and z; axes that are not there have one."""
        x, y, z = (*self.counts, 1, 1)[:3]
        return x, y, z
