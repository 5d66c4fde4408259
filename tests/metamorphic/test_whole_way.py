"""The same values whatever does not matter: relations over the whole way, from files to the table, by the public API.

A relation needs no expected number: a patient is written in two ways that mean the same, and the two tables agree.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RTStructureSetStorage, generate_uid

import radpipe
from radpipe.features.params_file import parse_params
from radpipe.geometry import Geometry

Array = npt.NDArray[Any]
Rows = Mapping[tuple[str, str], Mapping[str, float]]
Opened = tuple[Geometry, dict[str, Array]]

PARAMS = parse_params(
    {
        "imageType": {"Original": {}, "LoG": {"sigma": [3.0]}},
        "featureClass": dict.fromkeys(("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")),
        "setting": {"binWidth": 25},
    }
)
ORIGINAL = replace(PARAMS, image_types=PARAMS.image_types[:1])


@dataclass(frozen=True)
class Patient:
    """An axial CT, and contours per ROI: polygons (n, 3) in mm, one a slice, no vertex on a voxel's centre."""

    name: str
    hu: npt.NDArray[np.int16]
    spacing_zyx_mm: tuple[float, float, float]
    origin_xyz_mm: tuple[float, float, float]
    rois: Mapping[str, Sequence[npt.NDArray[np.float64]]]

    @property
    def geometry(self) -> Geometry:
        nz, ny, nx = self.hu.shape
        return Geometry((nz, ny, nx), self.spacing_zyx_mm, self.origin_xyz_mm)


def patient(name: str = "P1", seed: int = 1) -> Patient:
    """9 slices of 4 mm, 26 x 28 pixels of 2 x 2 mm; a tumour with a wavy outline and a round organ."""
    random = np.random.default_rng(seed)
    z, y, x = np.indices((9, 26, 28))
    hu = 40 + 60 * np.sin(x / 3.1 + seed) + 45 * np.cos(y / 2.3 + z) + random.normal(0, 20, z.shape)
    origin = (-27.0, -25.0, -16.0)
    angle = np.linspace(0, 2 * np.pi, 37)[:-1] + 0.0123
    rois = {}
    for roi, (cx, cy), radius, wave in (("GTV", (4.03, 2.07), 13.31, 2.17), ("Organ", (-14.1, -9.2), 7.77, 0.0)):
        polygons = []
        for slice_number in range(2, 7):
            r = radius - abs(slice_number - 4) * 1.13 + wave * np.sin(3 * angle)
            height = np.full(36, origin[2] + 4.0 * slice_number)
            polygons.append(np.stack([cx + r * np.cos(angle), cy + r * np.sin(angle), height], axis=1))
        rois[roi] = polygons
    return Patient(name, np.rint(hu).astype(np.int16), (4.0, 2.0, 2.0), origin, rois)


def _bare(one: Patient, sop_class: str, sop_uid: str, modality: str) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = sop_class, sop_uid, modality
    data.PatientID, data.PatientName = one.name, f"{one.name}^made"
    data.PatientBirthDate = data.PatientSex = data.StudyTime = data.StudyID = ""
    data.AccessionNumber = data.ReferringPhysicianName = data.Manufacturer = ""
    data.StudyDate = data.StructureSetDate = "20200101"
    data.StructureSetTime = "120000"
    data.StudyInstanceUID, data.FrameOfReferenceUID = _uid(one.name, "study"), _uid(one.name, "frame")
    return data


def _uid(*parts: object) -> str:
    return str(generate_uid(entropy_srcs=[str(part) for part in parts]))


def ct_slices(one: Patient) -> list[Dataset]:
    """The CT as data sets."""
    slices = []
    for number, plane in enumerate(one.hu):
        data = _bare(one, CTImageStorage, _uid(one.name, "ct", number), "CT")
        data.SeriesInstanceUID, data.SeriesNumber, data.InstanceNumber = _uid(one.name, "ct"), 2, number + 1
        data.ImageType, data.PositionReferenceIndicator = ["ORIGINAL", "PRIMARY", "AXIAL"], ""
        x, y, z = one.origin_xyz_mm
        data.ImagePositionPatient = [x, y, z + number * one.spacing_zyx_mm[0]]
        data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        data.PixelSpacing, data.SliceThickness = list(one.spacing_zyx_mm[1:]), one.spacing_zyx_mm[0]
        data.Rows, data.Columns = plane.shape
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
        data.RescaleSlope, data.RescaleIntercept = 1, -1024
        data.PixelData = (plane.astype(np.int32) + 1024).astype(np.uint16).tobytes()
        slices.append(data)
    return slices


