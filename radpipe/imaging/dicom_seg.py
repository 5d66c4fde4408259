"""DICOM SEG: a segment by its number, each frame placed on the image by its own position."""

from collections.abc import Iterator

import highdicom
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.cohort import RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.contour_notes import outside_notes
from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_io import read_dicom, require_decoder
from radpipe.imaging.interpolation import bridge_gaps
from radpipe.imaging.itk_files import place_mask
from radpipe.imaging.plane_shapes import Shape
from radpipe.imaging.shelf import Shelf
from radpipe.volume import Mask

__all__ = ["read_seg_mask"]

BoolArray = npt.NDArray[np.bool_]
Steps = npt.NDArray[np.int64]

KINDS = ("BINARY", "FRACTIONAL", "LABELMAP")
"""DICOM's segmentation types."""

HALF = 0.5
"""Threshold of a FRACTIONAL segmentation, where the policy allows one; a voxel of exactly this share is inside."""

ON_SLICE_VOXELS = 0.1
"""A frame may lie this share of a voxel off the image's voxels and still be taken as on them."""


def read_seg_mask(roi: RoiRef, image: Geometry, policy: Policy, shelf: Shelf | None = None) -> Mask:
    """Read a segment on an image's grid; frames that the file leaves out are empty.

    Parameters
    ----------
    roi
        Its selector is the segment number; None is allowed where the file has one segment.
    image
        Grid of the image that is measured.
    policy
        What to do about a fractional segmentation or another grid.
    shelf
        Keeps the file for the next ROI in it.

    Raises
    ------
    InputError
        ``E_SEGMENT_MISSING``, ``E_NUMBER_TWICE``, ``E_FRACTIONAL_SEG``, ``E_FRAME_OF_REFERENCE``, ``E_GRID_MISMATCH``,
        ``E_OUTSIDE``, ``E_EMPTY_ROI``, ``E_TRUNCATED``, ``E_UNREADABLE``.

    Notes
    -----
    Each frame is placed by its own position, so a file may hold only the slices with the ROI, in any order, with slices
    left out between them. Frames that do not lie on the image's voxels are a volume on another grid.
    """
    path = roi.path
    notes: list[Note] = []
    dataset = (shelf or Shelf()).once(path, lambda: read_dicom(path))
    with reading(path):
        if str(dataset.SegmentationType) not in KINDS:
            raise InputError("E_UNREADABLE", reason=f"SegmentationType {dataset.SegmentationType} is unknown")
        _refuse_other_frame_count(dataset)
        require_decoder(dataset, path)
        number = _segment(dataset, roi)
        frame = str(dataset.get("FrameOfReferenceUID") or "")
        own = image.frame_of_reference_uid
        if frame and own and frame != own:
            notes.append(policy.meet("E_FRAME_OF_REFERENCE", image=own, roi_frame=frame))
        if str(dataset.SegmentationType) == "FRACTIONAL":
            notes.append(policy.meet("E_FRACTIONAL_SEG"))
        index = _on_voxels(dataset, number, image)
        if index is None:
            return place_mask(_as_volume(dataset, number, tuple(notes)), image, policy, path)
        within = index[((index >= 0) & (index < image.size_zyx)).all(axis=1)]
        if len(index):
            notes += outside_notes(100.0 * (len(index) - len(within)) / len(index), policy, path)
        if not len(within):
            raise InputError("E_EMPTY_ROI")
        index = within
        first, last = index.min(axis=0), index.max(axis=0) + 1
        crop = np.zeros(last - first, dtype=np.bool_)
        crop[tuple((index - first).T)] = True
        z, y, x = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
        shapes = {
            z.start + i: Shape.of_pixels(z.start + i, plane, image) for i, plane in enumerate(crop) if plane.any()
        }
        filled, gaps = bridge_gaps(shapes, image, policy, path)
        z = slice(min(filled), max(filled) + 1)
        whole = np.zeros((z.stop - z.start, *crop.shape[1:]), dtype=np.bool_)
        for plane, inside in filled.items():
            whole[plane - z.start] = inside
        return Mask.within((z, y, x), whole, image, (*notes, *gaps))


def _refuse_other_frame_count(dataset: Dataset) -> None:
    """Compare the frames that are promised, described and there.

    Raises
    ------
    InputError
        ``E_TRUNCATED``, or ``E_UNREADABLE`` where there is more than promised.
    """
    frames = int(dataset.NumberOfFrames)
    described = len(dataset.PerFrameFunctionalGroupsSequence)
    if described != frames:
        raise InputError("E_UNREADABLE", reason=f"NumberOfFrames is {frames}, but {described} frames are described")
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        return
    bits = int(dataset.Rows) * int(dataset.Columns) * int(dataset.BitsAllocated)
    needed, found = (bits * frames + 7) // 8, len(dataset.PixelData)
    if found < needed:
        raise InputError("E_TRUNCATED", found=found, expected=needed)
    if found > needed + needed % 2:
        there = 8 * found // bits
        raise InputError("E_UNREADABLE", reason=f"NumberOfFrames is {frames}, but the pixels of {there} are there")


def _segment(dataset: Dataset, roi: RoiRef) -> int:
    """Return the asked segment number after making sure that the file has it once."""
    declared = [(int(item.SegmentNumber), str(item.get("SegmentLabel", ""))) for item in dataset.SegmentSequence]
    labelmap = str(dataset.SegmentationType) == "LABELMAP"
    numbers = {number: label for number, label in declared if number or not labelmap}  # 0 is a label map's background
    asked = next(iter(numbers)) if roi.selector is None and len(numbers) == 1 else roi.selector
    if asked not in numbers:
        listed = ", ".join(f"{number} ({label})" for number, label in sorted(numbers.items()))
        raise InputError("E_SEGMENT_MISSING", number="(none asked)" if asked is None else asked, found=listed)
    count = sum(number == asked for number, _ in declared)
    if count > 1:
        raise InputError("E_NUMBER_TWICE", number=asked, count=count)
    return asked


