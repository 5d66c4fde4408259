"""Intensity-volume histogram features (IBSI 3.5, P88C): which share of a volume has at least an intensity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.ibsi.prepare import discretise
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.ibsi.settings import IbsiSettings

__all__ = ["FEATURES", "VolumeHistogram", "volume_histogram_of"]

FloatArray = npt.NDArray[np.float64]

_STEPS = 10_000_000
"""More steps of the intensity than this are refused: the step is far too small for the range."""


@dataclass(frozen=True, slots=True, eq=False)
class VolumeHistogram:
    """The histogram.

    Parameters
    ----------
    intensity
        Rising, in even steps, shape (G,).
    volume
        Share of voxels with at least this intensity, nu, shape (G,).
    """

    intensity: FloatArray
    volume: FloatArray

    def volume_at(self, share: float) -> float:
        """Return the largest volume share at an intensity share of at least so much."""
        span = self.intensity[-1] - self.intensity[0]
        gamma = (self.intensity - self.intensity[0]) / span if span else np.zeros(1)
        reached = gamma >= share
        return float(self.volume[reached].max()) if reached.any() else 0.0

    def intensity_at(self, share: float) -> float:
        """Return the smallest intensity that at most such a share of the volume has."""
        reached = self.volume <= share
        if not reached.any():  # the histogram ends with the highest voxel: the next step has none
            step = self.intensity[1] - self.intensity[0] if self.intensity.size > 1 else 0.0
            return float(self.intensity[-1] + step)
        return float(self.intensity[reached].min())


def volume_histogram_of(values: FloatArray, settings: IbsiSettings) -> VolumeHistogram:
    """Build the histogram of the intensity mask's values, shape (N,).

    Parameters
    ----------
    values
        Intensities.
    settings
        ``ivh`` says whether they are discretised for it, ``range`` where it begins and ends, ``ivh_step`` its step
        where they are not.

    Raises
    ------
    ValueError
        The step is so small that the histogram would have more than ten million steps.
    """
    low, high = settings.range
    how = settings.ivh
    if how.method == "none":
        step = settings.ivh_step
        first = float(values.min()) if low is None else low
        last = float(values.max()) if high is None else high
        seen = values
    elif how.width is not None:
        bins = discretise(values, how, low)
        seen, step = bins.centres, how.width
        first = bins.first_edge + step / 2
        last = float(seen.max()) if high is None else high - step / 2
    else:
        seen = discretise(values, how, low).levels.astype(np.float64)
        first, last, step = 1.0, float(how.bins or 1), 1.0
    count = int(np.floor((last - first) / step + 1e-6)) + 1
    if count > _STEPS:
        message = f"the intensity-volume histogram would have {count} steps of {step}"
        raise ValueError(message)
    intensity = first + step * np.arange(count)
    ordered = np.sort(seen)
    below = np.searchsorted(ordered, intensity - 1e-6 * step, side="left")
    return VolumeHistogram(np.asarray(intensity, dtype=np.float64), np.asarray(1 - below / seen.size))


Feature = IbsiFeature[VolumeHistogram]

FEATURES: tuple[Feature, ...] = (
    Feature(
        "ivh_v10",
        "BC2M",
        "Volume fraction at 10% intensity",
        "max nu where gamma >= 0.1",
        "",
        lambda s: s.volume_at(0.1),
    ),
    Feature(
        "ivh_v90",
        "BC2M",
        "Volume fraction at 90% intensity",
        "max nu where gamma >= 0.9",
        "",
        lambda s: s.volume_at(0.9),
    ),
    Feature(
        "ivh_i10", "GBPN", "Intensity at 10% volume", "min i where nu <= 0.1", "image", lambda s: s.intensity_at(0.1)
    ),
    Feature(
        "ivh_i90", "GBPN", "Intensity at 90% volume", "min i where nu <= 0.9", "image", lambda s: s.intensity_at(0.9)
    ),
    Feature(
        "ivh_diff_v10_v90",
        "DDTU",
        "Volume fraction difference between 10% and 90% intensity",
        "V10 - V90",
        "",
        lambda s: s.volume_at(0.1) - s.volume_at(0.9),
    ),
    Feature(
        "ivh_diff_i10_i90",
        "CNV2",
        "Intensity difference between 10% and 90% volume",
        "I10 - I90",
        "image",
        lambda s: s.intensity_at(0.1) - s.intensity_at(0.9),
    ),
)
"""In IBSI's order. The area under the curve (9CMM) has no reference value, and IBSI advises against it."""
