"""The page of a locked model on other patients: one file, the answer first."""

from radpipe.report.validation_page.page import write_validation
from radpipe.report.validation_page.sentences import answer

__all__ = ["answer", "write_validation"]
