"""The layouts that are known: source, licence, folders, and the command for each."""

from dataclasses import dataclass

__all__ = ["DATASETS", "DatasetInfo"]


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
