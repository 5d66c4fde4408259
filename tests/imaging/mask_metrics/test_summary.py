"""Mean, median and standard deviation are NumPy's, whether values are counted or not."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radpipe.imaging.mask_metrics.summary import mean_median_sd

some = st.sampled_from([np.uint8, np.int16, np.uint16, np.int32, np.float64]).flatmap(
    lambda kind: hnp.arrays(kind, st.integers(1, 50), elements=st.integers(0, 250).map(kind))
)


@given(some)
def test_numbers_are_numpys(values: npt.NDArray[np.generic]) -> None:
    expected = (np.mean(values, dtype=np.float64), np.median(values), np.std(values, dtype=np.float64))
    assert mean_median_sd(values) == pytest.approx([float(number) for number in expected], rel=1e-12, abs=1e-12)


def test_values_below_zero_by_hand() -> None:
    # -1000, -1000, -998, 3000: mean 2 / 4, median -999; squares off the mean 2 x 1000.5^2 + 998.5^2 + 2999.5^2.
    found = mean_median_sd(np.array([3000, -1000, -998, -1000], dtype=np.int16))
    assert found == pytest.approx((0.5, -999.0, ((2 * 1000.5**2 + 998.5**2 + 2999.5**2) / 4) ** 0.5), rel=1e-15)
