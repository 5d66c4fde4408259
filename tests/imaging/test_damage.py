"""What libraries say of a damaged file, and of a lack of memory."""

import pytest

from radpipe.errors import InputError
from radpipe.imaging.damage import reading


@pytest.mark.parametrize(
    "fault",
    [
        OSError(12, "Cannot allocate memory"),
        RuntimeError("Unable to decode as exceptions were raised by all plugins: MemoryError"),
        RuntimeError("Failed to allocate memory for image."),
    ],
)
def test_a_lack_of_memory_is_told_as_one_whatever_a_library_calls_it(fault: Exception) -> None:
    with pytest.raises(InputError, match=r"E_MEMORY.*1\.dcm"), reading("1.dcm"):
        raise fault


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (FileNotFoundError("1.dcm"), "E_MISSING_FILE"),
        (EOFError("end of file"), "E_UNREADABLE.*EOFError: end of file"),
        (RecursionError("too deep"), "E_UNREADABLE.*RecursionError"),
        (InputError("E_EMPTY_ROI"), "E_EMPTY_ROI.*File: 1.dcm"),
    ],
)
def test_each_fault_has_its_code_and_its_file(fault: Exception, code: str) -> None:
    with pytest.raises(InputError, match=code), reading("1.dcm"):
        raise fault


def test_a_fault_of_the_program_is_no_damage() -> None:
    with pytest.raises(ZeroDivisionError), reading("1.dcm"):
        raise ZeroDivisionError