def structures(one: Patient) -> Dataset:
    """The ROIs as a RTSTRUCT that refers to the CT."""
    data = _bare(one, RTStructureSetStorage, _uid(one.name, "rs"), "RTSTRUCT")
    data.SeriesInstanceUID, data.SeriesNumber, data.StructureSetLabel = _uid(one.name, "rs series"), 3, "made"
    series, study, frame = Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID, series.ContourImageSequence = _uid(one.name, "ct"), []
    for number in range(len(one.hu)):
        image = Dataset()
        image.ReferencedSOPClassUID = CTImageStorage
        image.ReferencedSOPInstanceUID = _uid(one.name, "ct", number)
        series.ContourImageSequence.append(image)
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = "1.2.840.10008.3.1.2.3.1", data.StudyInstanceUID
    study.RTReferencedSeriesSequence = [series]
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = data.FrameOfReferenceUID, [study]
    data.ReferencedFrameOfReferenceSequence = [frame]
    data.StructureSetROISequence, data.ROIContourSequence = [], []
    for number, (name, polygons) in enumerate(one.rois.items(), start=1):
        declared, drawn = Dataset(), Dataset()
        declared.ROINumber, declared.ROIName = number, name
        declared.ReferencedFrameOfReferenceUID = data.FrameOfReferenceUID
        drawn.ReferencedROINumber, drawn.ContourSequence = number, []
        for polygon in polygons:
            contour = Dataset()
            contour.ContourGeometricType, contour.NumberOfContourPoints = "CLOSED_PLANAR", len(polygon)
            contour.ContourData = [f"{value:.10g}" for value in polygon.ravel()]
            drawn.ContourSequence.append(contour)
        data.StructureSetROISequence.append(declared)
        data.ROIContourSequence.append(drawn)
    return data


def write_dicom(one: Patient, folder: Path) -> Path:
    """Write CT and RTSTRUCT into one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(ct_slices(one)):
        data.save_as(folder / f"ct{number:02d}.dcm", enforce_file_format=True)
    structures(one).save_as(folder / "rs.dcm", enforce_file_format=True)
    return folder


def write_grid(array: npt.NDArray[Any], geometry: Geometry, path: Path, *, compress: bool = False) -> Path:
    """Write voxels as the ending of the path says."""
    import SimpleITK as sitk  # noqa: N813

    image = sitk.GetImageFromArray(array)
    image.SetSpacing(geometry.spacing_zyx_mm[::-1])
    image.SetOrigin(geometry.origin_xyz_mm)
    image.SetDirection(geometry.direction)
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(image, path, compress)
    return path


def write_manifest(path: Path, rows: Sequence[tuple[str, str | Path, str | Path, str]]) -> Path:
    """Write rows of case, image, mask and ROI name."""
    lines = ["case_id,image,mask,roi,modality", *(f"{case},{image},{mask},{roi},CT" for case, image, mask, roi in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def measure(source: Path, out: Path, *, params: Any = PARAMS, **options: Any) -> Rows:
    """Measure a folder or a manifest: (case, ROI) -> feature -> value; every row must be ok."""
    dataset = "dicom" if source.is_dir() else "manifest"
    radpipe.extract(source, dataset=dataset, params=params, out=out, **options)
    frame = radpipe.read_features(out)
    assert set(frame["status"]) == {"ok"}, frame[["roi", "code", "message"]].to_string()
    names = [name for name in frame.columns if name.startswith(("original_", "log-"))]
    assert len(names) > 90
    keys = zip(frame["case_id"], frame["roi"], strict=True)
    return dict(zip(keys, frame[names].to_dict("records"), strict=True))


def assert_same(found: Rows, wanted: Rows, *, but: Sequence[str] = (), rtol: float = 0.0) -> None:
    """Compare two tables: the same rows, and each feature to a relative tolerance; 0 is to the last bit."""
    assert found.keys() == wanted.keys()
    for key, values in wanted.items():
        assert found[key].keys() == values.keys()
        for name, value in values.items():
            if not any(word in name for word in but):
                assert found[key][name] == pytest.approx(value, rel=rtol, abs=rtol * 1e-3, nan_ok=True), (key, name)


def original(rows: Rows) -> Rows:
    return {
        key: {name: value for name, value in values.items() if name.startswith("original_")}
        for key, values in rows.items()
    }


def of_case(rows: Rows, old: str, new: str) -> Rows:
    return {(new if case == old else case, roi): values for (case, roi), values in rows.items()}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows]:
    """The first patient as DICOM, and its table."""
    home = tmp_path_factory.mktemp("plain")
    folder = write_dicom(patient(), home / "P1")
    return folder, measure(folder, home / "out")


@pytest.fixture(scope="module")
def opened(plain: tuple[Path, Rows]) -> tuple[Geometry, dict[str, Array]]:
    """What radpipe reads of it: the grid, and arrays of the image and of each ROI."""
    (case,) = radpipe.open_cohort(plain[0], "dicom")
    volume = radpipe.open_image(case.images[0])
    arrays = {"image": volume.array}
    for roi in case.rois:
        arrays[roi.name] = radpipe.open_mask(roi, volume.geometry).full_array().astype(np.uint8)
    assert [int(arrays[name].sum()) for name in ("GTV", "Organ")] == pytest.approx([600, 180], rel=0.2)
    return volume.geometry, arrays


def as_files(opened: Opened, folder: Path, ending: str, *, dtype: Any = np.int16, compress: bool = False) -> Path:
    """Write image and masks in a format of ITK, and the manifest of them."""
    grid, arrays = opened
    image = write_grid(arrays["image"].astype(dtype), grid, folder / f"image{ending}", compress=compress)
    rows = [
        ("P1", image.name, write_grid(arrays[name], grid, folder / f"{name}{ending}", compress=compress).name, name)
        for name in ("GTV", "Organ")
    ]
    return write_manifest(folder / "cases.csv", rows)


def write_seg(slices: Sequence[Path], opened: Opened, path: Path) -> None:
    """Write both ROIs as segments, on the slices that they were drawn on."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    sources = sorted((pydicom.dcmread(one) for one in slices), key=lambda data: float(data.ImagePositionPatient[2]))
    array = np.stack([opened[1][name] for name in ("GTV", "Organ")], axis=-1)
    described = [
        hd.seg.SegmentDescription(
            number, name, codes.SCT.Tissue, codes.SCT.Bone, hd.seg.SegmentAlgorithmTypeValues.MANUAL
        )
        for number, name in enumerate(("GTV", "Organ"), start=1)
    ]
    hd.seg.Segmentation(
        sources, array, "BINARY", described, _uid("seg series"), 9, _uid("seg"), 1, "made", "made", "1", "1"
    ).save_as(path)


