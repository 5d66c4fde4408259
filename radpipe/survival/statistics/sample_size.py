"""How many patients a prognostic model needs, before it is made."""

from dataclasses import dataclass
from math import ceil, exp, log, pi, sqrt

from radpipe.errors import UsageError
from radpipe.survival.statistics.constants import NORMAL_95

__all__ = ["SampleSize", "r2_of_c", "sample_size"]

SHRINKAGE = 0.9
"""The least shrinkage factor that is allowed: predictions at most 10 % too extreme."""

APPARENT_LOSS = 0.05
"""The most that explained variation may be too high on the model's own patients."""

MARGIN = 0.05
"""Half-width of the 95 % interval of the mean risk, at most."""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """Patients needed by each of Riley's criteria.

    Parameters
    ----------
    shrinkage
        So that predictions are shrunk by a tenth at most.
    apparent
        So that explained variation is at most 0.05 too high.
    overall
        So that the mean risk at the horizon is known to 0.05.
    events_per_parameter
        At the largest of them.
    """

    shrinkage: int
    apparent: int
    overall: int
    events_per_parameter: float

    @property
    def patients(self) -> int:
        """The largest: all criteria are met."""
        return max(self.shrinkage, self.apparent, self.overall)


def sample_size(
    parameters: int, r2: float, *, events_per_year: float, follow_up_years: float, horizon_years: float
) -> SampleSize:
    """Return how many patients a Cox model of so many candidate parameters needs.

    Parameters
    ----------
    parameters
        Candidates, all that are looked at.
    r2
        Cox and Snell's explained variation that is expected, 0 to 1; :func:`r2_of_c` takes it from a C.
    events_per_year
        Events divided by years of follow-up, all patients together.
    follow_up_years
        Mean follow-up of a patient.
    horizon_years
        At which the mean risk shall be known.

    Raises
    ------
    UsageError
        A number is not possible.

    References
    ----------
    Riley RD et al. Stat Med 2019;38:1276, doi 10.1002/sim.7992; Riley RD et al. BMJ 2020;368:m441.

    Examples
    --------
    The paper's example of recurrent thrombosis: 30 parameters, R2 0.051, 0.065 events a year, 2.07 years: 5,143.

    >>> found = sample_size(30, 0.051, events_per_year=0.065, follow_up_years=2.07, horizon_years=2)
    >>> found.patients
    5143
    """
    if parameters < 1 or min(events_per_year, follow_up_years, horizon_years) <= 0:
        message = "parameters, events per year, follow-up and horizon must be above 0"
        raise UsageError(message)
    if not 0 < r2 < SHRINKAGE:
        message = f"explained variation must be between 0 and {SHRINKAGE}: {r2:g}"
        raise UsageError(message)
    first = ceil(_patients(parameters, r2, SHRINKAGE))
    events = events_per_year * follow_up_years * first
    nothing = events * log(events_per_year) - events
    highest = 1 - exp(2 * nothing / first)
    if r2 >= highest:
        message = f"explained variation {r2:g} is above what so few events allow, {highest:.2f}"
        raise UsageError(message)
    second = ceil(_patients(parameters, r2, r2 / (r2 + APPARENT_LOSS * highest)))
    third = max(first, second)
    while _width(events_per_year, follow_up_years * third, horizon_years) > MARGIN:
        third = ceil(third * 1.01) + 1
    patients = max(first, second, third)
    return SampleSize(first, second, third, events_per_year * follow_up_years * patients / parameters)


def _patients(parameters: int, r2: float, shrinkage: float) -> float:
    return parameters / ((shrinkage - 1) * log(1 - r2 / shrinkage))


def _width(rate: float, years: float, horizon: float) -> float:
    """Return the larger half of the interval of the risk at a horizon, of a constant hazard."""
    error = NORMAL_95 * sqrt(rate / years)
    risk, low, high = (1 - exp(-max(r, 0.0) * horizon) for r in (rate, rate - error, rate + error))
    return max(high - risk, risk - low)


def r2_of_c(c: float, events_share: float) -> float:
    """Return the explained variation (Cox and Snell's) that goes with a C.

    Parameters
    ----------
    c
        Harrell's C, 0.5 to 1.
    events_share
        Events divided by patients.

    References
    ----------
    Jinks RC, Royston P, Parmar MK. BMC Med Res Methodol 2015;15:82 (Royston's D of C: ``D = 5.50 (C - 0.5) + 10.26
    (C - 0.5) ** 3``); Royston P. Stata J 2006;6:83 (R2 of D, and R2 of information); Riley RD et al. 2019.

    Examples
    --------
    >>> round(r2_of_c(0.7, 0.5), 2)
    0.2
    """
    distance = c - 0.5
    d = 5.50 * distance + 10.26 * distance**3
    scaled = pi / 8 * d**2
    r2_d = scaled / (pi**2 / 6 + scaled)
    likelihood = -events_share * log(1 - r2_d * (pi**2 / 6) / (r2_d * (pi**2 / 6 - 1) + 1)) if r2_d < 1 else 20.0
    return 1 - exp(-likelihood)
