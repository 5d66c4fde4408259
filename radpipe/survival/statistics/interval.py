"""An estimate with its interval."""

from dataclasses import dataclass

from scipy.stats import beta

__all__ = ["Interval", "share_interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval; NaN where it cannot be given.

    Parameters
    ----------
    value
        The estimate.
    low, high
        Ends of the interval.

    Examples
    --------
    >>> f"{Interval(0.627, 0.554, 0.696)}"
    '0.627 (0.554 to 0.696)'
    """

    value: float
    low: float
    high: float

    def __format__(self, spec: str) -> str:
        """``0.627 (0.554 to 0.696)``; the format is that of each number, 3 decimals by default."""
        spec = spec or ".3f"
        return f"{self.value:{spec}} ({self.low:{spec}} to {self.high:{spec}})"


def share_interval(count: int, n: int, coverage: float = 0.95) -> Interval:
    """Return a share with its exact interval.

    Parameters
    ----------
    count, n
        So many of so many, at least one.
    coverage
        Of the interval, at least.

    References
    ----------
    Clopper CJ, Pearson ES. Biometrika 1934;26:404.

    Examples
    --------
    R: ``binom.test(2, 20)$conf.int``

    >>> f"{share_interval(2, 20):.5f}"
    '0.10000 (0.01235 to 0.31698)'
    """
    outside = (1 - coverage) / 2
    low = float(beta.ppf(outside, count, n - count + 1)) if count else 0.0
    high = float(beta.ppf(1 - outside, count + 1, n - count)) if count < n else 1.0
    return Interval(count / n, low, high)
