"""What report and pack read of the table of patients."""

from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from radpipe.clinical import Endpoint

__all__ = ["PatientTable"]


class PatientTable(Protocol):
    """Patients joined with their features, as the survival analysis takes them; index: patient ids."""

    @property
    def clinical(self) -> pd.DataFrame:
        """Clinical columns."""

    @property
    def features(self) -> pd.DataFrame:
        """Feature columns, float64."""

    @property
    def endpoint(self) -> Endpoint:
        """Event and time."""

    @property
    def roi(self) -> str:
        """The ROI whose rows were taken."""

    @property
    def extraction(self) -> Mapping[str, str]:
        """How features were measured, where known."""
