"""Numbers that every estimate shares."""

__all__ = ["DAYS_A_YEAR", "NORMAL_95"]

DAYS_A_YEAR = 365.25
"""Days in a year, leap years on average."""

NORMAL_95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution: half the width of a 95 % interval, in standard errors."""
