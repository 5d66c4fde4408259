"""Every feature alone: concordance, hazard ratio, false discovery rate, and how much of it is volume."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2, false_discovery_control, rankdata

from radpipe.clinical import Endpoint
from radpipe.survival.design.preprocess import Preprocessor, encode_features
from radpipe.survival.statistics.concordance import many_c
from radpipe.survival.statistics.constants import NORMAL_95
from radpipe.survival.statistics.cox import RiskSets, fit_cox

__all__ = ["SCREENING_COLUMNS", "group_of", "screen"]

FloatArray = npt.NDArray[np.float64]

SCREENING_COLUMNS = (
    "feature", "group", "c_index", "c_low", "c_high", "hazard_ratio", "hr_low", "hr_high", "p", "p_bh", "rho_volume",
)  # fmt: skip


def group_of(feature: str) -> str:
    """Return the group of a feature as in Aerts 2014: shape, intensity, texture, wavelet, or the filter's name.

    Examples
    --------
    >>> [group_of(name) for name in ("original_shape_MeshVolume", "wavelet-HLH_glrlm_RunEntropy", "original_glcm_Id")]
    ['shape', 'wavelet', 'texture']
    """
    image, _, rest = feature.partition("_")
    kind = rest.split("_", 1)[0]
    if image in ("original", "radpipe"):
        return {"shape": "shape", "shape2D": "shape", "firstorder": "intensity"}.get(kind, "texture")
    return image.split("-", 1)[0]


def screen(features: pd.DataFrame, endpoint: Endpoint, volume: str) -> pd.DataFrame:
    """Test every feature alone.

    Parameters
    ----------
    features
        Numeric columns; index: patient ids in the endpoint's order.
    endpoint
        Event and time.
    volume
        The column of tumour volume, to which each feature's Spearman correlation is given.

    Returns
    -------
    DataFrame
        Columns :data:`SCREENING_COLUMNS`, one row a feature in the order given. ``c_index`` is the concordance of
        higher value with shorter survival, with its 95 % interval by the infinitesimal jackknife; the hazard ratio is
        per standard deviation (of the logarithm where a positive feature is skewed), with Wald interval; ``p`` of the
        likelihood ratio test; ``p_bh`` after Benjamini and Hochberg. NaN for a feature that is constant or missing in
        more than a fifth of the patients; missing values count as the median.

    References
    ----------
    Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289.
    """
    encoded = encode_features(features)
    learnt = Preprocessor.fit(encoded.values, encoded.skewed)
    values = learnt.apply(encoded.values)
    c, se = many_c(endpoint.time_days, endpoint.event, values)
    sets = RiskSets.of(endpoint.time_days, endpoint.event)
    empty = fit_cox(sets, np.zeros((len(values), 0))).log_likelihood
    results = np.full((values.shape[1], 3), np.nan)
    for number in np.flatnonzero(learnt.usable):
        fit = fit_cox(sets, values[:, [number]])
        if fit.settled:
            results[number] = fit.coefficients[0], fit.standard_errors[0], 2 * (fit.log_likelihood - empty)
    log_ratio, log_se, statistic = results.T
    p = chi2.sf(np.maximum(statistic, 0.0), 1)
    c, se = (np.where(learnt.usable, array, np.nan) for array in (c, se))
    table = pd.DataFrame(
        {
            "feature": list(encoded.names),
            "group": [group_of(name) for name in encoded.names],
            "c_index": c,
            "c_low": np.clip(c - NORMAL_95 * se, 0, 1),
            "c_high": np.clip(c + NORMAL_95 * se, 0, 1),
            "hazard_ratio": np.exp(log_ratio),
            "hr_low": np.exp(log_ratio - NORMAL_95 * log_se),
            "hr_high": np.exp(log_ratio + NORMAL_95 * log_se),
            "p": p,
            "p_bh": _adjusted(p),
            "rho_volume": _spearman(values, values[:, encoded.names.index(volume)], learnt.usable),
        },
        columns=list(SCREENING_COLUMNS),
    )
    return table.set_index("feature").loc[list(map(str, features.columns))].reset_index()


def _adjusted(p: FloatArray) -> FloatArray:
    """Adjust what is not NaN after Benjamini and Hochberg."""
    adjusted = np.full(len(p), np.nan)
    known = ~np.isnan(p)
    if known.any():
        adjusted[known] = false_discovery_control(p[known])
    return adjusted


def _spearman(values: FloatArray, volume: FloatArray, usable: npt.NDArray[np.bool_]) -> FloatArray:
    """Return the rank correlation of each column with the volume."""
    ranks = rankdata(np.column_stack([values, volume]), axis=0)
    ranks -= ranks.mean(axis=0)
    length = np.sqrt((ranks**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        rho = (ranks[:, :-1].T @ ranks[:, -1]) / (length[:-1] * length[-1])
    return np.where(usable, rho, np.nan)