def _on_voxels(dataset: Dataset, number: int, image: Geometry) -> Steps | None:
    """Return the image's voxels (n, 3) that a segment holds, or None where a frame does not lie on voxels of the image.

    Raises
    ------
    InputError
        ``E_UNREADABLE`` where two frames of the segment have one place.
    """
    places = dict(_frames(dataset, number, image))
    if any(place is None for place in places.values()):
        return None
    starts = {tuple(place[0]) for place in places.values() if place is not None}
    if len(starts) < len(places):
        reason = f"{len(places) - len(starts)} frames of segment {number} lie where another does"
        raise InputError("E_UNREADABLE", reason=reason)
    parts: list[Steps] = [np.empty((0, 3), dtype=np.int32)]
    for i, inside in _pixels(dataset, number, list(places)):
        place = places[i]
        if place is not None and inside.any():
            start, down, right = place
            row, column = (axis.astype(np.int32)[:, None] for axis in np.nonzero(inside))
            parts.append((start + row * down + column * right).astype(np.int32))
    return np.concatenate(parts)


def _frames(dataset: Dataset, number: int, image: Geometry) -> Iterator[tuple[int, tuple[Steps, Steps, Steps] | None]]:
    """Yield each frame of a segment: where its first pixel lies on the image, and the steps of its rows and columns.

    Index order z, y, x; None instead where the frame's pixels are no voxels of the image.
    """
    shared = dataset.SharedFunctionalGroupsSequence[0] if dataset.get("SharedFunctionalGroupsSequence") else Dataset()
    labelmap = str(dataset.SegmentationType) == "LABELMAP"
    for i, own in enumerate(dataset.PerFrameFunctionalGroupsSequence):

        def group(name: str, own: Dataset = own) -> Dataset:
            """Find a functional group of this frame, its own or the shared one."""
            item: Dataset = (own if name in own else shared)[name].value[0]
            return item

        if not labelmap and int(group("SegmentIdentificationSequence").ReferencedSegmentNumber) != number:
            continue
        corner = np.array(group("PlanePositionSequence").ImagePositionPatient, dtype=np.float64)
        cosines = np.array(group("PlaneOrientationSequence").ImageOrientationPatient, dtype=np.float64)
        y_mm, x_mm = (float(value) for value in group("PixelMeasuresSequence").PixelSpacing)
        if not np.isfinite(corner).all() or not np.isfinite(cosines).all():
            raise InputError("E_UNREADABLE", reason=f"the position of frame {i + 1} is no number")
        ends = np.array([corner, corner + cosines[3:] * y_mm, corner + cosines[:3] * x_mm])
        far = corner + cosines[3:] * y_mm * (dataset.Rows - 1) + cosines[:3] * x_mm * (dataset.Columns - 1)
        start, *steps = image.mm_to_index(ends)
        down, right = (np.rint(step - start) for step in steps)
        last = start + down * (dataset.Rows - 1) + right * (dataset.Columns - 1)
        off = max(np.abs(start - np.rint(start)).max(), np.abs(image.mm_to_index(far) - last).max())
        on_voxels = off <= ON_SLICE_VOXELS and np.abs(down).sum() == 1 and np.abs(right).sum() == 1
        yield i, tuple(np.rint(step).astype(np.int64) for step in (start, down, right)) if on_voxels else None


def _pixels(dataset: Dataset, number: int, frames: list[int]) -> Iterator[tuple[int, BoolArray]]:
    """Decode the frames asked for, one at a time: index of the frame and the pixels inside, shape (rows, columns)."""
    if not frames:
        return  # pydicom takes an empty list for all frames
    from pydicom.pixels.utils import iter_pixels

    kind = str(dataset.SegmentationType)
    most = float(dataset.MaximumFractionalValue) if kind == "FRACTIONAL" else 1.0
    for i, values in zip(frames, iter_pixels(dataset, indices=frames, raw=True), strict=True):
        if kind == "LABELMAP":
            yield i, values == number
        else:
            yield i, values >= HALF * most


def _as_volume(dataset: Dataset, number: int, notes: tuple[Note, ...]) -> Mask:
    """Read a segment as a volume on the file's own grid."""
    segmentation = highdicom.seg.Segmentation.from_dataset(dataset, copy=False)
    fractional = str(dataset.SegmentationType) == "FRACTIONAL"
    volume = segmentation.get_volume(
        segment_numbers=[number],
        combine_segments=False,
        rescale_fractional=fractional,
        allow_missing_positions=True,
    )
    values = np.asarray(volume.array)[..., 0]
    return Mask.of(values >= HALF if fractional else values != 0, grid_of_file(volume), notes)


def grid_of_file(volume: highdicom.Volume) -> Geometry:
    """Read the grid of a highdicom volume, whose array axes are our z, y, x and whose space is the patient's."""
    affine = np.asarray(volume.affine, dtype=np.float64)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    direction = (affine[:3, :3] / spacing)[:, ::-1]
    x, y, z = (float(v) for v in affine[:3, 3])
    dz, dy, dx = (float(v) for v in spacing)
    nz, ny, nx = (int(n) for n in volume.spatial_shape)
    return Geometry((nz, ny, nx), (dz, dy, dx), (x, y, z), tuple(float(v) for v in direction.ravel()))
