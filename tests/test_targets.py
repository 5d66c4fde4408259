"""Names of target volumes and lesions are told from those of organs."""

import pytest

from radpipe.targets import is_target


@pytest.mark.parametrize(
    "name",
    [
        "GTV-1", "gtv_n", "CTVn_L", "PTV70", "iGTV", "HRCTV", "Tumour", "Lymph nodes", "GTV_Mass", "mass", "boost PTV",
        "left nodule", "ctv_n", "2 ptv low",
    ],
)  # fmt: skip
def test_targets(name: str) -> None:
    assert is_target(name)


@pytest.mark.parametrize("name", ["Parotid_L", "Masseter_L", "Glottis", "Lens_R", "Heart", "Brainstem", "Amass"])
def test_organs_are_no_targets(name: str) -> None:
    assert not is_target(name)
