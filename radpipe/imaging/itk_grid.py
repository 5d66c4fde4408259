"""The grid of a file as ITK reads it, compared with what its header gives first."""

import numpy as np

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.nifti_header import NiftiHeader

__all__ = ["grid_of_file"]


def grid_of_file(path: str, header: NiftiHeader | None) -> Geometry:
    """Return the grid as ITK reads it from the header; that of a NIfTI is compared with its own affine.

    Parameters
    ----------
    path
        The file.
    header
        Of a NIfTI; None of other formats.

    Raises
    ------
    InputError
        ``E_HEADER``: ITK takes another grid than the one that the header gives first.
    """
    if header is not None and header.version == 2:
        return header.geometry()
    grid = _grid_by_itk(path)
    if header is not None and header.affine is not None:
        try:
            own = header.geometry()
        except ValueError as fault:
            raise InputError("E_HEADER", path=path, what=f"its sform is no grid of right angles ({fault})") from None
        if not own.same_grid(grid, tolerance_voxels=0.5):
            which = "sform and qform" if header.sform else "qform and pixdim"
            what = f"{which} disagree: {own.difference(grid)}"
            raise InputError("E_HEADER", path=path, what=what)
    return grid


def _grid_by_itk(path: str) -> Geometry:
    import SimpleITK as sitk  # noqa: N813

    warned = sitk.ProcessObject.GetGlobalWarningDisplay()
    sitk.ProcessObject.GlobalWarningDisplayOff()
    try:
        reader = sitk.ImageFileReader()
        reader.SetFileName(path)
        reader.ReadImageInformation()
        count = reader.GetDimension()
        size, spacing = (*reader.GetSize(), 1, 1)[:3], (*reader.GetSpacing(), 1.0, 1.0)[:3]
        origin = (*reader.GetOrigin(), 0.0)[:3]
        direction = np.eye(3)
        shown = min(count, 3)
        direction[:shown, :shown] = np.reshape(reader.GetDirection(), (count, count))[:shown, :shown]
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(warned)
    (nx, ny, nz), (dx, dy, dz), (x, y, z) = size, spacing, origin
    cosines = tuple(float(cosine) + 0.0 for cosine in direction.ravel())  # no negative zeros
    return Geometry((nz, ny, nx), (dz, dy, dx), (x + 0.0, y + 0.0, z + 0.0), cosines)
