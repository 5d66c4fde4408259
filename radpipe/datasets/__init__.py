"""Data sets: each knows one folder layout and turns it into a Cohort. Reading pixels is imaging's work."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.datasets.options import DatasetOptions
from radpipe.errors import NothingUsableError, UsageError

if TYPE_CHECKING:
    from radpipe.cohort import Cohort

__all__ = ["DATASETS", "DatasetInfo", "DatasetOptions", "open_cohort"]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What ``radpipe datasets`` tells of one layout; ``options`` are fields of DatasetOptions that it looks at."""

    name: str
    title: str
    source: str
    licence: str
    layout: str
    command: str
    options: tuple[str, ...] = ()


DATASETS = (
    DatasetInfo(
        "dicom",
        "Any folder of DICOM",
        "your own archive",
        "yours",
        "any folders; files are told apart by their tags, never by their names",
        "radpipe extract FOLDER --dataset dicom -p CT=ct_head_neck -p PT=pet -o out",
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
        "hanseg",
        "HaN-Seg: CT and T1 MR with 30 organs at risk",
        "doi 10.5281/zenodo.7442914; described in doi 10.1002/mp.16197 (Podobnik 2023)",
        "CC BY-NC-ND 4.0: nothing derived from the images may be passed on",
        "set_1/case_01/case_01_IMG_CT.nrrd, case_01_OAR_<NAME>.seg.nrrd, set_1/OAR_data.csv, set_1/patient_data.csv",
        "radpipe extract HaN-Seg --dataset hanseg --modality CT --params ct_head_neck -o out",
        ("include_partial",),
    ),
    DatasetInfo(
        "structseg",
        "StructSeg 2019: nasopharynx GTV, or 22 organs at risk of head and neck, on CT",
        "structseg2019.grand-challenge.org, on registration; without a DOI",
        "as agreed on registration",
        "Naso_GTV/1 ... 50 (label 1 is the GTV), HaN_OAR/1 ... 50 (22 organs) with data.nii.gz and label.nii.gz",
        "radpipe extract Naso_GTV --dataset structseg --params ct_head_neck -o out",
        ("labels",),
    ),
    DatasetInfo(
        "ctpel",
        "CTPEL: pelvis CT with five bones (SEG) and 15 landmarks (SR)",
        "Imaging Data Commons, collection CTPEL; cite the DOI that its page shows",
        "as shown where it is downloaded",
        "one folder a case, im_1 the CT, im_2 ... derived objects; SEG and SR by SOP class; landmarks go to a table",
        "radpipe extract CTPEL --dataset ctpel --params ct_native -o out",
    ),
    DatasetInfo(
        "chestxray14",
        "Segmentations of NIH ChestX-ray14: lungs and heart on radiographs",
        "masks: github.com/lucasmansilla/NIH_chest_xray14_segmentations (doi 10.1016/j.neunet.2020.01.023), "
        "segmentations.tar.gz.aa ... ah, joined and unpacked; radiographs: nihcc.app.box.com/v/ChestXray-NIHCC "
        "(doi 10.1109/CVPR.2017.369)",
        "masks MIT; radiographs as NIH says where they are downloaded",
        "NAME.png and NAME_labels.png in any folders, rca_dice_scores.csv; no spacing: shape is in pixels, 2D only",
        "radpipe extract CXR --dataset chestxray14 --params xray_2d --min-dice 0.9 -o out",
        ("min_dice", "labels"),
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
