"""A first look at a feature table: distributions, gaps, constants, outlying rows, and what follows volume."""
