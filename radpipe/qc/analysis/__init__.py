"""Decisions in an analysis: which rows are left out and why, and how much an answer hangs on them."""

from radpipe.qc.analysis.choice import QcChoice, Unreviewed, unreviewed_of
from radpipe.qc.analysis.left_out import LeftOut, QcUse, choose_rows
from radpipe.qc.analysis.record import dated, quality_record, with_quality

__all__ = [
    "LeftOut",
    "QcChoice",
    "QcUse",
    "Unreviewed",
    "choose_rows",
    "dated",
    "quality_record",
    "unreviewed_of",
    "with_quality",
]
