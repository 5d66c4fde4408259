"""A signature on patients that it was not made from: a locked model without baseline, one threshold, told in a line."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.measuring import measuring_of
from radpipe.survival.design.patients import Patients
from radpipe.survival.signatures.external import judge
from radpipe.survival.signatures.locked import from_signature
from radpipe.survival.signatures.signature import Signature
from radpipe.survival.statistics.interval import Interval

__all__ = ["Applied", "apply"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """A locked signature on patients it was not made from.

    Parameters
    ----------
    signature
        What was applied.
    patient_ids, index
        Shape (n,): the linear predictor.
    high
        bool, shape (n,): above the threshold; None where there is none.
    c_index
        Harrell's, with 95 % interval by the infinitesimal jackknife.
    slope
        Calibration slope of the index.
    log_rank_p
        Of the two groups; NaN when one of them is empty or there is no threshold.
    volume_c
        C of tumour volume on the same patients, for comparison; NaN where the table has none.
    """

    signature: Signature
    patient_ids: tuple[str, ...]
    index: FloatArray
    high: npt.NDArray[np.bool_] | None
    c_index: Interval
    slope: Interval
    log_rank_p: float
    volume_c: Interval

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        split = ""
        if self.high is not None:
            split = (
                f"; {int(self.high.sum())} of {len(self.high)} above its threshold, log-rank p {self.log_rank_p:.2g}"
            )
        return (
            f"signature {self.signature.name}, applied unchanged: C {self.c_index}, volume alone {self.volume_c}, "
            f"calibration slope {self.slope:.2f}{split}"
        )

    def table(self) -> pd.DataFrame:
        """Return one row a patient: ``patient_id``, ``index`` and, with a threshold, ``above_threshold``."""
        frame = pd.DataFrame({"patient_id": self.patient_ids, "index": self.index})
        return frame if self.high is None else frame.assign(above_threshold=self.high)


def apply(signature: Signature, patients: Patients) -> Applied:
    """Apply a locked signature; nothing is fitted to the patients.

    Parameters
    ----------
    signature
        With its weights.
    patients
        Of :func:`radpipe.survival.design.patients.join`.

    Raises
    ------
    UsageError
        The table was measured otherwise than the signature requires (each difference is named), or a value is missing.
    """
    differences = signature.differences(patients)
    if differences:
        message = f"signature {signature.name} does not fit this table: {'; '.join(differences)}"
        raise UsageError(message)
    index = signature.index(patients.features)
    lacking = [patients.patient_ids[place] for place in np.flatnonzero(~np.isfinite(index))]
    if lacking:
        message = f"signature {signature.name}: a feature is missing in patient {', '.join(lacking[:5])}"
        raise UsageError(message)
    external = judge(from_signature(signature), patients, measuring_of(patients.features, patients.extraction))
    return Applied(
        signature,
        external.patient_ids,
        external.index,
        None if external.group is None else external.group == 1,
        external.c_index,
        external.slope,
        external.log_rank_p,
        external.volume_c,
    )
