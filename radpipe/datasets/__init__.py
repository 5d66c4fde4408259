"""Data sets: each knows one folder layout and turns it into a Cohort. Reading pixels is imaging's work."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.errors import UsageError

if TYPE_CHECKING:
    from radpipe.cohort import Cohort

__all__ = ["DATASETS", "DatasetInfo", "open_cohort"]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What ``radpipe datasets`` tells of one layout."""

    name: str
    title: str
    source: str
    licence: str
    layout: str
    command: str


DATASETS = (
    DatasetInfo(
        "dicom",
        "Any folder of DICOM",
        "your own archive",
        "yours",
        "any folders; files are told apart by their tags, never by their names",
        "radpipe extract FOLDER --dataset dicom --params ct_native -o out",
    ),
    DatasetInfo(
        "hn1",
        "HEAD-NECK-RADIOMICS-HN1 (The Cancer Imaging Archive)",
        "doi 10.7937/tcia.2019.8kap372n",
        "CC BY-NC 3.0, access controlled",
        "as downloaded; CT, PT, RTSTRUCT and SEG by tags; GTV-1 is the primary tumour",
        "radpipe extract HN1 --dataset hn1 --roi GTV-1 --modality CT --params aerts2014 -o out",
    ),
    DatasetInfo(
        "manifest",
        "A table of paths (CSV or Parquet)",
        "your own",
        "yours",
        "columns case_id, image, mask and optionally roi, label, modality, image_id (or PyRadiomics' batch columns)",
        "radpipe extract cases.csv --dataset manifest --params ct_head_neck -o out",
    ),
)
"""The layouts, in the order in which they are listed."""


def open_cohort(source: str | Path, dataset: str, *, cache: Path | None = None) -> "Cohort":
    """Read a source in one of the known layouts; headers only, no pixels.

    Parameters
    ----------
    source
        A folder, or the manifest's file.
    dataset
        A name of ``DATASETS``.
    cache
        Where the index of a DICOM folder is kept between calls; None keeps none.

    Raises
    ------
    UsageError
        The layout is unknown.
    NothingUsableError
        The source holds nothing of this layout.
    """
    path = Path(source).expanduser()
    if dataset == "dicom":
        from radpipe.datasets.dicom import read_dicom_folder

        return read_dicom_folder(path, cache=cache)
    if dataset == "hn1":
        from radpipe.datasets.hn1 import read_hn1

        return read_hn1(path, cache=cache)
    if dataset == "manifest":
        from radpipe.datasets.manifest import read_manifest

        return read_manifest(path)
    message = f"data set {dataset!r} is unknown; choose one of {', '.join(one.name for one in DATASETS)}"
    raise UsageError(message)
