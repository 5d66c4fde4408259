"""Params to derived images, one at a time: original, filtered by wavelets, LoG and the others, cropped to each ROI."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.features.crop import box_around, box_in
from radpipe.features.filters.gradient import gradient_image
from radpipe.features.filters.lbp import lbp_2d_image, lbp_3d_images
from radpipe.features.filters.log import log_fits, log_image, log_name
from radpipe.features.filters.pointwise import POINTWISE, extremes
from radpipe.features.filters.wavelet import wavelet_images
from radpipe.features.params import Params
from radpipe.features.prepare import Prepared, PreparedRoi
from radpipe.features.settings import Settings

__all__ = ["Derived", "derive"]

Images = Iterator[tuple[str, str, npt.NDArray[Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """One derived image in the box of one ROI.

    Parameters
    ----------
    roi
        Name of the ROI.
    name
        Of the image, ``wavelet-HLH``.
    settings
        What holds for it: defaults, the file's settings, those of its image type.
    values
        Shape of the ROI's box.
    """

    roi: str
    name: str
    settings: Settings
    values: npt.NDArray[Any]


def derive(prepared: Prepared, params: Params) -> Iterator[Derived]:
    """Yield each derived image of each ROI; the images of one ROI come in the order of the file.

    Whole images are filtered once for all ROIs; local filters only see what a ROI needs.
    """
    for kind in params.image_types:
        settings = params.settings_of(kind)
        for roi, name, values in _FILTERS[kind.name](prepared, settings, params.keeps):
            if params.keeps(name):
                yield Derived(roi, name, settings, values)


def _measurable(prepared: Prepared) -> Iterator[tuple[str, PreparedRoi]]:
    for name, roi in prepared.rois.items():
        if not isinstance(roi, InputError):
            yield name, roi


def _original(prepared: Prepared, _settings: Settings, _keeps: Callable[[str], bool]) -> Images:
    for name, roi in _measurable(prepared):
        yield name, "original", prepared.image[roi.box]


def _wavelet(prepared: Prepared, settings: Settings, keeps: Callable[[str], bool]) -> Images:
    axes = [2, 1, 0]
    if settings.flat_axis is not None:
        axes.remove(settings.flat_axis)
    for name, roi in _measurable(prepared):
        for image_name, values in wavelet_images(
            prepared.image,
            roi.box,
            wavelet=settings.wavelet,
            start_level=settings.start_level,
            level=settings.level,
            axes=tuple(axes),
            keeps=keeps,
        ):
            yield name, image_name, values


def _log(prepared: Prepared, settings: Settings, keeps: Callable[[str], bool]) -> Images:
    for sigma in settings.sigma:
        image_name = log_name(sigma)
        if not keeps(image_name) or not log_fits(prepared.image.shape, prepared.spacing_zyx_mm, sigma):
            continue
        boxes = [roi.box for _, roi in _measurable(prepared)]
        if not boxes:
            return
        common = box_around(boxes)
        filtered = log_image(prepared.image, common, prepared.spacing_zyx_mm, sigma)
        for name, roi in _measurable(prepared):
            yield name, image_name, filtered[box_in(roi.box, common)]


def _gradient(prepared: Prepared, settings: Settings, _keeps: Callable[[str], bool]) -> Images:
    for name, roi in _measurable(prepared):
        values = gradient_image(
            prepared.image, roi.box, prepared.spacing_zyx_mm, use_spacing=settings.gradient_use_spacing
        )
        yield name, "gradient", values


def _pointwise(kind: str) -> Callable[[Prepared, Settings, Callable[[str], bool]], Images]:
    def images(prepared: Prepared, _settings: Settings, _keeps: Callable[[str], bool]) -> Images:
        ends = extremes(prepared.image)
        for name, roi in _measurable(prepared):
            yield name, kind.lower(), POINTWISE[kind](prepared.image[roi.box].astype(np.float64), ends)

    return images


def _lbp_2d(prepared: Prepared, settings: Settings, _keeps: Callable[[str], bool]) -> Images:
    filtered = lbp_2d_image(
        prepared.image,
        axis=settings.force_2d_dimension,
        samples=settings.lbp_2d_samples,
        radius=settings.lbp_2d_radius,
        method=settings.lbp_2d_method,
    )
    for name, roi in _measurable(prepared):
        yield name, "lbp-2D", filtered[roi.box]


def _lbp_3d(prepared: Prepared, settings: Settings, _keeps: Callable[[str], bool]) -> Images:
    for name, roi in _measurable(prepared):
        for image_name, filtered in lbp_3d_images(
            prepared.image,
            roi.box,
            roi.mask,
            levels=settings.lbp_3d_levels,
            radius=settings.lbp_3d_icosphere_radius,
            subdivision=settings.lbp_3d_icosphere_subdivision,
        ):
            yield name, image_name, filtered


_FILTERS: Mapping[str, Callable[[Prepared, Settings, Callable[[str], bool]], Images]] = {
    "Original": _original,
    "Wavelet": _wavelet,
    "LoG": _log,
    "Gradient": _gradient,
    "LBP2D": _lbp_2d,
    "LBP3D": _lbp_3d,
    **{kind: _pointwise(kind) for kind in POINTWISE},
}
"""Image type -> ROI name, image name and values of each image."""
