"""Real images and masks, read once for all contestants."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume


def read(files: Sequence[Path | str], mask_file: Path, *, spacing_mm: float | None = None) -> tuple[Volume, Mask]:
    """Read a CT or MR and a mask on its grid; both resampled where a spacing is given.

    Parameters
    ----------
    files
        One file, or those of the slices in their order.
    mask_file
        Above 0 inside.
    spacing_mm
        In all directions; None leaves the grid as it is.
    """
    import SimpleITK as sitk  # noqa: N813

    names = [str(file) for file in files]
    image, mask = sitk.ReadImage(names if len(names) > 1 else names[0]), sitk.ReadImage(str(mask_file))
    if spacing_mm is not None:
        size = [round(n * step / spacing_mm) for n, step in zip(image.GetSize(), image.GetSpacing(), strict=True)]
        place = (image.GetOrigin(), [spacing_mm] * 3, image.GetDirection(), 0.0)
        image = sitk.Resample(image, size, sitk.Transform(), sitk.sitkLinear, *place, sitk.sitkFloat32)
        mask = sitk.Resample(mask, size, sitk.Transform(), sitk.sitkNearestNeighbor, *place)
    (nx, ny, nz), (dx, dy, dz) = image.GetSize(), image.GetSpacing()
    geometry = Geometry((nz, ny, nx), (dz, dy, dx), image.GetOrigin(), image.GetDirection())
    array = np.rint(sitk.GetArrayFromImage(image)).astype(np.int16)
    return Volume(array, geometry, "HU"), Mask.of(sitk.GetArrayFromImage(mask) > 0, geometry)
