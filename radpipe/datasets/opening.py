"""A source opened in one of the known layouts."""

from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.datasets.options import DatasetOptions
from radpipe.errors import NothingUsableError, UsageError

if TYPE_CHECKING:
    from radpipe.cohort import Cohort

from radpipe.datasets.layouts import DATASETS

__all__ = ["open_cohort"]


def open_cohort(
    source: str | Path, dataset: str, *, cache: Path | None = None, options: DatasetOptions | None = None
) -> "Cohort":
    """Read a source in one of the known layouts; headers only, no pixels.

    Parameters
    ----------
    source
        A folder, or the manifest's file.
    dataset
        A name of ``DATASETS`` in any case; a file is a manifest also where ``dicom`` is said, the default.
    cache
        Where the index of a DICOM folder is kept between calls; None keeps none.
    options
        Rules of the data set that the user may change.

    Raises
    ------
    UsageError
        The layout is unknown, or an option means nothing to it.
    NothingUsableError
        The source holds nothing of this layout.
    """
    options = options or DatasetOptions()
    _refuse_foreign(options, dataset)
    cohort = _read(_home(Path(source)), dataset, cache, options)
    if options.roi_dictionary is None:
        return cohort
    from radpipe.datasets.roi_dictionary import open_dictionary, translated

    return translated(cohort, open_dictionary(options.roi_dictionary))


def _home(path: Path) -> Path:
    """Expand ``~``; one that names no user of this machine is a part of the name."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _refuse_foreign(options: DatasetOptions, dataset: str) -> None:
    """Refuse an option that the data set would not look at, instead of recording that it was followed."""
    words = {"include_partial": "--include-partial", "min_dice": "--min-dice", "labels": "--label"}
    for name, word in words.items():
        takers = [info.name for info in DATASETS if name in info.options]
        if getattr(options, name) != getattr(DatasetOptions(), name) and dataset not in takers:
            message = f"{word} means nothing to the data set {dataset}; it is for {' and '.join(takers)}"
            raise UsageError(message)


def _read(path: Path, dataset: str, cache: Path | None, options: DatasetOptions) -> "Cohort":
    if dataset not in {entry.name for entry in DATASETS}:
        message = f"data set {dataset!r} is unknown; choose one of {', '.join(entry.name for entry in DATASETS)}"
        raise UsageError(message)
    if dataset == "manifest" or (dataset == "dicom" and path.is_file()):
        from radpipe.datasets.manifest import read_manifest

        return read_manifest(path)
    if not path.is_dir():
        message = f"{path} is not a folder"
        raise NothingUsableError(message)
    if dataset in ("dicom", "hn1", "ctpel"):
        return _read_dicom(path, dataset, cache)
    if dataset == "hanseg":
        from radpipe.datasets.hanseg import read_hanseg

        return read_hanseg(path, options)
    if dataset == "structseg":
        from radpipe.datasets.structseg import read_structseg

        return read_structseg(path, options)
    from radpipe.datasets.chestxray14 import read_chestxray14

    return read_chestxray14(path, options)


def _read_dicom(path: Path, dataset: str, cache: Path | None) -> "Cohort":
    if dataset == "hn1":
        from radpipe.datasets.hn1 import read_hn1

        return read_hn1(path, cache=cache)
    if dataset == "ctpel":
        from radpipe.datasets.ctpel import read_ctpel

        return read_ctpel(path, cache=cache)
    from radpipe.datasets.dicom import read_dicom_folder

    return read_dicom_folder(path, cache=cache)
