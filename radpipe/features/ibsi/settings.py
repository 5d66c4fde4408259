"""What IBSI's processing leaves to choose, as values: grid, masks, grey levels, aggregation."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from radpipe.features.ibsi.grid import Interpolation

__all__ = ["Aggregation", "Discretisation", "IbsiSettings"]


class Aggregation(StrEnum):
    """How the matrices of slices and directions become one value; in the words of IBSI's tags.

    GLCM and GLRLM, which have directions, know all six; for the other matrices ``avg`` and ``comb`` are one.
    """

    SLICES_AVERAGED = "2D_avg"
    SLICES_MERGED = "2D_comb"
    VOLUME_DIRECTIONS_AVERAGED = "2_5D_avg"
    VOLUME_MERGED = "2_5D_comb"
    SPACE_AVERAGED = "3D_avg"
    SPACE_MERGED = "3D_comb"

    @property
    def extent(self) -> str:
        """``2D``, ``2_5D`` or ``3D``."""
        return self.value.rpartition("_")[0]

    @property
    def directions_merged(self) -> bool:
        """Whether the matrices of all directions are summed before features are taken."""
        return self.value.endswith("comb")


@dataclass(frozen=True, slots=True)
class Discretisation:
    """Grey levels of intensities.

    Parameters
    ----------
    method
        ``FBS`` fixed bin size (Q3RU), ``FBN`` fixed bin number (K15C), ``none`` where intensities are levels already.
    width
        Of a bin in image units (FBS).
    bins
        Number of bins (FBN).

    Raises
    ------
    ValueError
        A width or number that is missing, not wanted, or not above 0.

    Examples
    --------
    >>> Discretisation("FBS", width=25.0).width
    25.0
    """

    method: Literal["FBS", "FBN", "none"] = "none"
    width: float | None = None
    bins: int | None = None

    def __post_init__(self) -> None:
        wanted = {"FBS": ("width",), "FBN": ("bins",), "none": ()}
        if self.method not in wanted:
            message = f"discretisation method {self.method!r} is not one of {', '.join(wanted)}"
            raise ValueError(message)
        given = tuple(name for name in ("width", "bins") if getattr(self, name) is not None)
        if given != wanted[self.method]:
            message = f"{self.method} takes {wanted[self.method] or 'nothing'}, not {given or 'nothing'}"
            raise ValueError(message)
        if (self.width is not None and not 0 < self.width < float("inf")) or (self.bins is not None and self.bins < 1):
            message = "the width of bins is above 0, and there is at least one"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class IbsiSettings:
    """IBSI's processing, in its order.

    Parameters
    ----------
    spacing_zyx_mm
        New spacing; None leaves an axis as it is.
    interpolation
        Of the image; the mask's is always linear.
    rounded
        Whether intensities are rounded to whole numbers after interpolation (CT).
    mask_threshold
        A voxel belongs to the ROI from this share on, inclusive.
    range
        Closed interval of re-segmentation (USB3) in image units; None on a side leaves it open.
    outlier_sigma
        Voxels further than this many standard deviations from the ROI's mean are left out (7ACA); None keeps them.
    discretisation
        For intensity histogram and texture.
    ivh
        For the intensity-volume histogram.
    ivh_step
        Step of the intensity-volume histogram in image units where intensities are not discretised for it.
    aggregations
        Of texture, in the order of columns.
    """

    spacing_zyx_mm: tuple[float | None, float | None, float | None] = (None, None, None)
    interpolation: Interpolation = "linear"
    rounded: bool = False
    mask_threshold: float = 0.5
    range: tuple[float | None, float | None] = (None, None)
    outlier_sigma: float | None = None
    discretisation: Discretisation = Discretisation()
    ivh: Discretisation = Discretisation()
    ivh_step: float = 1.0
    aggregations: tuple[Aggregation, ...] = (Aggregation.SPACE_AVERAGED, Aggregation.SPACE_MERGED)
