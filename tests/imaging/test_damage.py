"""What pydicom says of a damaged file."""

import pytest
from pydicom.errors import BytesLengthException, InvalidDicomError

from radpipe.errors import InputError
from radpipe.imaging.damage import reading


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (InvalidDicomError("no preamble"), r"E_UNREADABLE.*InvalidDicomError: no preamble.*1\.dcm"),
        (BytesLengthException("3 bytes"), r"E_UNREADABLE.*BytesLengthException: 3 bytes"),
        (EOFError("end of file"), r"E_UNREADABLE.*EOFError: end of file"),
        (RecursionError("too deep"), r"E_UNREADABLE.*RecursionError"),
        (OSError(12, "Cannot allocate memory"), r"E_MEMORY.*1\.dcm"),
    ],
)
def test_each_fault_has_its_code_and_its_file(fault: Exception, code: str) -> None:
    with pytest.raises(InputError, match=code), reading("1.dcm"):
        raise fault


def test_a_fault_of_the_program_is_no_damage() -> None:
    with pytest.raises(ZeroDivisionError), reading("1.dcm"):
        raise ZeroDivisionError
