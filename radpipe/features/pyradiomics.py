"""The engine that is PyRadiomics itself: its parameter file, names, order and values."""

import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from radpipe.errors import InputError, UsageError
from radpipe.features.params import Params
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector, Scalar
from radpipe.volume import Mask, Volume

__all__ = ["PyRadiomicsEngine"]

INSTALL = (
    "PyRadiomics is not installed. On Python 3.11: pip install numpy versioneer cython 'setuptools<81' wheel && "
    "pip install --no-build-isolation pyradiomics==3.0.1"
)


class PyRadiomicsEngine:
    """PyRadiomics 3.0.1 behind the engine seam.

    Raises
    ------
    UsageError
        PyRadiomics is not installed.
    """

    def __init__(self) -> None:
        try:
            import radiomics
        except ImportError:
            raise UsageError(INSTALL) from None
        self._version = str(radiomics.__version__).removeprefix("v")

    @property
    def name(self) -> str:
        """``pyradiomics``."""
        return "pyradiomics"

    @property
    def version(self) -> str:
        """Versions of PyRadiomics and of the libraries that compute for it."""
        import pywt
        import SimpleITK as sitk  # noqa: N813

        return (
            f"PyRadiomics {self._version}, SimpleITK {sitk.Version.VersionString()}, NumPy {np.__version__}, "
            f"PyWavelets {pywt.__version__}"
        )

    def measure(
        self, volume: Volume, masks: Mapping[str, Mask], params: Params
    ) -> Mapping[str, FeatureVector | InputError]:
        """Measure every mask on the volume; see :class:`radpipe.features.engine.Engine`."""
        image = _as_itk(volume.array, volume.geometry)
        results: dict[str, FeatureVector | InputError] = {}
        with _quiet_and_single():
            for roi, mask in masks.items():
                try:
                    results[roi] = self._measure_one(image, volume, mask, params)
                except InputError as fault:
                    results[roi] = fault.located(roi=roi)
        return results

    def _measure_one(self, image: Any, volume: Volume, mask: Mask, params: Params) -> FeatureVector:
        _refuse_dimension(mask, params)
        _refuse_bins(volume, mask, params)
        extractor = _extractor(params)
        try:
            found = extractor.execute(image, _as_itk(mask.array.astype(np.uint8), volume.geometry))
        except (ValueError, RuntimeError, IndexError) as fault:
            raise _reason(extractor.prepared, mask, params, fault) from fault
        names = [name for name in found if not name.startswith("diagnostics_") and params.keeps(name)]
        values = [float(np.asarray(found[name])) for name in names]
        diagnostics = _diagnostics(volume, mask, extractor.prepared, params)
        for name, value in found.items():
            if name.startswith("diagnostics_"):
                diagnostics[f"pyradiomics_{name.removeprefix('diagnostics_')}"] = str(value)
        for extra in params.extra_shape:
            names.append(f"radpipe_shape_{extra}")
            mesh = float(found["original_shape_MeshVolume"])
            values.append(mesh / (math.sqrt(math.pi) * float(found["original_shape_SurfaceArea"]) ** (2 / 3)))
        return FeatureVector(tuple(names), np.array(values, dtype=np.float64), diagnostics)


def _extractor(params: Params) -> Any:
    """Make an extractor that also keeps the image and mask it prepared."""
    from radiomics import featureextractor

    class KeepingExtractor(featureextractor.RadiomicsFeatureExtractor):  # type: ignore[misc]
        prepared: tuple[Any, Any] | None = None

        def loadImage(self, *args: Any, **kwargs: Any) -> tuple[Any, Any]:  # noqa: N802
            self.prepared = super().loadImage(*args, **kwargs)
            return self.prepared

    return KeepingExtractor(params.as_pyradiomics())


@contextmanager
def _quiet_and_single() -> Iterator[None]:
    """One ITK thread, for sums in one order, and no log lines on the user's terminal; both restored."""
    import SimpleITK as sitk  # noqa: N813

    threads = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    logger = logging.getLogger("radiomics")
    level = logger.level
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
        logger.setLevel(level)


