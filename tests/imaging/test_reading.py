"""What libraries raise on damaged files becomes an InputError."""

import warnings

import pytest

from radpipe.errors import InputError
from radpipe.imaging.reading import reading


@pytest.mark.parametrize(
    "fault",
    [
        OSError(12, "Cannot allocate memory"),
        RuntimeError("Unable to decode as exceptions were raised by all plugins: MemoryError"),
        RuntimeError("Failed to allocate memory for image."),
    ],
)
def test_a_lack_of_memory_is_told_as_one_whatever_a_library_calls_it(fault: Exception) -> None:
    with pytest.raises(InputError, match=r"E_MEMORY.*1\.png"), reading("1.png"):
        raise fault


def test_damage_is_told_with_its_file_and_reason() -> None:
    with pytest.raises(InputError, match=r"E_UNREADABLE.*ValueError: cut short.*1\.png"), reading("1.png"):
        raise ValueError("cut\nshort")


def test_a_file_that_is_not_there_is_missing() -> None:
    with pytest.raises(InputError, match=r"E_MISSING_FILE.*1\.png"), reading("1.png"):
        raise FileNotFoundError(2, "No such file or directory")


def test_a_fault_that_was_told_already_gets_its_file() -> None:
    with pytest.raises(InputError, match=r"E_EMPTY_ROI") as told, reading("1.png"):
        raise InputError("E_EMPTY_ROI", roi="GTV")
    assert "1.png" in str(told.value)


def test_what_no_damage_raises_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyboardInterrupt), reading("1.png"):
        raise KeyboardInterrupt
    with pytest.raises(LookupError), reading("1.png", (OSError,)):
        raise LookupError


def test_warnings_of_a_library_are_kept_quiet() -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with reading("1.png"):
            warnings.warn("a header's value", stacklevel=1)
    assert not heard
