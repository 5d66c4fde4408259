"""When tracer was injected and decay corrected to, by each tag that may say it."""

import pytest
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.imaging.suv import suv_factors

HALF_LIFE_S = 6588.0  # fluorine-18


def suv_factor(data: Dataset, path: str) -> float:
    """The factor of a series of one slice."""
    (factor,), _ = suv_factors([data], [path], Policy())
    return factor


def header(units: str = "BQML", correction: str = "START") -> Dataset:
    """70 kg, 350 MBq injected one hour before the scan."""
    data, drug = Dataset(), Dataset()
    data.Units, data.DecayCorrection, data.PatientWeight = units, correction, 70.0
    data.CorrectedImage = ["DECY", "ATTN", "SCAT"]
    data.SeriesDate = data.AcquisitionDate = "20100102"
    data.SeriesTime, data.AcquisitionTime = "100000", "100500.5"
    drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = 350e6, HALF_LIFE_S
    drug.RadiopharmaceuticalStartTime = "090000.00"
    data.RadiopharmaceuticalInformationSequence = [drug]
    return data


def test_an_injection_after_midnight_s_other_side_is_of_the_day_before() -> None:
    data = header()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "233000"
    data.SeriesTime = data.AcquisitionTime = "003000"
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_a_series_made_later_starts_with_its_acquisition() -> None:
    data = header()
    data.SeriesTime, data.AcquisitionTime = "180000", "100000"
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_an_injection_at_the_scans_start_is_not_of_the_day_before() -> None:
    data = header()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "100000"
    assert suv_factor(data, "") == pytest.approx(70_000 / 350e6, rel=1e-12)


def test_an_injection_of_another_year_is_refused() -> None:
    data = header()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime = "20090102090000"
    with pytest.raises(InputError, match=r"E_SUV.*2009.*does not precede the scan 2010"):
        suv_factor(data, "pet.dcm")


def tracer(data: Dataset) -> Dataset:
    item: Dataset = data.RadiopharmaceuticalInformationSequence[0]
    return item


def test_an_injection_after_the_scan_s_start_is_no_injection_of_the_day_before() -> None:
    data = header()
    tracer(data).RadiopharmaceuticalStartTime = "100200"
    with pytest.raises(
        InputError, match=r"E_SUV.*injection 2010-01-01 10:02:00 does not precede the scan .*0 \.\. 8 h"
    ):
        suv_factor(data, "")
    tracer(data).RadiopharmaceuticalStartDateTime = "20100102100200"
    with pytest.raises(InputError, match=r"E_SUV.*injection 2010-01-02 10:02:00 does not precede"):
        suv_factor(data, "")


def test_an_injection_at_the_scan_s_start_has_not_decayed() -> None:
    data = header()
    tracer(data).RadiopharmaceuticalStartTime = "100000"
    assert suv_factor(data, "") == pytest.approx(70_000 / 350e6, rel=1e-12)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [("+0100", "20100102080000+0000"), ("-0500", "20100102090000.0-0500"), (None, "20100102080000+0000")],
)
def test_an_offset_from_utc_is_honoured(zone: str | None, moment: str) -> None:
    data = header()  # local injection at 09:00, scan at 10:00
    if zone is not None:
        data.TimezoneOffsetFromUTC = zone
    tracer(data).RadiopharmaceuticalStartDateTime = moment
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_an_offset_that_cannot_be_placed_is_refused() -> None:
    data = header()
    del tracer(data).RadiopharmaceuticalStartTime
    tracer(data).RadiopharmaceuticalStartDateTime = "20100102080000+0000"
    with pytest.raises(InputError, match=r"E_SUV.*has an offset from UTC, the scan's times have none"):
        suv_factor(data, "")


def test_two_times_of_injection_that_disagree_are_refused() -> None:
    data = header()
    tracer(data).RadiopharmaceuticalStartDateTime = "20100102083000"
    with pytest.raises(
        InputError, match=r"E_SUV.*StartTime 090000\.00 and RadiopharmaceuticalStartDateTime .* disagree"
    ):
        suv_factor(data, "")


def test_beds_of_a_series_stored_later_share_the_earliest_acquisition_and_it_is_told() -> None:
    beds = [header(), header(), header()]
    for bed, time in zip(beds, ("100000", "101000", "102000"), strict=True):
        bed.SeriesTime, bed.AcquisitionTime = "101500", time  # after the first bed, before the last
    factors, notes = suv_factors(beds, ["1", "2", "3"], Policy())
    assert factors == pytest.approx([70_000 / (350e6 * 2 ** (-3600 / HALF_LIFE_S))] * 3, rel=1e-12)
    assert [note.code for note in notes] == ["W_DECAY_TIME"]
    assert "10:15:00 is after the first acquisition 2010-01-02 10:00:00; the earliest acquisition" in notes[0].sentence


def test_ge_s_private_scan_time_comes_before_the_acquisition() -> None:
    data = header()
    data.SeriesTime, data.AcquisitionTime = "180000", "101000"
    data.private_block(0x0009, "GEMS_PETD_01", create=True).add_new(0x0D, "DT", "20100102100000.00")
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)


def test_an_enhanced_pet_s_own_time_of_decay_correction_comes_first() -> None:
    data = header()
    data.SeriesTime, data.DecayCorrectionDateTime = "093000", "20100102100000"
    assert suv_factor(data, "") == pytest.approx(suv_factor(header(), ""), rel=1e-12)