def test_two_patients_differ_or_the_relations_say_nothing(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    other = measure(write_dicom(patient("P1", seed=2), tmp_path / "P1"), tmp_path / "out")
    with pytest.raises(AssertionError):
        assert_same(other, plain[1], rtol=1e-3)


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_dicom_rewritten_in_a_format_of_itk(
    plain: tuple[Path, Rows], opened: Opened, tmp_path: Path, ending: str
) -> None:
    assert_same(measure(as_files(opened, tmp_path, ending), tmp_path / "out"), plain[1])


@pytest.mark.parametrize("ending", [".nrrd", ".mha"])
def test_compressed_or_not(plain: tuple[Path, Rows], opened: Opened, tmp_path: Path, ending: str) -> None:
    manifest = as_files(opened, tmp_path, ending, compress=True)
    assert (tmp_path / f"image{ending}").stat().st_size < opened[1]["image"].nbytes
    assert_same(measure(manifest, tmp_path / "out"), plain[1])


def test_compressed_dicom(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain[0], tmp_path / "P1"))
    for path in folder.glob("ct*.dcm"):
        data = pydicom.dcmread(path)
        data.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)
        data.save_as(path)
    assert_same(measure(folder, tmp_path / "out"), plain[1])


def test_contours_rewritten_as_a_segmentation(plain: tuple[Path, Rows], opened: Opened, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain[0], tmp_path / "P1"))
    (folder / "rs.dcm").unlink()
    write_seg(sorted(folder.glob("ct*.dcm")), opened, folder / "seg.dcm")
    assert_same(measure(folder, tmp_path / "out"), plain[1])


@pytest.mark.parametrize("dtype", ["uint16", "int32", "float32", "float64"])
def test_another_type_of_number_for_the_same_values(opened: Opened, tmp_path: Path, dtype: str) -> None:
    grid, arrays = opened
    raised = (grid, arrays | {"image": arrays["image"].astype(np.int16) + 500})  # no value below 0, for uint16
    assert raised[1]["image"].min() >= 0
    wanted = measure(as_files(raised, tmp_path / "int16", ".nrrd"), tmp_path / "a")
    found = measure(as_files(raised, tmp_path / dtype, ".nrrd", dtype=dtype), tmp_path / "b")
    assert_same(found, wanted)


