"""A phantom to DICOM: CT slices, RTSTRUCT by rt-utils, SEG by highdicom, in TCIA's folders."""

import contextlib
import io
import warnings
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from radpipe.demo.phantom import Phantom

__all__ = ["write_ct", "write_rtstruct", "write_seg"]

COLOURS = ([255, 0, 0], [255, 165, 0], [0, 128, 255], [0, 200, 120], [160, 80, 255], [120, 120, 120])


def write_ct(phantom: Phantom, patient: str, folder: Path) -> list[Dataset]:
    """Write one CT series, ``1-001.dcm`` and so on, and return its data sets in the order of the slices."""
    folder.mkdir(parents=True)
    grid = phantom.volume.geometry
    study, series, frame = (generate_uid(entropy_srcs=[patient, part]) for part in ("study", "ct", "frame"))
    slices = []
    for index, plane in enumerate(phantom.volume.array):
        data = _patient(patient, study)
        data.SOPClassUID = CTImageStorage
        data.SOPInstanceUID = generate_uid(entropy_srcs=[patient, "ct", str(index)])
        data.Modality = "CT"
        data.SeriesInstanceUID = series
        data.SeriesNumber = 2
        data.SeriesDescription = "synthetic planning CT"
        data.FrameOfReferenceUID = frame
        data.PositionReferenceIndicator = ""
        data.InstanceNumber = index + 1
        data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        x, y, z = grid.index_to_mm([index, 0, 0]).tolist()
        data.ImagePositionPatient = [x, y, z]
        data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        data.PixelSpacing = list(grid.spacing_zyx_mm[1:])
        data.SliceThickness = grid.spacing_zyx_mm[0]
        data.Rows, data.Columns = plane.shape
        data.SamplesPerPixel = 1
        data.PhotometricInterpretation = "MONOCHROME2"
        data.BitsAllocated = data.BitsStored = 16
        data.HighBit = 15
        data.PixelRepresentation = 0
        data.RescaleSlope, data.RescaleIntercept = 1, -1024
        data.PixelData = (plane.astype(np.int32) + 1024).astype(np.uint16).tobytes()
        data.save_as(folder / f"1-{index + 1:03d}.dcm", enforce_file_format=True)
        slices.append(data)
    return slices


def write_rtstruct(phantom: Phantom, ct_folder: Path, folder: Path) -> None:
    """Write all ROIs as one RTSTRUCT that refers to the CT in a folder."""
    from rt_utils import RTStructBuilder

    folder.mkdir(parents=True)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        structures = RTStructBuilder.create_new(dicom_series_path=str(ct_folder))
        for number, (name, mask) in enumerate(phantom.masks.items()):
            rows_columns_slices = np.moveaxis(mask.full_array(), 0, -1)
            structures.add_roi(mask=rows_columns_slices, name=name, color=COLOURS[number % len(COLOURS)])
        structures.save(str(folder / "1-1.dcm"))


def write_seg(phantom: Phantom, slices: list[Dataset], folder: Path) -> None:
    """Write GTV-1 as a DICOM SEG of one segment, as HN1 has it."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    folder.mkdir(parents=True)
    segment = hd.seg.SegmentDescription(
        segment_number=1,
        segment_label="GTV-1",
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Neoplasm,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
    )
    patient = str(slices[0].PatientID)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seg = hd.seg.Segmentation(
            source_images=slices,
            pixel_array=phantom.masks["GTV-1"].full_array().astype(np.uint8),
            segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
            segment_descriptions=[segment],
            series_instance_uid=generate_uid(entropy_srcs=[patient, "seg"]),
            series_number=300,
            sop_instance_uid=generate_uid(entropy_srcs=[patient, "seg", "1"]),
            instance_number=1,
            manufacturer="radpipe",
            manufacturer_model_name="synthetic",
            software_versions="1",
            device_serial_number="0",
        )
        seg.save_as(folder / "1-1.dcm")


def _patient(patient: str, study: str) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.PatientID = patient
    data.PatientName = f"{patient}^synthetic"
    data.PatientBirthDate = ""
    data.PatientSex = "O"
    data.StudyInstanceUID = study
    data.StudyID = "1"
    data.StudyDate = data.SeriesDate = data.ContentDate = "20100101"
    data.StudyTime = data.SeriesTime = data.ContentTime = "120000"
    data.AccessionNumber = ""
    data.ReferringPhysicianName = ""
    data.Manufacturer = "radpipe"
    return data
