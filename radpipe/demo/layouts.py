"""Small cohorts in exactly the layouts of the five data sets, with the traps that each is known for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from radpipe.demo.dicom_layouts import make_ctpel, make_hn1
from radpipe.demo.file_layouts import make_chestxray14, make_hanseg, make_structseg
from radpipe.errors import UsageError

__all__ = ["LAYOUTS", "make_layout"]

LAYOUTS: Mapping[str, Callable[[Path, int], None]] = {
    "hn1": make_hn1,
    "hanseg": make_hanseg,
    "structseg": make_structseg,
    "ctpel": make_ctpel,
    "chestxray14": make_chestxray14,
}
"""Name of the data set -> maker; each takes a folder and a seed."""


def make_layout(name: str, folder: Path, *, seed: int = 2014) -> Path:
    """Write a cohort of about three cases.

    Parameters
    ----------
    name
        A key of ``LAYOUTS``.
    folder
        Is made; a case that stands there is not overwritten.
    seed
        The same seed gives the same pixels.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UsageError
        No such layout, or the folder holds something.
    """
    if name not in LAYOUTS:
        message = f"no synthetic cohort in the layout {name!r}; choose one of {', '.join(LAYOUTS)}"
        raise UsageError(message)
    if folder.is_dir() and any(folder.iterdir()):
        message = f"{folder} is not empty; choose another folder"
        raise UsageError(message)
    folder.mkdir(parents=True, exist_ok=True)
    LAYOUTS[name](folder, seed)
    return folder