def test_ids_and_uids_renamed(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    folder = write_dicom(replace(patient(), name="Another-9"), tmp_path / "elsewhere")
    assert_same(measure(folder, tmp_path / "out"), of_case(plain[1], "P1", "Another-9"))


def test_files_renamed_and_in_another_order(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    (tmp_path / "P1").mkdir()
    paths = sorted(plain[0].iterdir())
    for number, place in enumerate(np.random.default_rng(3).permutation(len(paths))):
        shutil.copy(paths[place], tmp_path / "P1" / f"IM{number:04d}")
    assert_same(measure(tmp_path / "P1", tmp_path / "out"), plain[1])


def test_instance_numbers_that_say_another_order(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain[0], tmp_path / "P1"))
    for number, path in enumerate(sorted(folder.glob("ct*.dcm"))):
        data = pydicom.dcmread(path)
        data.InstanceNumber = 100 - 7 * number
        data.save_as(path)
    assert_same(measure(folder, tmp_path / "out"), plain[1])


def test_one_series_split_into_folders(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    for number, path in enumerate(sorted(plain[0].iterdir())):
        home = tmp_path / "P1" / ("even" if number % 2 else "odd") / str(number % 3)
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, home)
    assert_same(measure(tmp_path / "P1", tmp_path / "out"), plain[1])


def test_foreign_files_among_the_slices(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain[0], tmp_path / "P1"))
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" * 50)
    (folder / "report.pdf").write_bytes(b"%PDF-1.4 no image")
    (folder / "notes.txt").write_text("read by nobody")
    (folder / ".DS_Store").write_bytes(bytes(64))
    assert_same(measure(folder, tmp_path / "out"), plain[1])


