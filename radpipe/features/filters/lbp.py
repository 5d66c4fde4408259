"""Local binary patterns in planes and on spheres, with the packages with which PyRadiomics makes them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import UsageError
from radpipe.volume import Box

__all__ = ["lbp_2d_image", "lbp_3d_images"]

Array = npt.NDArray[Any]


def lbp_2d_image(image: Array, *, axis: int, samples: int, radius: float, method: str) -> Array:
    """Return the local binary pattern of each plane; whole numbers of an image of whole numbers, as in PyRadiomics.

    Parameters
    ----------
    image
        Shape (z, y, x).
    axis
        Array axis across the planes.
    samples, radius, method
        See scikit-image, ``local_binary_pattern``.

    Raises
    ------
    UsageError
        scikit-image is not installed.

    References
    ----------
    T. Ojala et al., ICPR 1994, 582-585. PyRadiomics 3.0.1, ``imageoperations.getLBP2DImage``.
    """
    try:
        from skimage.feature import local_binary_pattern  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        message = "imageType LBP2D needs scikit-image: pip install scikit-image"
        raise UsageError(message) from None
    planes = np.array(image, dtype=np.int32 if image.dtype.kind in "iu" else None).swapaxes(0, axis)
    for index in range(planes.shape[0]):
        planes[index] = local_binary_pattern(  # type: ignore[no-untyped-call,unused-ignore]
            planes[index], P=samples, R=radius, method=method
        )
    return planes.swapaxes(0, axis)


def lbp_3d_images(
    image: Array, box: Box, mask: npt.NDArray[np.bool_], *, levels: int, radius: float, subdivision: int
) -> Iterator[tuple[str, Array]]:
    """Yield name and image of each level of the pattern on spheres around the ROI's voxels, then of its kurtosis.

    Parameters
    ----------
    image
        Shape (z, y, x).
    box, mask
        The ROI's place in the image, and its voxels there; the images yielded have the box's shape, 0 outside the mask.
    levels
        Of the spherical harmonics.
    radius, subdivision
        Of the icosphere, radius in voxels.

    Yields
    ------
    tuple
        ``lbp-3D-m1`` ... ``lbp-3D-k`` and the image, float64 (z, y, x), 0 outside the mask.

    Raises
    ------
    UsageError
        trimesh is not installed.

    References
    ----------
    J. Banerjee et al., ACCV 2012 Workshops, doi 10.1007/978-3-642-37410-4_3. PyRadiomics 3.0.1,
    ``imageoperations.getLBP3DImage``, which needs SciPy < 1.15 itself.
    """
    from scipy.ndimage import map_coordinates
    from scipy.stats import kurtosis

    try:
        from trimesh.creation import icosphere  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        message = "imageType LBP3D needs trimesh: pip install trimesh"
        raise UsageError(message) from None
    points = np.array(icosphere(subdivision, radius).vertices)
    polar = np.arccos(points[:, 2] / radius)
    azimuth = np.arctan2(points[:, 1], points[:, 0])
    # PyRadiomics hands the polar angle to SciPy's sph_harm where it wants the azimuth, and the other way round.
    harmonics = [
        np.stack([_harmonic(n, m, azimuth, polar) for m in range(-n, n + 1)], axis=1) for n in range(max(levels, 1))
    ]
    where = tuple(place + span.start for place, span in zip(np.nonzero(mask), box, strict=True))
    around = np.array(where).T[None, :, :] + points[:, None, :]
    samples = map_coordinates(image, around.T, order=3)
    inside = (samples >= image[where][:, None]).astype(int)
    for number, basis in enumerate(harmonics, start=1):
        rebuilt = (inside @ basis) @ basis.T
        norm = np.sqrt((rebuilt**2).sum(axis=1)).real
        yield f"lbp-3D-m{number}", _filled(mask, norm)
    yield "lbp-3D-k", _filled(mask, np.real(kurtosis(samples, axis=1)))


def _harmonic(degree: int, order: int, polar: Array, azimuth: Array) -> Array:
    """Return a spherical harmonic at angles, with SciPy's function of its time: renamed and turned round in 1.15."""
    from scipy import special

    if hasattr(special, "sph_harm_y"):
        return np.asarray(special.sph_harm_y(degree, order, polar, azimuth))
    return np.asarray(special.sph_harm(order, degree, azimuth, polar))  # type: ignore[attr-defined,unused-ignore]


def _filled(mask: npt.NDArray[np.bool_], values: Array) -> Array:
    image = np.zeros(mask.shape)
    image[mask] = values
    return image
