"""Makers of small DICOM series, RTSTRUCT, SEG, and of references to them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import Policy
from radpipe.imaging.suv import suv_factors

CT, PT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.4"
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
FRAME = "1.2.826.0.1.3680043.8.498.1"


def uid(*parts: object) -> str:
    """A UID that is the same in each run."""
    return str(generate_uid(entropy_srcs=[str(part) for part in parts]))


def bare(sop_class: str, sop_uid: str, modality: str) -> Dataset:
    """A data set with file meta information and the identity that each object has."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = sop_class
    data.file_meta.MediaStorageSOPInstanceUID = sop_uid
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = sop_class, sop_uid, modality
    data.PatientID, data.PatientName, data.StudyInstanceUID = "HN0001", "made^", uid("study")
    data.PatientBirthDate = data.PatientSex = data.StudyDate = data.StudyTime = data.StudyID = ""
    data.AccessionNumber = data.ReferringPhysicianName = ""
    return data


def slice_of(
    pixels: npt.NDArray[Any],
    position: Sequence[float],
    number: int,
    *,
    modality: str = "CT",
    orientation: Sequence[float] = AXIAL,
    spacing: tuple[float, float] = (1.0, 1.0),
    slope: float | None = 1.0,
    intercept: float | None = -1024.0,
) -> Dataset:
    """One image file of a series, in memory."""
    data = bare({"CT": CT, "PT": PT, "MR": MR}[modality], uid(modality, number, *position), modality)
    data.SeriesInstanceUID, data.FrameOfReferenceUID = uid("series", modality), FRAME
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.InstanceNumber, data.SeriesNumber, data.SliceThickness = number, 1, 9.0
    data.ImagePositionPatient = [float(v) for v in position]
    data.ImageOrientationPatient = [float(v) for v in orientation]
    data.PixelSpacing = list(spacing)
    data.Rows, data.Columns = pixels.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    bits = pixels.dtype.itemsize * 8
    data.BitsAllocated, data.BitsStored, data.HighBit = bits, bits, bits - 1
    data.PixelRepresentation = int(pixels.dtype.kind == "i")
    data.PositionReferenceIndicator = ""
    if slope is not None:
        data.RescaleSlope = slope
    if intercept is not None:
        data.RescaleIntercept = intercept
    data.PixelData = pixels.tobytes()
    return data


def stored_values(size_zyx: tuple[int, int, int]) -> npt.NDArray[np.uint16]:
    """Distinct stored values, so that a wrong order is seen."""
    return (np.arange(np.prod(size_zyx), dtype=np.uint16) % 2000).reshape(size_zyx)


