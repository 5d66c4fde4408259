"""When tracer was injected and decay corrected to, by each tag that may say it."""

from typing import Any

import pytest

from radpipe.errors import InputError, Policy
from radpipe.imaging.suv import suv_factors


def test_an_injection_after_midnight_s_other_side_is_of_the_day_before(pet: Any) -> None:
    data = pet()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "233000"
    data.SeriesTime = data.AcquisitionTime = "003000"
    assert pet.factor(data, "") == pytest.approx(pet.factor(pet(), ""), rel=1e-12)


def test_a_series_made_later_starts_with_its_acquisition(pet: Any) -> None:
    data = pet()
    data.SeriesTime, data.AcquisitionTime = "180000", "100000"
    assert pet.factor(data, "") == pytest.approx(pet.factor(pet(), ""), rel=1e-12)


def test_an_injection_at_the_scans_start_is_not_of_the_day_before(pet: Any) -> None:
    data = pet()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "100000"
    assert pet.factor(data, "") == pytest.approx(70_000 / 350e6, rel=1e-12)


def test_an_injection_of_another_year_is_refused(pet: Any) -> None:
    data = pet()
    data.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime = "20090102090000"
    with pytest.raises(InputError, match=r"E_SUV.*2009.*does not precede the scan 2010"):
        pet.factor(data, "pet.dcm")


def test_an_injection_after_the_scan_s_start_is_no_injection_of_the_day_before(pet: Any) -> None:
    data = pet()
    pet.tracer(data).RadiopharmaceuticalStartTime = "100200"
    with pytest.raises(
        InputError, match=r"E_SUV.*injection 2010-01-01 10:02:00 does not precede the scan .*0 \.\. 8 h"
    ):
        pet.factor(data, "")
    pet.tracer(data).RadiopharmaceuticalStartDateTime = "20100102100200"
    with pytest.raises(InputError, match=r"E_SUV.*injection 2010-01-02 10:02:00 does not precede"):
        pet.factor(data, "")


def test_an_injection_at_the_scan_s_start_has_not_decayed(pet: Any) -> None:
    data = pet()
    pet.tracer(data).RadiopharmaceuticalStartTime = "100000"
    assert pet.factor(data, "") == pytest.approx(70_000 / 350e6, rel=1e-12)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("+0100", "20100102080000+0000"),
        ("-0500", "20100102090000.0-0500"),
        ("-0530", "20100102143000+0000"),
        (None, "20100102080000+0000"),
        (None, "20100102074530+0000"),
    ],
)
def test_an_offset_from_utc_is_honoured(pet: Any, zone: str | None, moment: str) -> None:
    data = pet()  # local injection at 09:00, scan at 10:00
    if zone is not None:
        data.TimezoneOffsetFromUTC = zone
    pet.tracer(data).RadiopharmaceuticalStartDateTime = moment
    assert pet.factor(data, "") == pytest.approx(pet.factor(pet(), ""), rel=1e-12)


def test_an_offset_that_cannot_be_placed_is_refused(pet: Any) -> None:
    data = pet()
    del pet.tracer(data).RadiopharmaceuticalStartTime
    pet.tracer(data).RadiopharmaceuticalStartDateTime = "20100102080000+0000"
    with pytest.raises(InputError, match=r"E_SUV.*has an offset from UTC, the scan's times have none"):
        pet.factor(data, "")


def test_two_times_of_injection_that_disagree_are_refused(pet: Any) -> None:
    data = pet()
    pet.tracer(data).RadiopharmaceuticalStartDateTime = "20100102083000"
    with pytest.raises(
        InputError, match=r"E_SUV.*StartTime 090000\.00 and RadiopharmaceuticalStartDateTime .* disagree"
    ):
        pet.factor(data, "")


def test_two_times_of_injection_on_both_sides_of_midnight_agree(pet: Any) -> None:
    data = pet()
    tracer = pet.tracer(data)
    tracer.RadiopharmaceuticalStartTime, tracer.RadiopharmaceuticalStartDateTime = "235950", "20100102000010"
    data.SeriesTime = data.AcquisitionTime = "235955"  # of the second of January, as the injection's date-time
    with pytest.raises(InputError, match=r"E_SUV.*injection 2010-01-02 00:00:10 does not precede the scan"):
        pet.factor(data, "")


def test_a_series_whose_time_is_its_acquisition_s_needs_no_word(pet: Any) -> None:
    data = pet()
    data.SeriesTime = data.AcquisitionTime = "100000"
    data.AcquisitionDate = data.SeriesDate
    factors, notes = suv_factors([data], ["1"], Policy())
    assert factors == pytest.approx([pet.factor(pet(), "")], rel=1e-12)
    assert not notes


def test_beds_of_a_series_stored_later_share_the_earliest_acquisition_and_it_is_told(pet: Any) -> None:
    beds = [pet(), pet(), pet()]
    for bed, time in zip(beds, ("100000", "101000", "102000"), strict=True):
        bed.SeriesTime, bed.AcquisitionTime = "101500", time  # after the first bed, before the last
    factors, notes = suv_factors(beds, ["1", "2", "3"], Policy())
    assert factors == pytest.approx([70_000 / (350e6 * 2 ** (-3600 / pet.half_life_s))] * 3, rel=1e-12)
    assert [note.code for note in notes] == ["W_DECAY_TIME"]
    assert "10:15:00 is after the first acquisition 2010-01-02 10:00:00; the earliest acquisition" in notes[0].sentence


def test_ge_s_private_scan_time_comes_before_the_acquisition(pet: Any) -> None:
    data = pet()
    data.SeriesTime, data.AcquisitionTime = "180000", "101000"
    data.private_block(0x0009, "GEMS_PETD_01", create=True).add_new(0x0D, "DT", "20100102100000.00")
    assert pet.factor(data, "") == pytest.approx(pet.factor(pet(), ""), rel=1e-12)


def test_an_enhanced_pet_s_own_time_of_decay_correction_comes_first(pet: Any) -> None:
    data = pet()
    data.SeriesTime, data.DecayCorrectionDateTime = "093000", "20100102100000"
    assert pet.factor(data, "") == pytest.approx(pet.factor(pet(), ""), rel=1e-12)


def test_of_several_times_of_decay_correction_the_earliest_counts(pet: Any) -> None:
    slices = [pet(), pet()]
    for data, time in zip(slices, ("101000", "100000"), strict=True):
        data.DecayCorrectionDateTime = f"20100102{time}"
    factors, _ = suv_factors(slices, ["1", "2"], Policy())
    assert factors == pytest.approx([pet.factor(pet(), "")] * 2, rel=1e-12)