def test_another_patient_beside_the_first(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    shutil.copytree(plain[0], tmp_path / "cohort" / "P1")
    write_dicom(patient("P0", seed=2), tmp_path / "cohort" / "P0")
    both = measure(tmp_path / "cohort", tmp_path / "out")
    assert len(both) == 4
    assert_same({key: values for key, values in both.items() if key[0] == "P1"}, plain[1])


def test_cases_and_rois_in_another_order(opened: Opened, tmp_path: Path) -> None:
    as_files(opened, tmp_path, ".nrrd")
    rows = [(case, "image.nrrd", f"{roi}.nrrd", roi) for case in ("A", "B") for roi in ("GTV", "Organ")]
    forward = measure(write_manifest(tmp_path / "forward.csv", rows), tmp_path / "a")
    assert_same(measure(write_manifest(tmp_path / "back.csv", rows[::-1]), tmp_path / "b"), forward)
    assert_same(of_case({key: forward[key] for key in forward if key[0] == "A"}, "A", "B"),
                {key: forward[key] for key in forward if key[0] == "B"})  # fmt: skip


def test_a_roi_alone_or_with_the_other(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    alone = measure(plain[0], tmp_path / "out", rois=["Organ"])
    assert_same(alone, {("P1", "Organ"): plain[1]["P1", "Organ"]})


def test_a_union_of_one_roi_is_the_roi(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    union = measure(plain[0], tmp_path / "out", merges=["Tumour=GTV"])
    assert_same({("P1", "GTV"): union["P1", "Tumour"]}, {("P1", "GTV"): plain[1]["P1", "GTV"]})


def test_the_patient_elsewhere_in_the_scanner(plain: tuple[Path, Rows], tmp_path: Path) -> None:
    # By a whole number of mm: coordinates stay exact, and so do the values.
    step = np.array([128.0, -64.0, 512.0])
    here = patient()
    x, y, z = (here.origin_xyz_mm + step).tolist()
    rois = {name: [polygon + step for polygon in polygons] for name, polygons in here.rois.items()}
    there = replace(here, origin_xyz_mm=(x, y, z), rois=rois)
    assert_same(measure(write_dicom(there, tmp_path / "P1"), tmp_path / "out"), plain[1])


@pytest.mark.parametrize("axis", [0, 1, 2], ids=["head to foot", "front to back", "left to right"])
def test_the_patient_mirrored(plain: tuple[Path, Rows], tmp_path: Path, axis: int) -> None:
    # Image and contours together, about the middle of the grid. Sums are then made in another order.
    here = patient()
    place = 2 - axis
    middle = here.origin_xyz_mm[place] + here.spacing_zyx_mm[axis] * (here.hu.shape[axis] - 1) / 2
    mirror = np.eye(3)
    mirror[place, place] = -1
    offset = np.zeros(3)
    offset[place] = 2 * middle
    rois = {name: [polygon @ mirror + offset for polygon in polygons] for name, polygons in here.rois.items()}
    there = replace(here, hu=np.ascontiguousarray(np.flip(here.hu, axis)), rois=rois)
    assert_same(measure(write_dicom(there, tmp_path / "P1"), tmp_path / "out"), plain[1], rtol=1e-9)


def test_the_same_voxels_stored_along_other_axes(plain: tuple[Path, Rows], opened: Opened, tmp_path: Path) -> None:
    # Stored as (x, z, y) instead of (z, y, x): a sagittal file of the same patient. Planes of diameters change names;
    # a LoG filters its axes one after the other, and rounds between them.
    grid, arrays = opened
    dz, dy, dx = grid.spacing_zyx_mm
    sizes = tuple(grid.size_zyx[axis] for axis in (2, 0, 1))
    axes = (0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    turned = Geometry(sizes, (dx, dz, dy), grid.origin_xyz_mm, axes)  # type: ignore[arg-type]
    np.testing.assert_allclose(turned.index_to_mm((3, 1, 2)), grid.index_to_mm((1, 2, 3)))
    stored = {name: np.ascontiguousarray(array.transpose(2, 0, 1)) for name, array in arrays.items()}
    found = measure(as_files((turned, stored), tmp_path, ".nrrd"), tmp_path / "out", params=ORIGINAL)
    assert_same(found, original(plain[1]), but=["Maximum2DDiameter"], rtol=1e-9)


def test_a_margin_of_air_around_the_image(plain: tuple[Path, Rows], opened: Opened, tmp_path: Path) -> None:
    # The original image only: a LoG sees the margin.
    grid, arrays = opened
    sizes = tuple(size + 6 for size in grid.size_zyx)
    wider = Geometry(sizes, grid.spacing_zyx_mm, tuple(grid.index_to_mm((-3, -3, -3)).tolist()), grid.direction)  # type: ignore[arg-type]
    padded = {name: np.pad(array, 3, constant_values=-1000 if name == "image" else 0) for name, array in arrays.items()}
    found = measure(as_files((wider, padded), tmp_path, ".nrrd"), tmp_path / "out", params=ORIGINAL)
    assert_same(found, original(plain[1]))


def test_voxels_of_twice_the_size(plain: tuple[Path, Rows], opened: Opened, tmp_path: Path) -> None:
    # Lengths twice, areas four times, volumes eight times; texture and histogram stay (a LoG of 3 mm does not).
    grid, arrays = opened
    dz, dy, dx = grid.spacing_zyx_mm
    larger = Geometry(grid.size_zyx, (2 * dz, 2 * dy, 2 * dx), grid.origin_xyz_mm, grid.direction)
    found = measure(as_files((larger, arrays), tmp_path, ".nrrd"), tmp_path / "out", params=ORIGINAL)
    power = {"Volume": 3, "TotalEnergy": 3, "SurfaceArea": 2, "SurfaceVolumeRatio": -1, "AxisLength": 1, "Diameter": 1}
    for key, values in found.items():
        for name, value in values.items():
            factor = 2.0 ** next((exponent for word, exponent in power.items() if name.split("_")[-1].endswith(word)
                                  or (word == "Diameter" and "Diameter" in name)), 0)  # fmt: skip
            assert value == pytest.approx(factor * plain[1][key][name], rel=1e-9), (key, name)


def test_values_raised_by_whole_bins(plain: tuple[Path, Rows], opened: Opened, tmp_path: Path) -> None:
    # PyRadiomics' bins begin at a multiple of their width: 3 x 25 HU more leave every gray level as it is.
    grid, arrays = opened
    raised = (grid, arrays | {"image": arrays["image"] + np.int16(75)})
    found = measure(as_files(raised, tmp_path, ".nrrd"), tmp_path / "out", params=ORIGINAL)
    for key, values in found.items():
        for name, value in values.items():
            before = plain[1][key][name]
            kind, feature = name.split("_")[1:]
            if kind != "firstorder" or feature in {"Entropy", "Uniformity", "Range", "Variance", "InterquartileRange"}:
                assert value == pytest.approx(before, rel=1e-9), name
            elif feature in {"Mean", "Median", "Minimum", "Maximum", "10Percentile", "90Percentile"}:
                assert value == pytest.approx(before + 75, rel=1e-9), name
