"""Data sets: each knows one folder layout and turns it into a Cohort. Reading pixels is imaging's work."""

from radpipe.datasets.layouts import DATASETS, DatasetInfo
from radpipe.datasets.opening import open_cohort
from radpipe.datasets.options import DatasetOptions

__all__ = ["DATASETS", "DatasetInfo", "DatasetOptions", "open_cohort"]