def _as_itk(array: np.ndarray[Any, Any], geometry: Geometry) -> Any:
    """Make a SimpleITK image of an array (z, y, x)."""
    import SimpleITK as sitk  # noqa: N813

    image = sitk.GetImageFromArray(array)
    image.SetSpacing(geometry.spacing_zyx_mm[::-1])
    image.SetOrigin(geometry.origin_xyz_mm)
    image.SetDirection(geometry.direction)
    return image


def _refuse_dimension(mask: Mask, params: Params) -> None:
    flat = mask.geometry.size_zyx[0] == 1
    if flat and "shape" in params.classes:
        raise InputError("E_DIMENSION", what="featureClass shape", wanted="3D", found="2D")
    if "shape2D" in params.classes:
        axis = params.whole("force2Ddimension")
        across = mask.array.any(axis=tuple(a for a in range(3) if a != axis))
        if int(np.count_nonzero(across)) > 1:
            raise InputError("E_DIMENSION", what="featureClass shape2D", wanted="2D", found="3D")


def _refuse_bins(volume: Volume, mask: Mask, params: Params) -> None:
    """Count gray levels before matrices are allocated (PyRadiomics' memory grows with their square)."""
    texture = set(params.classes) & {"glcm", "gldm", "glrlm", "glszm", "ngtdm"}
    width = params.bin_width
    if not texture or width is None or params.setting("normalize"):
        return
    inside = volume.array[mask.array]
    low, high = float(inside.min()), float(inside.max())
    limits = params.setting("resegmentRange")
    if isinstance(limits, tuple) and params.settings.get("resegmentMode", "absolute") == "absolute":
        low = max(low, limits[0])
        high = min(high, limits[1]) if len(limits) > 1 else high
    bins = int(max(high - low, 0.0) / width) + 1
    if bins > params.max_bins:
        raise InputError("E_TOO_MANY_BINS", width=width, low=low, high=high, bins=bins, limit=params.max_bins)


def _reason(prepared: tuple[Any, Any] | None, mask: Mask, params: Params, fault: BaseException) -> InputError:
    """Say why PyRadiomics refused a ROI, from what it prepared rather than from its words."""
    import SimpleITK as sitk  # noqa: N813

    array = mask.array if prepared is None else sitk.GetArrayViewFromImage(prepared[1]) == 1
    voxels = int(np.count_nonzero(array))
    if voxels == 0:
        return InputError("E_EMPTY_ROI")
    dimensions = int(np.count_nonzero(np.ptp(np.argwhere(array), axis=0)))
    wanted = params.whole("minimumROIDimensions")
    least = params.setting("minimumROISize")
    if dimensions < wanted or voxels <= 1 or (isinstance(least, int) and voxels <= least):
        what = f"minimumROIDimensions {wanted} and minimumROISize {least}"
        return InputError("E_TINY_ROI", voxels=voxels, dimensions=dimensions, what=what)
    return InputError("E_INTENSITY", what=" ".join(str(fault).split())[:200] or type(fault).__name__)


def _diagnostics(volume: Volume, mask: Mask, prepared: tuple[Any, Any] | None, params: Params) -> dict[str, Scalar]:
    """Tell of the ROI as drawn, and of the ROI as measured after resampling."""
    import SimpleITK as sitk  # noqa: N813

    inside = volume.array[mask.array]
    dz, dy, dx = volume.geometry.spacing_zyx_mm
    told: dict[str, Scalar] = {
        "voxel_count": mask.voxel_count,
        "volume_mm3": mask.volume_mm3,
        "spacing_x_mm": dx,
        "spacing_y_mm": dy,
        "spacing_z_mm": dz,
        "unit": volume.unit,
        "minimum": float(inside.min()),
        "maximum": float(inside.max()),
        "mean": float(inside.mean(dtype=np.float64)),
    }
    if prepared is not None:
        image, roi = (sitk.GetArrayViewFromImage(one) for one in prepared)
        measured = np.asarray(image)[np.asarray(roi) == 1].astype(np.float64)
        told["measured_voxel_count"] = int(measured.size)
        for axis, spacing in zip("xyz", prepared[0].GetSpacing(), strict=True):
            told[f"measured_spacing_{axis}_mm"] = float(spacing)
        width = params.bin_width
        if width is None:
            told["bins"] = params.whole("binCount")
        elif measured.size:
            told["bins"] = math.floor(measured.max() / width) - math.floor(measured.min() / width) + 1
    return told
