"""The ``diagnostics_*`` of PyRadiomics' result: versions, settings, image and mask as given and as measured."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.crop import window_around
from radpipe.features.params import Params
from radpipe.features.prepare import PreparedRoi, prepare
from radpipe.features.resample import as_array, as_itk, is_cubic_spline, one_thread
from radpipe.features.sampling import around_box, lines_between, wanted_spacing
from radpipe.features.source import ImageSource
from radpipe.features.spline import support
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["diagnostics_of", "source_of"]


def source_of(volume: Volume, mask: Mask, params: Params) -> ImageSource | None:
    """Make what measuring a ROI and telling of it share; None where nothing is resampled by splines.

    Parameters
    ----------
    volume
        As measured.
    mask
        Where the spline is wanted.
    params
        Settings.
    """
    interpolator = params.settings.interpolator
    if params.settings.resampling_xyz_mm is None or interpolator is None or not is_cubic_spline(interpolator):
        return None
    lines = lines_between(mask.geometry, _measured_grid(mask, params))
    return ImageSource.of(volume, params, support([lines], mask.geometry.size_zyx))


def diagnostics_of(
    given: tuple[object, object],
    volume: Volume,
    mask: Mask,
    params: Params,
    source: ImageSource | None,
    settings: Mapping[str, Any],
    image_types: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what PyRadiomics 3.0.1 tells of an extraction, under its names and in its order.

    Parameters
    ----------
    given
        Image and mask as the script gave them.
    volume, mask, params, source
        What was measured.
    settings, image_types
        As the extractor holds them.
    """
    image, labels = _as_given(given[0]), _as_labels(given[1])
    values: dict[str, Any] = {
        "Versions_PyRadiomics": f"radpipe {version('radpipe')}, with the values of PyRadiomics 3.0.1",
        "Versions_Numpy": np.__version__,
        "Versions_SimpleITK": version("SimpleITK"),
        "Versions_PyWavelet": version("PyWavelets"),
        "Versions_Python": platform.python_version(),
        "Configuration_Settings": dict(settings),
        "Configuration_EnabledImageTypes": dict(image_types),
        **_of_image(image, "original"),
        **_of_mask(None, labels, int(settings["label"]), "original"),
    }
    grid = _measured_grid(mask, params)
    if params.settings.resampling_xyz_mm is not None:
        plain = params.over({"resegmentRange": None})
        window, inside = _prepared(volume, mask, plain, source, grid)
        values |= _of_image(window, "interpolated")
        values |= _of_mask(window, inside, 1, "interpolated")
    if params.settings.resegment_range is not None:
        window, inside = _prepared(volume, mask, params, source, grid)
        values |= _of_mask(window, inside, 1, "resegmented")
    return {f"diagnostics_{name}": value for name, value in values.items()}


def _as_given(thing: object) -> Any:
    import SimpleITK as sitk  # noqa: N813

    return thing if isinstance(thing, sitk.Image) else sitk.ReadImage(str(thing))


def _as_labels(thing: object) -> Any:
    import SimpleITK as sitk  # noqa: N813

    return sitk.Cast(_as_given(thing), sitk.sitkUInt32)


def _measured_grid(mask: Mask, params: Params) -> Geometry:
    """Return the grid on which a ROI is measured: resampled, a window of the image, or the image's."""
    grid, spacing = mask.geometry, params.settings.resampling_xyz_mm
    if spacing is not None:
        wanted = wanted_spacing(grid, mask.box, spacing)
        if not np.allclose(np.array(grid.spacing_zyx_mm[::-1]), wanted):
            return around_box(grid, mask.box, wanted, params.settings.pad_distance)
    elif not params.settings.pre_crop:
        return grid
    outer = window_around(mask.box, grid.size_zyx, params.settings.pad_distance).outer
    z, y, x = (span.stop - span.start for span in outer)
    ox, oy, oz = (float(value) for value in grid.index_to_mm([span.start for span in outer]))
    return Geometry((z, y, x), grid.spacing_zyx_mm, (ox, oy, oz), grid.direction)


def _prepared(
    volume: Volume, mask: Mask, params: Params, source: ImageSource | None, grid: Geometry
) -> tuple[Any, Any]:
    """Return image and mask as measured, as SimpleITK images."""
    with one_thread(), np.errstate(all="ignore"):
        ready = next(iter(prepare(volume, {"roi": mask}, params, source)))
    roi = ready.rois["roi"]
    assert isinstance(roi, PreparedRoi)  # it was measured
    inside = np.zeros(ready.image.shape, dtype=np.uint32)
    inside[roi.box] = roi.mask
    return as_itk(ready.image, grid), as_itk(inside, grid)


def _of_image(image: Any, stage: str) -> dict[str, Any]:
    values = as_array(image).astype(np.float64)
    facts: dict[str, Any] = {}
    if stage == "original":
        import SimpleITK as sitk  # noqa: N813

        facts = {"Hash": sitk.Hash(image), "Dimensionality": f"{image.GetDimension()}D"}
    facts |= {
        "Spacing": image.GetSpacing(),
        "Size": image.GetSize(),
        "Mean": values.mean(),
        "Minimum": values.min(),
        "Maximum": values.max(),
    }
    return {f"Image-{stage}_{name}": value for name, value in facts.items()}


def _of_mask(image: Any, labels: Any, label: int, stage: str) -> dict[str, Any]:
    import SimpleITK as sitk  # noqa: N813

    inside: npt.NDArray[np.bool_] = as_array(labels) == label
    parts = sitk.ConnectedComponentImageFilter()
    parts.FullyConnectedOn()
    parts.Execute(labels == label)
    places = np.nonzero(inside)[::-1]  # x, y, z
    corner = tuple(int(axis.min()) for axis in places)
    size = tuple(int(axis.max() - axis.min() + 1) for axis in places)
    centre = tuple(float(axis.mean()) for axis in places)
    facts: dict[str, Any] = {"Hash": sitk.Hash(labels)} if stage == "original" else {}
    facts |= {
        "Spacing": labels.GetSpacing(),
        "Size": labels.GetSize(),
        "BoundingBox": (*corner, *size),
        "VoxelNum": int(np.count_nonzero(inside)),
        "VolumeNum": parts.GetObjectCount(),
        "CenterOfMassIndex": centre,
        "CenterOfMass": labels.TransformContinuousIndexToPhysicalPoint(centre),
    }
    if image is not None:
        values = as_array(image)[inside].astype(np.float64)
        facts |= {"Mean": values.mean(), "Minimum": values.min(), "Maximum": values.max()}
    return {f"Mask-{stage}_{name}": value for name, value in facts.items()}
