"""Local binary patterns: PyRadiomics' images, and patterns by hand."""

import sys
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from radpipe.errors import UsageError
from radpipe.features.filters.lbp import lbp_2d_image, lbp_3d_images
from radpipe.volume import bounding_box

pytestmark = [
    pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning"),  # pykwalify, for PyRadiomics
    pytest.mark.filterwarnings("ignore:Please import `map_coordinates` from:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Applying `local_binary_pattern` to floating-point images:UserWarning"),
]

Array = npt.NDArray[Any]


def image(dtype: str) -> Array:
    return (np.random.default_rng(8).normal(0, 60, (9, 11, 12)) + 30).astype(dtype)


def roi() -> npt.NDArray[np.bool_]:
    mask = np.zeros((9, 11, 12), dtype=bool)
    mask[2:7, 3:9, 2:10] = np.random.default_rng(9).random((5, 6, 8)) < 0.7
    return mask


def pyradiomics(name: str, values: Array, mask: Array, **settings: Any) -> dict[str, Array]:
    """The images of PyRadiomics 3.0.1, with the function that SciPy 1.17 no longer has under its old name."""
    operations = pytest.importorskip("radiomics.imageoperations")
    import SimpleITK as sitk  # noqa: N813

    pictures = (sitk.GetImageFromArray(values), sitk.GetImageFromArray(mask.astype(np.uint8)))
    return {kind: sitk.GetArrayFromImage(one) for one, kind, _ in getattr(operations, name)(*pictures, **settings)}


@pytest.fixture
def old_harmonics(monkeypatch: pytest.MonkeyPatch) -> None:
    """SciPy's table of the renaming: ``sph_harm(m, n, theta, phi)`` is ``sph_harm_y(n, m, phi, theta)``."""
    from scipy import special

    if hasattr(special, "sph_harm_y"):
        monkeypatch.setattr(
            special, "sph_harm", lambda m, n, theta, phi: special.sph_harm_y(n, m, phi, theta), raising=False
        )


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(
    ("samples", "radius", "method", "dtype"),
    [
        (8, 1, "uniform", "int16"),
        (8, 1, "uniform", "float64"),
        (6, 1.5, "default", "int16"),
        (6, 1.5, "default", "float64"),
        (9, 2, "ror", "int16"),
        (8, 1, "var", "float64"),
    ],
)
def test_planes_are_those_of_pyradiomics(axis: int, samples: int, radius: float, method: str, dtype: str) -> None:
    pytest.importorskip("skimage")
    values = image(dtype)
    settings = {"lbp2DSamples": samples, "lbp2DRadius": radius, "lbp2DMethod": method}
    theirs = pyradiomics("getLBP2DImage", values, roi(), force2D=True, force2Ddimension=axis, **settings)
    ours = lbp_2d_image(values, axis=axis, samples=samples, radius=radius, method=method)
    assert ours.dtype == (np.int32 if values.dtype.kind == "i" else values.dtype)  # one type for all whole numbers
    np.testing.assert_array_equal(ours, theirs["lbp-2D"])


@pytest.mark.usefixtures("old_harmonics")
@pytest.mark.parametrize("dtype", ["int16", "float64"])
@pytest.mark.parametrize(("levels", "radius", "subdivision"), [(2, 1.0, 1), (3, 1.0, 0), (4, 2.5, 1)])
def test_spheres_are_those_of_pyradiomics(levels: int, radius: float, subdivision: int, dtype: str) -> None:
    pytest.importorskip("trimesh")
    values, mask = image(dtype), roi()
    settings = {"lbp3DLevels": levels, "lbp3DIcosphereRadius": radius, "lbp3DIcosphereSubdivision": subdivision}
    theirs = pyradiomics("getLBP3DImage", values, mask, **settings)
    box = bounding_box(mask)
    pattern = lbp_3d_images(values, box, mask[box], levels=levels, radius=radius, subdivision=subdivision)
    ours = dict(pattern)
    mask, theirs = mask[box], {name: picture[box] for name, picture in theirs.items()}
    assert list(ours) == list(theirs) == [*(f"lbp-3D-m{n + 1}" for n in range(levels)), "lbp-3D-k"]
    for name, values_of_name in ours.items():
        np.testing.assert_allclose(values_of_name[mask], theirs[name][mask], rtol=1e-9, atol=1e-9)
        assert not values_of_name[~mask].any()


def test_the_pattern_of_a_peak_a_plain_and_a_hole_by_hand() -> None:
    # A uniform pattern counts the neighbours that are not lower than the centre: none around a peak, else all eight.
    pytest.importorskip("skimage")
    plane = np.full((1, 9, 9), 10, dtype=np.int16)
    plane[0, 2, 2], plane[0, 6, 6] = 50, 0
    found = lbp_2d_image(plane, axis=0, samples=8, radius=1, method="uniform")
    assert (found[0, 2, 2], found[0, 6, 6], found[0, 2, 6]) == (0, 8, 8)


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("skimage.feature", "trimesh.creation"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match="imageType LBP2D needs scikit-image"):
        lbp_2d_image(image("int16"), axis=0, samples=8, radius=1, method="uniform")
    box = bounding_box(roi())
    with pytest.raises(UsageError, match="imageType LBP3D needs trimesh"):
        next(iter(lbp_3d_images(image("int16"), box, roi()[box], levels=2, radius=1, subdivision=1)))
