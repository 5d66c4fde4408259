"""Decision curves for censored outcomes: does acting on a model's risk do more good than harm."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.errors import UsageError
from radpipe.survival.statistics.calibration import observed_risk
from radpipe.survival.statistics.constants import NORMAL_95

__all__ = ["DecisionCurve", "decision_curve"]

FloatArray = npt.NDArray[np.float64]

THRESHOLDS = np.linspace(0.05, 0.8, 76)


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCurve:
    """Net benefit over the risk from which one would act.

    Parameters
    ----------
    name
        Of the model.
    horizon_years
        The event is counted until then.
    thresholds
        Shape (n,): risks, strictly between 0 and 1.
    net_benefit, treat_all
        Shape (n,): true positives per patient, minus false positives weighed by the odds of the threshold.
        Treating none has 0 everywhere.
    error
        Shape (n,): standard error of ``net_benefit``, the model taken as it is.
    """

    name: str
    horizon_years: float
    thresholds: FloatArray
    net_benefit: FloatArray
    treat_all: FloatArray
    error: FloatArray

    @property
    def low(self) -> FloatArray:
        """Lower end of the 95 % interval of ``net_benefit`` at each threshold."""
        return np.asarray(self.net_benefit - NORMAL_95 * self.error)

    @property
    def high(self) -> FloatArray:
        """Upper end of the 95 % interval of ``net_benefit`` at each threshold."""
        return np.asarray(self.net_benefit + NORMAL_95 * self.error)


def decision_curve(
    name: str,
    time_days: FloatArray,
    event: npt.NDArray[np.bool_],
    risk: FloatArray,
    *,
    horizon_years: float,
    thresholds: FloatArray = THRESHOLDS,
    competing: npt.NDArray[np.bool_] | None = None,
) -> DecisionCurve:
    """Compute the net benefit of a model at a horizon.

    Parameters
    ----------
    name
        Of the model.
    time_days, event
        Shape (patients,).
    risk
        Shape (patients,): the model's probability of the event before the horizon, of patients it was not fitted to.
    horizon_years
        When the event is counted.
    thresholds
        Risks from which one would act, strictly between 0 and 1.
    competing
        bool, shape (patients,): another event made this one impossible; None where nothing competes.

    Returns
    -------
    DecisionCurve

    Raises
    ------
    UsageError
        A risk is not a probability, shapes differ, or a threshold is not between 0 and 1.

    Notes
    -----
    With x the patients at or above the threshold pt, and 1 - S the observed risk at the horizon among them::

        net benefit = P(x) * ((1 - S) - S * pt / (1 - pt))

    Its error follows from those of P(x), a binomial share, and of 1 - S (half the width of its interval divided by
    1.96), by the delta method.

    References
    ----------
    Vickers AJ et al. Extensions to decision curve analysis. BMC Med Inform Decis Mak 2008;8:53
    (doi 10.1186/1472-6947-8-53).

    Examples
    --------
    Events at 1 and 3 y, censored at 2 and 4 y. At 0.5 the first two are treated, S = 1/2; in all, S = 3/4 * 1/2.

    >>> years = np.array([1.0, 2.0, 3.0, 4.0]) * 365.25
    >>> curve = decision_curve("m", years, np.array([True, False, True, False]), np.array([0.9, 0.6, 0.4, 0.1]),
    ...                        horizon_years=3, thresholds=np.array([0.5]))
    >>> curve.net_benefit.tolist(), curve.treat_all.tolist()
    ([0.0], [0.25])
    """
    _refuse_impossible(name, (time_days.shape, event.shape, risk.shape), risk, thresholds)
    odds = thresholds / (1 - thresholds)
    overall = observed_risk(time_days, event, horizon_years, competing=competing).value
    benefit, variance = np.zeros(len(thresholds)), np.zeros(len(thresholds))
    for number, threshold in enumerate(thresholds):
        treated = risk >= threshold
        if treated.any():
            beside = None if competing is None else competing[treated]
            happened = observed_risk(time_days[treated], event[treated], horizon_years, competing=beside)
            share, each = treated.mean(), happened.value - (1 - happened.value) * odds[number]
            spread = np.nan_to_num((happened.high - happened.low) / (2 * NORMAL_95))
            benefit[number] = share * each
            variance[number] = each**2 * share * (1 - share) / len(risk) + (share * (1 + odds[number]) * spread) ** 2
    return DecisionCurve(name, horizon_years, thresholds, benefit, overall - (1 - overall) * odds, np.sqrt(variance))


def _refuse_impossible(
    name: str, shapes: tuple[tuple[int, ...], ...], risk: FloatArray, thresholds: FloatArray
) -> None:
    """Refuse shapes that differ, risks that are no probabilities, and thresholds that nobody would act from."""
    if not (shapes[0] == shapes[1] == shapes[2]):
        message = f"decision curve of {name}: shapes {shapes[0]}, {shapes[1]} and {shapes[2]} differ"
        raise UsageError(message)
    if not np.all((risk >= 0) & (risk <= 1)):
        message = (
            f"decision curve of {name}: risks must be probabilities, but reach from {risk.min():g} to {risk.max():g}"
        )
        raise UsageError(message)
    if not np.all((thresholds > 0) & (thresholds < 1)):
        message = f"decision curve of {name}: thresholds must lie strictly between 0 and 1"
        raise UsageError(message)
