"""Survival analysis of feature tables: ``statistics``, on them ``design``, ``procedure`` and ``signatures``."""
