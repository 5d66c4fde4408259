"""HN1 with its traps and CTPEL in small: DICOM CT, PT, RTSTRUCT, SEG and SR."""

import shutil
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import EnhancedSRStorage, PositronEmissionTomographyImageStorage, generate_uid

from radpipe.demo.cohort import make_demo
from radpipe.demo.dicom_writer import write_ct, write_rtstruct
from radpipe.demo.phantom import GRID, Phantom, make_phantom
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["BONES", "LANDMARKS", "make_ctpel", "make_hn1", "write_landmarks", "write_pet", "write_segments"]

STUDY = "01-01-2010-synthetic"

BONES = {
    "Right Femur": ((4, 40, 12), (8, 14, 12)),
    "Left Femur": ((4, 40, 56), (8, 14, 12)),
    "Right Hip": ((13, 36, 14), (10, 20, 16)),
    "Left Hip": ((13, 36, 50), (10, 20, 16)),
    "Sacrum": ((14, 58, 34), (10, 10, 12)),
}
"""Boxes of voxels: first index and extent, z, y, x."""

LANDMARKS = {"ASIS right": (-40.5, -20.25, 12.0), "ASIS left": (41.0, -20.0, 12.0), "Symphysis": (0.5, -30.0, -30.0)}
"""Name -> x, y, z in mm; each lies on a slice."""


def make_hn1(folder: Path, seed: int) -> None:
    """Write four patients: 1 with SEG and PT, 2 with a PT that lacks the weight, 3 of other spacing."""
    make_demo(folder, patients=4, seed=seed)
    homes = [home / STUDY for home in sorted(folder.iterdir()) if home.is_dir()]
    for home in homes[:2]:
        slices = [pydicom.dcmread(path) for path in sorted((home / "2.000000-CT").glob("*.dcm"))]
        write_pet(slices, home / "3.000000-PT")
    for path in (homes[1] / "3.000000-PT").glob("*.dcm"):
        data = pydicom.dcmread(path)
        del data.PatientWeight
        data.save_as(path, enforce_file_format=True)
    finer = Geometry(GRID.size_zyx, (2.0, 1.5, 1.5), (-59.25, -59.25, -29.0))
    phantom = make_phantom(np.random.default_rng([seed, 99]), 20.0, 0.5, node=False)
    masks = {name: replace(mask, geometry=finer) for name, mask in phantom.masks.items()}
    for part in ("2.000000-CT", "1.000000-RTSTRUCT"):
        shutil.rmtree(homes[2] / part)
    other = Phantom(Volume(phantom.volume.array, finer, "HU"), masks)
    write_ct(other, homes[2].parent.name, homes[2] / "2.000000-CT")
    write_rtstruct(other, homes[2] / "2.000000-CT", homes[2] / "1.000000-RTSTRUCT")