def series(folder: Path, datasets: Sequence[Dataset], *, modality: str = "CT") -> ImageRef:
    """Write slices, in a file order that is not theirs, and refer to them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for i, data in enumerate(reversed(datasets)):
        path = folder / f"{i:04d}.dcm"
        data.save_as(path, enforce_file_format=True)
        paths.append(str(path))
    return ImageRef("HN0001", "image", modality, ImageKind.DICOM_SERIES, tuple(paths))


def axial(size_zyx: tuple[int, int, int] = (5, 8, 10), step_mm: float = 3.0, **options: Any) -> list[Dataset]:
    """Slices of an axial series from z = -6 mm upwards."""
    values = stored_values(size_zyx)
    return [slice_of(plane, (-20.0, -10.0, -6.0 + step_mm * i), i + 1, **options) for i, plane in enumerate(values)]


def enhanced(slices: Sequence[Dataset], **options: Any) -> Dataset:
    """One enhanced (multi-frame) image of classic slices, by hand after DICOM PS3.3 C.7.6.16."""
    first = slices[0]
    modality = str(first.Modality)
    data = bare({"CT": CT + ".1", "PT": "1.2.840.10008.5.1.4.1.1.130", "MR": MR + ".1"}[modality], uid("enh"), modality)
    same = "SeriesInstanceUID FrameOfReferenceUID ImageType Rows Columns SamplesPerPixel PhotometricInterpretation"
    for keyword in (*same.split(), "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"):
        data[keyword] = first[keyword]
    data.NumberOfFrames, data.InstanceNumber = len(slices), 1
    shared = Dataset()
    measures, plane = Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = first.PixelSpacing, first.SliceThickness
    plane.ImageOrientationPatient = first.ImageOrientationPatient
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    data.SharedFunctionalGroupsSequence, data.PerFrameFunctionalGroupsSequence = [shared], []
    for number, one in enumerate(slices, start=1):
        frame, place, scale, content = Dataset(), Dataset(), Dataset(), Dataset()
        place.ImagePositionPatient = one.ImagePositionPatient
        scale.RescaleSlope, scale.RescaleIntercept = one.get("RescaleSlope", 1), one.get("RescaleIntercept", 0)
        scale.RescaleType = options.get("rescale_type", "HU")
        content.StackID, content.InStackPositionNumber = "1", number
        frame.PlanePositionSequence, frame.PixelValueTransformationSequence = [place], [scale]
        frame.FrameContentSequence = [content]
        data.PerFrameFunctionalGroupsSequence.append(frame)
    data.PixelData = b"".join(one.PixelData for one in slices)
    return data


def roi_file(
    path: Path, rois: Sequence[tuple[int, str, Sequence[tuple[str, npt.NDArray[np.float64]]]]], frame: str = FRAME
) -> Path:
    """Write a RTSTRUCT of (number, name, contours); a contour is its type and points (n, 3) in mm."""
    data = bare(RTSTRUCT, uid("rtstruct"), "RTSTRUCT")
    data.SeriesInstanceUID, data.StructureSetLabel = uid("rtstruct series"), "made"
    data.StructureSetROISequence, data.ROIContourSequence = [], []
    for number, name, contours in rois:
        declared = Dataset()
        declared.ROINumber, declared.ROIName, declared.ReferencedFrameOfReferenceUID = number, name, frame
        data.StructureSetROISequence.append(declared)
        drawn = Dataset()
        drawn.ReferencedROINumber, drawn.ContourSequence = number, []
        for kind, points in contours:
            contour = Dataset()
            contour.ContourGeometricType, contour.NumberOfContourPoints = kind, len(points)
            contour.ContourData = [f"{v:.10g}" for v in np.ravel(points)]
            drawn.ContourSequence.append(contour)
        if contours:
            data.ROIContourSequence.append(drawn)
    data.save_as(path, enforce_file_format=True)
    return path


def roi_ref(path: Path, number: int | None = 1, kind: MaskKind = MaskKind.RTSTRUCT, **more: Any) -> RoiRef:
    """Refer to a ROI of a file."""
    return RoiRef("roi", "GTV-1", kind, str(path), number, ("image",), **more)


@pytest.fixture
def edit() -> Callable[[str, Callable[[Dataset], None]], None]:
    """Change a DICOM file in place."""

    def change(path: str, how: Callable[[Dataset], None]) -> None:
        data = pydicom.dcmread(path)
        how(data)
        data.save_as(path, enforce_file_format=True)

    return change


@pytest.fixture
def seg_of() -> Callable[[Sequence[Dataset], Path], Path]:
    """Write a SEG of one segment, a box in the middle slices, on source slices."""

    def write(slices: Sequence[Dataset], path: Path) -> Path:
        import highdicom as hd
        from pydicom.sr.codedict import codes

        array = np.zeros((len(slices), *slices[0].pixel_array.shape), dtype=np.uint8)
        array[1:-1, 2:6, 3:8] = 1
        segment = hd.seg.SegmentDescription(
            segment_number=1,
            segment_label="GTV-1",
            segmented_property_category=codes.SCT.Tissue,
            segmented_property_type=codes.SCT.Bone,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        seg = hd.seg.Segmentation(
            source_images=slices,
            pixel_array=array,
            segmentation_type="BINARY",
            segment_descriptions=[segment],
            series_instance_uid=uid("seg series"),
            series_number=9,
            sop_instance_uid=uid("seg"),
            instance_number=1,
            manufacturer="made",
            manufacturer_model_name="made",
            software_versions="1",
            device_serial_number="1",
        )
        seg.save_as(path)
        return path

    return write


@pytest.fixture
def make() -> Any:
    """All makers of this file, as attributes."""
    import types

    names = ("axial", "enhanced", "slice_of", "series", "roi_file", "roi_ref", "stored_values", "bare", "uid")
    return types.SimpleNamespace(**{name: globals()[name] for name in names}, FRAME=FRAME)


HALF_LIFE_S = 6588.0
"""Of fluorine-18, as the header below tells it."""


class PetHeaders:
    """Headers of a PET slice: 70 kg, 350 MBq injected one hour before the scan."""

    half_life_s = HALF_LIFE_S

    def __call__(self, units: str = "BQML", correction: str = "START") -> Dataset:
        """Make a header."""
        data, drug = Dataset(), Dataset()
        data.Units, data.DecayCorrection, data.PatientWeight = units, correction, 70.0
        data.CorrectedImage = ["DECY", "ATTN", "SCAT"]
        data.SeriesDate = data.AcquisitionDate = "20100102"
        data.SeriesTime, data.AcquisitionTime = "100000", "100500.5"
        drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = 350e6, HALF_LIFE_S
        drug.RadiopharmaceuticalStartTime = "090000.00"
        data.RadiopharmaceuticalInformationSequence = [drug]
        return data

    @staticmethod
    def tracer(data: Dataset) -> Dataset:
        """Return what a header tells of its tracer."""
        item: Dataset = data.RadiopharmaceuticalInformationSequence[0]
        return item

    @staticmethod
    def factor(data: Dataset, path: str = "") -> float:
        """Return the factor from stored values to SUV of a series of one slice."""
        (factor,), _ = suv_factors([data], [path], Policy())
        return factor


@pytest.fixture(scope="session")
def pet() -> PetHeaders:
    """Headers of PET slices, and the factor that follows from one."""
    return PetHeaders()
