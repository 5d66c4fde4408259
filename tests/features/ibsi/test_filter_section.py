"""Filters of the section have names that tell them apart."""

import re

import pytest

from radpipe.features.ibsi.filter_section import read_filter
from radpipe.features.ibsi.filters import Gabor, LoG, Wavelet

from .sections import ibsi


def test_filters_have_names_that_tell_them_apart() -> None:
    params = ibsi(
        filters=[
            {"filter": "LoG", "sigma": 1.5},
            {"filter": "wavelet", "family": "db3", "subband": "LLH", "level": 2},
            {"filter": "LoG", "sigma": 3, "flat": True, "name": "mine"},
        ]
    )
    assert [named.name for named in params.filters] == [
        "log-sigma-1.5",
        "wavelet-family-db3-subband-LLH-level-2",
        "mine",
    ]
    assert params.filters[0].filter == LoG(1.5)
    assert params.filters[1].filter == Wavelet("db3", "LLH", 2)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("LoG", r"a\.filter is 'LoG'; allowed: mean or LoG"),
        ({"filter": "wavelet", "family": "db3"}, r"a needs subband: two or three letters L and H"),
        ({"filter": "Gabor", "sigma": 1, "wavelength": 2, "gamma": 1, "plane": "axial"}, r"a\.plane is unknown"),
        ({"filter": "Simoncelli", "boundary": "zero"}, r"a\.boundary is 'zero'; allowed: mirror or periodic"),
    ],
)
def test_an_entry_that_is_no_filter_is_none_and_a_fault(entry: object, fault: str) -> None:
    faults: list[str] = []
    assert read_filter(entry, "a", faults) is None
    assert len(faults) == 1
    assert re.match(fault, faults[0])


def test_each_field_of_a_filter_has_its_key() -> None:
    entry = {"filter": "Gabor", "sigma": 1.5, "wavelength": 2, "gamma": 0.5, "planes": "orthogonal", "angleStep": None}
    named = read_filter(entry, "a", [])
    assert named is not None
    assert named.filter == Gabor(1.5, 2, 0.5, None, planes="orthogonal")
