"""What is no regular file is never waited for."""

import os
from pathlib import Path

import pytest

from radpipe.errors import InputError
from radpipe.imaging.dicom_io import read_dicom


def test_a_pipe_is_refused_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.dcm")
    with pytest.raises(InputError, match=r"E_UNREADABLE.*pipe, device or socket"):
        read_dicom(str(tmp_path / "1.dcm"))
