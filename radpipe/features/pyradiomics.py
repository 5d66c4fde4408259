"""The engine that is PyRadiomics itself: its parameter file, names, order and values."""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from radpipe.errors import InputError, UsageError
from radpipe.features.number_type import as_measured
from radpipe.features.params import Params
from radpipe.features.resample import as_array, as_itk, one_thread
from radpipe.features.roi_checks import (
    refuse_bins,
    refuse_dimension,
    refuse_other_grid,
    refuse_size,
    refuse_small_image,
    roi_diagnostics,
)
from radpipe.features.source import ImageSource
from radpipe.outcome import FeatureVector, Scalar
from radpipe.volume import Mask, Volume, bounding_box

__all__ = ["PyRadiomicsEngine"]

MOST_BINS = 5000
"""Of PyRadiomics' GLCM: 5000 x 5000 x 13 directions x 8 bytes are 2.6 GB, and it makes copies."""

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
        self, volume: Volume, masks: Mapping[str, Mask], params: Params, source: ImageSource | None = None
    ) -> Mapping[str, FeatureVector | InputError]:
        """Measure every mask on the volume; see :class:`radpipe.features.engine.Engine`. A source spares nothing.

        PyRadiomics computes the edges of bins in the image's own type, which wraps for small integers on NumPy 2, so
        that images of whole numbers are handed to it as int32.
        """
        if source is not None:
            source.refuse_other(volume)
        if params.ibsi is not None:
            fault = InputError("E_DEFINITION", engine=self.name, definition=params.definition)
            return {roi: fault.located(roi=roi) for roi in masks}
        array = as_measured(volume, params).array
        image = as_itk(array.astype(np.int32) if array.dtype == np.int16 else array, volume.geometry)
        results: dict[str, FeatureVector | InputError] = {}
        with one_thread(), _quiet():
            extractor = _extractor(params)
            for roi, mask in masks.items():
                try:
                    results[roi] = _measure_one(extractor, image, volume, mask, params)
                except InputError as fault:
                    results[roi] = fault.located(roi=roi)
        return results


def _measure_one(extractor: Any, image: Any, volume: Volume, mask: Mask, params: Params) -> FeatureVector:
    refuse_other_grid(volume, mask)
    refuse_dimension(mask, params)
    refuse_bins(volume, mask, params, min(params.max_bins, MOST_BINS))
    extractor.prepared = None
    try:
        result = extractor.execute(image, as_itk(mask.full_array().view(np.uint8), volume.geometry))
    except (ValueError, RuntimeError, IndexError) as fault:
        raise _reason(extractor.prepared, mask, params, fault) from fault
    prepared = extractor.prepared[0]
    refuse_small_image(prepared.GetSize()[::-1], prepared.GetSpacing()[::-1], params)
    names = [name for name in result if not name.startswith("diagnostics_") and params.keeps(name)]
    values = [float(np.real(result[name])) for name in names]  # eigenvalues may be complex by rounding
    diagnostics = _diagnostics(volume, mask, extractor.prepared, params)
    for name, value in result.items():
        if name.startswith("diagnostics_"):
            diagnostics[f"pyradiomics_{name.removeprefix('diagnostics_')}"] = str(value)
    own = _own(extractor.prepared, params)
    names += own
    values += own.values()
    return FeatureVector(tuple(names), np.array(values, dtype=np.float64), diagnostics)


def _extractor(params: Params) -> Any:
    """Make an extractor that also keeps the image and mask it prepared; PyRadiomics checks the settings for 13 ms."""
    from radiomics import featureextractor

    class KeepingExtractor(featureextractor.RadiomicsFeatureExtractor):  # type: ignore[misc]
        prepared: tuple[Any, Any] | None = None

        def loadImage(self, *args: Any, **kwargs: Any) -> tuple[Any, Any]:  # noqa: N802
            self.prepared = super().loadImage(*args, **kwargs)
            return self.prepared

    return KeepingExtractor(params.as_pyradiomics())


@contextmanager
def _quiet() -> Iterator[None]:
    """No log lines and no warnings on the user's terminal; restored."""
    logger = logging.getLogger("radiomics")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _reason(prepared: tuple[Any, Any] | None, mask: Mask, params: Params, fault: BaseException) -> InputError:
    """Say why PyRadiomics refused a ROI, from what it prepared rather than from its words."""
    inside = mask.crop if prepared is None else as_array(prepared[1]) == 1
    try:
        refuse_size(int(np.count_nonzero(inside)), bounding_box(inside), params)
    except InputError as size:
        return size
    return InputError("E_INTENSITY", what=" ".join(str(fault).split())[:200] or type(fault).__name__)


def _own(prepared: tuple[Any, Any], params: Params) -> dict[str, float]:
    """Compute radpipe's own features of the ROI as PyRadiomics prepared it."""
    if not params.own:
        return {}
    from radpipe.features.inputs import RoiImage
    from radpipe.features.own.measure import measure_own

    image, roi = (as_array(part) for part in prepared)
    inside = roi == 1
    box = bounding_box(inside)
    dx, dy, dz = prepared[0].GetSpacing()
    return measure_own(params.own, RoiImage(image[box], inside[box], (dz, dy, dx)), {})


def _diagnostics(volume: Volume, mask: Mask, prepared: tuple[Any, Any], params: Params) -> dict[str, Scalar]:
    image, roi = (as_array(part) for part in prepared)
    return roi_diagnostics(volume, mask, image[roi == 1], prepared[0].GetSpacing(), params)
