"""What damage of a DICOM file looks like to pydicom and its decoders, and the code that it becomes."""

from contextlib import AbstractContextManager

from pydicom.errors import BytesLengthException, InvalidDicomError

from radpipe.imaging.reading import FAULTS
from radpipe.imaging.reading import reading as reading_any

__all__ = ["DAMAGE", "reading"]

DAMAGE: tuple[type[Exception], ...] = (InvalidDicomError, BytesLengthException, *FAULTS)
"""What pydicom and highdicom raise on files with flipped, cut or inserted bytes."""


def reading(path: str) -> AbstractContextManager[None]:
    """Turn what pydicom and its decoders raise on a damaged file into ``E_UNREADABLE``, and keep their warnings quiet.

    Parameters
    ----------
    path
        Of the file that is read.

    Raises
    ------
    InputError
        As :func:`radpipe.imaging.reading.reading`.
    """
    return reading_any(path, DAMAGE)
