"""DICOM SEG: a segment by its number, placed on the image by geometry."""

import highdicom
import numpy as np
import numpy.typing as npt

from radpipe.cohort import RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.dicom_io import read_dicom, reading, require_decoder
from radpipe.imaging.itk_files import place_mask
from radpipe.volume import Mask

__all__ = ["read_seg_mask"]

HALF = 0.5
"""Threshold of a FRACTIONAL segmentation, where the policy allows one."""

ON_SLICE_VOXELS = 0.1
"""A frame may lie this share of a voxel off the image's voxels and still be taken as on them."""


def read_seg_mask(roi: RoiRef, image: Geometry, policy: Policy) -> Mask:
    """Read a segment on an image's grid; frames that the file leaves out are empty.

    Parameters
    ----------
    roi
        Its selector is the segment number; None is allowed where the file has one segment.
    image
        Grid of the image that is measured.
    policy
        What to do about a fractional segmentation or another grid.

    Raises
    ------
    InputError
        ``E_SEGMENT_MISSING``, ``E_FRACTIONAL_SEG``, ``E_FRAME_OF_REFERENCE``, ``E_GRID_MISMATCH``, ``E_EMPTY_ROI``,
        ``E_TRUNCATED``, ``E_UNREADABLE``.
    """
    path = roi.path
    notes: list[Note] = []
    dataset = read_dicom(path)
    with reading(path):
        _refuse_cut(dataset)
        require_decoder(dataset, path)
        segmentation = highdicom.seg.Segmentation.from_dataset(dataset, copy=False)
        number = _segment(segmentation, roi)
        frame = str(dataset.get("FrameOfReferenceUID") or "")
        own = image.frame_of_reference_uid
        if frame and own and frame != own:
            notes.append(policy.meet("E_FRAME_OF_REFERENCE", image=own, roi_frame=frame))
        fractional = str(dataset.SegmentationType) == "FRACTIONAL"
        if fractional:
            notes.append(policy.meet("E_FRACTIONAL_SEG"))
        volume = segmentation.get_volume(
            segment_numbers=[number],
            combine_segments=False,
            rescale_fractional=fractional,
            allow_missing_positions=True,
        )
        values = np.asarray(volume.array)[..., 0]
        inside: npt.NDArray[np.bool_] = values >= HALF if fractional else values != 0
        mask = Mask.of(inside, _grid(volume), tuple(notes))
        return _onto(mask, image) or place_mask(mask, image, policy, path)


def _refuse_cut(dataset: highdicom.seg.Segmentation) -> None:
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        return
    bits = int(dataset.Rows) * int(dataset.Columns) * int(dataset.NumberOfFrames) * int(dataset.BitsAllocated)
    needed, found = (bits + 7) // 8, len(dataset.PixelData)
    if found < needed:
        raise InputError("E_TRUNCATED", found=found, expected=needed)


def _segment(segmentation: highdicom.seg.Segmentation, roi: RoiRef) -> int:
    """Return the asked segment number after making sure that the file has it."""
    numbers = {int(item.SegmentNumber): str(item.SegmentLabel) for item in segmentation.SegmentSequence}
    if roi.selector is None and len(numbers) == 1:
        return next(iter(numbers))
    if roi.selector not in numbers:
        found = ", ".join(f"{number} ({label})" for number, label in sorted(numbers.items()))
        asked = "(none asked)" if roi.selector is None else roi.selector
        raise InputError("E_SEGMENT_MISSING", number=asked, found=found)
    return int(roi.selector)


def _grid(volume: highdicom.Volume) -> Geometry:
    """Read the grid of a highdicom volume, whose array axes are our z, y, x and whose space is the patient's."""
    affine = np.asarray(volume.affine, dtype=np.float64)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    direction = (affine[:3, :3] / spacing)[:, ::-1]
    x, y, z = (float(v) for v in affine[:3, 3])
    dz, dy, dx = (float(v) for v in spacing)
    nz, ny, nx = (int(n) for n in volume.spatial_shape)
    return Geometry((nz, ny, nx), (dz, dy, dx), (x, y, z), tuple(float(v) for v in direction.ravel()))


def _onto(mask: Mask, image: Geometry) -> Mask | None:
    """Place a mask whose voxels are voxels of the image (a part of its slices, any axis turned), else None."""
    grid = mask.geometry
    corners = image.mm_to_index(grid.corners_mm()).reshape(2, 2, 2, 3)
    whole = np.rint(corners)
    if np.abs(corners - whole).max() > ON_SLICE_VOXELS:
        return None
    found = np.argwhere(mask.crop) + [span.start for span in mask.box]
    index = np.rint(image.mm_to_index(grid.index_to_mm(found))).astype(np.int64)
    same_step = [
        abs(a - b) <= 1e-3 * b for a, b in zip(sorted(grid.spacing_zyx_mm), sorted(image.spacing_zyx_mm), strict=True)
    ]
    if not all(same_step) or not ((index >= 0) & (index < image.size_zyx)).all():
        return None
    first, last = index.min(axis=0), index.max(axis=0) + 1
    crop = np.zeros(last - first, dtype=np.bool_)
    crop[tuple((index - first).T)] = True
    z, y, x = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    return Mask((z, y, x), crop, image, mask.notes)
