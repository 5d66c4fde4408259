"""Gray levels: image values sorted into bins, the first bin 1, as PyRadiomics does it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.features.inputs import level_type
from radpipe.kernels.bins import locate

__all__ = ["bin_edges", "gray_levels"]


def bin_edges(values: npt.NDArray[Any], *, width: float | None, count: int | None, max_bins: int) -> npt.NDArray[Any]:
    """Return the edges of the bins of a ROI's values.

    Edges are multiples of the width, the first at or below the minimum; with a count, equal parts of the range.

    Parameters
    ----------
    values
        Values inside the ROI, shape (n,), n > 0. Integers are taken as float64: edges beyond the range of a small
        integer type would wrap. Floating values keep their type, which decides that of the edges.
    width
        Of a bin, in image units; not used with a count.
    count
        Number of bins, or None.
    max_bins
        Most bins that are accepted.

    Raises
    ------
    InputError
        ``E_TOO_MANY_BINS``.

    References
    ----------
    PyRadiomics 3.0.1, ``imageoperations.getBinEdges``, for values of a floating type. IBSI's fixed bin size starts at
    the ROI's minimum instead.

    Examples
    --------
    >>> bin_edges(np.array([54, 166]), width=25, count=None, max_bins=100).tolist()
    [50.0, 75.0, 100.0, 125.0, 150.0, 175.0, 200.0]
    """
    if values.dtype.kind != "f":
        values = values.astype(np.float64)
    if count is not None:
        edges = np.histogram(values, count)[1]
        edges[-1] += 1
        return edges
    assert width is not None
    low, high = values.min(), values.max()
    bins = (float(high) - float(low)) / width
    if bins > max_bins:
        raise InputError(
            "E_TOO_MANY_BINS", width=width, low=float(low), high=float(high), bins=int(bins) + 1, limit=max_bins
        )
    edges = np.arange(low - (low % width), high + 2 * width, width)
    return edges if len(edges) > 1 else np.array([edges[0] - 0.5, edges[0] + 0.5])


def gray_levels(values: npt.NDArray[Any], edges: npt.NDArray[Any]) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Return the bin of each value, counted from 1, in the smallest unsigned type that all bins fit in.

    Examples
    --------
    >>> gray_levels(np.array([54, 75, 166]), np.array([50, 75, 100, 125, 150, 175])).tolist()
    [1, 2, 5]
    """
    kind = np.dtype(level_type(len(edges)))
    return locate(values.astype(np.float64, copy=False), edges.astype(np.float64), kind)
