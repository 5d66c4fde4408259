"""Acquisition: an allow-list of tags; what is personal, or cannot be read, does not come through."""

import pytest
from pydicom.dataset import Dataset

from radpipe.geometry import Geometry
from radpipe.imaging.acquisition import CONTRAST, GRID, NUMBERS, TEXTS, TRACER, acquisition, grid_facts


def header(**tags: object) -> Dataset:
    data = Dataset()
    for keyword, value in tags.items():
        setattr(data, keyword, value)
    return data


CT = {
    "Modality": "CT",
    "Manufacturer": "ACME",
    "ConvolutionKernel": ["B30f", "1"],
    "KVP": "120",
    "SliceThickness": "3.0",
}


def test_words_and_numbers_of_a_ct():
    slices = [header(**CT, XRayTubeCurrent=current) for current in (100, 240, 300)]
    assert acquisition(slices) == {
        "Manufacturer": "ACME", "ConvolutionKernel": "B30f\\1", "KVP": "120", "SliceThickness": "3",
        "XRayTubeCurrent": "240",
    }  # fmt: skip


def test_nothing_personal_comes_through():
    personal = {
        "PatientName": "Meier^Anna", "PatientID": "4711", "PatientBirthDate": "19500101", "StudyDate": "20200101",
        "AcquisitionTime": "120000", "InstitutionName": "St. Elsewhere", "StationName": "CT07",
        "DeviceSerialNumber": "998877", "ReferringPhysicianName": "Doe", "StudyInstanceUID": "1.2.3",
        "ProtocolName": "Meier neck", "SeriesDescription": "Anna 2", "ContrastBolusAgent": "Omnipaque for A. Meier",
    }  # fmt: skip
    assert acquisition([header(**CT, **personal)]) == acquisition([header(**CT)]) | {CONTRAST: "yes"}


def test_the_allow_list_names_no_person_place_date_or_device():
    personal = ("Name", "Date", "Time", "UID", "Institution", "Station", "Serial", "Patient", "Physician", "Operator")
    durations = ("ExposureTime", "RepetitionTime", "EchoTime", "InversionTime")
    known = (*durations, "ManufacturerModelName", "PatientPosition", "ReceiveCoilName")
    keywords = (*TEXTS, *NUMBERS, *TRACER, CONTRAST, *GRID)
    assert [one for one in keywords if one not in known and any(word in one for word in personal)] == []
    assert len(keywords) >= 30


def test_the_uptake_of_a_pet_is_a_difference():
    drug = header(Radiopharmaceutical="FDG", RadionuclideTotalDose="350e6", RadiopharmaceuticalStartTime="100000")
    pet = {
        "Modality": "PT",
        "SeriesDate": "20200101",
        "AcquisitionDate": "20200101",
        "RadiopharmaceuticalInformationSequence": [drug],
    }
    told = acquisition([header(**pet, SeriesTime="110300", AcquisitionTime="110300")])
    assert told == {"Radiopharmaceutical": "FDG", "RadionuclideTotalDose": "3.5e+08", "UptakeMinutes": "63.0"}
    late = acquisition([header(**pet, SeriesTime="235900", AcquisitionTime="235900")])
    assert "UptakeMinutes" not in late, "14 hours come from a shifted date"


@pytest.mark.filterwarnings("ignore:The value length")
def test_a_value_that_cannot_be_read_counts_as_missing_and_words_are_kept_short():
    odd = header(Modality="CT", ScanOptions="x" * 200, Manufacturer="AC\x07ME\n Ltd")
    odd.add_new(0x00180060, "LO", "fast")  # KVP
    assert acquisition([odd]) == {"ScanOptions": "x" * 64, "Manufacturer": "ACME Ltd"}


def test_the_grid_is_told_of_files_of_every_kind():
    assert grid_facts(Geometry((4, 4, 4), (2.5, 0.9765625, 0.9765625))) == {
        "PixelSpacing": "0.976562", "SpacingBetweenSlices": "2.5",
    }  # fmt: skip