def write_pet(ct: Sequence[Dataset], folder: Path) -> None:
    """Write a PET of half the CT's resolution in the CT's frame of reference: BQML, decay corrected to the start.

    Activity is 5000 Bq/mL, and 20000 in the middle third; weight 70 kg, 300 MBq of F-18 injected an hour before.
    """
    folder.mkdir(parents=True)
    first = ct[0]
    series = generate_uid(entropy_srcs=[str(first.PatientID), "pt"])
    rows, columns = int(first.Rows) // 2, int(first.Columns) // 2
    middle = np.zeros((rows, columns), dtype=bool)
    middle[rows // 3 : -(rows // 3), columns // 3 : -(columns // 3)] = True
    for index, source in enumerate(ct):
        data = Dataset()
        data.update(source)
        data.file_meta = pydicom.dataset.FileMetaDataset()
        data.file_meta.TransferSyntaxUID = source.file_meta.TransferSyntaxUID
        data.SOPClassUID = PositronEmissionTomographyImageStorage
        data.SOPInstanceUID = generate_uid(entropy_srcs=[series, str(index)])
        data.Modality, data.SeriesInstanceUID, data.SeriesNumber = "PT", series, 3
        data.SeriesDescription = "synthetic PET"
        data.Rows, data.Columns = rows, columns
        dy, dx = (float(v) for v in source.PixelSpacing)
        data.PixelSpacing = [2 * dy, 2 * dx]
        x, y, z = (float(v) for v in source.ImagePositionPatient)
        data.ImagePositionPatient = [x + dx / 2, y + dy / 2, z]
        data.Units, data.DecayCorrection, data.CorrectedImage = "BQML", "START", ["DECY", "ATTN"]
        data.RescaleSlope, data.RescaleIntercept = 1, 0
        data.SeriesTime = data.AcquisitionTime = "130000"
        data.AcquisitionDate, data.PatientWeight = "20100101", 70
        drug = Dataset()
        drug.RadiopharmaceuticalStartTime, drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = "120000", 3e8, 6586.2
        data.RadiopharmaceuticalInformationSequence = [drug]
        data.PixelData = np.where(middle, 20000, 5000).astype(np.uint16).tobytes()
        data.save_as(folder / f"1-{index + 1:03d}.dcm", enforce_file_format=True)


def make_ctpel(folder: Path, seed: int) -> None:
    """Write three cases; the derived objects of the second lie in other folders, its points are in pixels."""
    for number in (1, 2, 10):
        home = folder / f"PEL{number:03d}"
        rng = np.random.default_rng([seed, number])
        masks = {name: Mask.of(_box(*box), GRID) for name, box in BONES.items()}
        hu = np.where(np.logical_or.reduce([mask.full_array() for mask in masks.values()]), 600.0, 40.0)
        hu = np.clip(np.round(hu + rng.normal(0, 20, hu.shape)), -1000, 3000)
        slices = write_ct(Phantom(Volume(hu.astype(np.int16), GRID, "HU"), masks), home.name, home / "im_1")
        seg, report = ("im_3", "im_2") if number == 2 else ("im_2", "im_4")
        write_segments(masks, slices, home / seg / "x0000.dcm")
        write_landmarks(slices, home / report / "x0000.dcm", in_pixels=number == 2)


def _box(first_zyx: tuple[int, int, int], extent_zyx: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[tuple(slice(start, start + n) for start, n in zip(first_zyx, extent_zyx, strict=True))] = True
    return array


def write_segments(masks: dict[str, Mask], slices: list[Dataset], path: Path) -> None:
    """Write masks as one SEG whose labels say nothing and whose descriptions are the names."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    path.parent.mkdir(parents=True, exist_ok=True)
    segments = [
        hd.seg.SegmentDescription(
            segment_number=i,
            segment_label=f"Segment {i}",
            segmented_property_category=codes.SCT.AnatomicalStructure,
            segmented_property_type=codes.SCT.Bone,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for i in range(1, len(masks) + 1)
    ]
    for segment, name in zip(segments, masks, strict=True):
        segment.SegmentDescription = name
    series = generate_uid(entropy_srcs=[str(slices[0].PatientID), str(path.parent.name), "seg"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hd.seg.Segmentation(
            source_images=slices,
            pixel_array=np.stack([mask.full_array() for mask in masks.values()], axis=-1).astype(np.uint8),
            segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
            segment_descriptions=segments,
            series_instance_uid=series,
            series_number=300,
            sop_instance_uid=generate_uid(entropy_srcs=[series, "1"]),
            instance_number=1,
            manufacturer="radpipe",
            manufacturer_model_name="synthetic",
            software_versions="1",
            device_serial_number="0",
        ).save_as(path)


def write_landmarks(slices: list[Dataset], path: Path, *, in_pixels: bool) -> None:
    """Write ``LANDMARKS`` as a TID 1500 report: SCOORD3D in mm, or SCOORD in pixels of a point's slice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    report = Dataset()
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyID",
                    "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName"):  # fmt: skip
        report[keyword] = slices[0][keyword]
    report.file_meta = pydicom.dataset.FileMetaDataset()
    report.file_meta.TransferSyntaxUID = slices[0].file_meta.TransferSyntaxUID
    report.SOPClassUID, report.Modality = EnhancedSRStorage, "SR"
    report.SeriesInstanceUID = generate_uid(entropy_srcs=[str(report.PatientID), "sr"])
    report.SOPInstanceUID = generate_uid(entropy_srcs=[str(report.PatientID), "sr", "1"])
    report.SeriesNumber = report.InstanceNumber = 1
    _item(report, "CONTAINER", ("126000", "DCM", "Imaging Measurement Report"))
    groups = []
    for name, xyz_mm in LANDMARKS.items():
        tracked = _item(Dataset(), "TEXT", ("112039", "DCM", "Tracking Identifier"))
        tracked.TextValue = name
        group = _item(Dataset(), "CONTAINER", ("125007", "DCM", "Measurement Group"))
        group.ContentSequence = [tracked, _pixels(xyz_mm, slices) if in_pixels else _point(xyz_mm, slices[0])]
        groups.append(group)
    measurements = _item(Dataset(), "CONTAINER", ("126010", "DCM", "Imaging Measurements"))
    measurements.ContentSequence = groups
    report.ContentSequence = [measurements]
    report.save_as(path, enforce_file_format=True)


def _item(data: Dataset, kind: str, concept: tuple[str, str, str]) -> Dataset:
    name = Dataset()
    name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = concept
    data.ValueType, data.RelationshipType, data.ConceptNameCodeSequence = kind, "CONTAINS", [name]
    return data


def _point(xyz_mm: tuple[float, float, float], ct: Dataset) -> Dataset:
    item = _item(Dataset(), "SCOORD3D", ("111030", "DCM", "Image Region"))
    item.GraphicType, item.GraphicData = "POINT", list(xyz_mm)
    item.ReferencedFrameOfReferenceUID = ct.FrameOfReferenceUID
    return item


def _pixels(xyz_mm: tuple[float, float, float], slices: list[Dataset]) -> Dataset:
    """Column and row, counted from the image's corner, so that the first pixel's centre is (0.5, 0.5)."""
    z, y, x = GRID.mm_to_index(xyz_mm).tolist()
    item = _item(Dataset(), "SCOORD", ("111030", "DCM", "Image Region"))
    item.GraphicType, item.GraphicData = "POINT", [x + 0.5, y + 0.5]
    image = _item(Dataset(), "IMAGE", ("260753009", "SCT", "Source"))
    image.RelationshipType = "SELECTED FROM"
    reference = Dataset()
    source = slices[round(z)]
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = source.SOPClassUID, source.SOPInstanceUID
    image.ReferencedSOPSequence = [reference]
    item.ContentSequence = [image]
    return item
