"""An estimate with its interval."""

from dataclasses import dataclass

__all__ = ["Interval"]


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
