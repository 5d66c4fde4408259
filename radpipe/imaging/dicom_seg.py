"""DICOM SEG: one segment to a mask on the grid of its image, read through highdicom."""

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.dicom_series import DAMAGE, read_dicom
from radpipe.problems import Action
from radpipe.volume import Mask

__all__ = ["mask_of_segment", "open_segment", "segment_names"]

FRACTION = 0.5
"""Threshold of a FRACTIONAL segmentation when the policy allows one."""

FRAME_OFF_SLICE = 0.5
"""A frame belongs to the nearest slice within half a spacing."""


def segment_names(data: Dataset) -> tuple[tuple[int, str], ...]:
    """List segment number and name (SegmentLabel, else SegmentDescription) of a SEG object."""
    return tuple(
        (int(item.SegmentNumber), str(item.get("SegmentLabel") or item.get("SegmentDescription") or ""))
        for item in data.get("SegmentSequence") or ()
        if item.get("SegmentNumber") is not None
    )


def open_segment(path: str, number: int, grid: Geometry, policy: Policy | None = None) -> Mask:
    """Read a file and return one of its segments on a grid; see :func:`mask_of_segment`."""
    data = read_dicom(path)
    try:
        return mask_of_segment(data, number, grid, policy)
    except InputError as fault:
        raise fault.located(path=path) from None
    except RuntimeError as fault:
        raise InputError("E_NO_DECODER", path=path, syntax=str(data.file_meta.get("TransferSyntaxUID"))) from fault
    except DAMAGE as fault:
        reason = f"{type(fault).__name__}: {' '.join(str(fault).split())[:120]}"
        raise InputError("E_UNREADABLE", path=path, reason=reason) from fault


def mask_of_segment(data: Dataset, number: int, grid: Geometry, policy: Policy | None = None) -> Mask:
    """Place the frames of one segment on a grid by their positions; frames that are missing are empty.

    Parameters
    ----------
    data
        A SEG object with pixel data.
    number
        SegmentNumber.
    grid
        The image's grid. Frames of another in-plane grid are placed on a grid of their own first.
    policy
        ``E_FRACTIONAL_SEG=fix`` thresholds a FRACTIONAL segmentation at 0.5.

    Raises
    ------
    InputError
        ``E_SEGMENT_MISSING``, ``E_FRACTIONAL_SEG``, ``E_TRUNCATED``, ``E_OUTSIDE``, ``E_EMPTY_ROI``.
    """
    import highdicom.seg

    policy = policy or Policy()
    numbers = [n for n, _ in segment_names(data)]
    if number not in numbers:
        raise InputError("E_SEGMENT_MISSING", number=number, found=", ".join(map(str, numbers)) or "none")
    fractional = str(data.get("SegmentationType", "")).upper() == "FRACTIONAL"
    notes = []
    if fractional:
        if policy.action("E_FRACTIONAL_SEG") is not Action.FIX:
            raise InputError("E_FRACTIONAL_SEG")
        notes.append(policy.meet("E_FRACTIONAL_SEG"))
    _refuse_cut(data)
    seg = highdicom.seg.Segmentation.from_dataset(data, copy=False)
    volume = seg.get_volume(
        segment_numbers=[number], combine_segments=False, rescale_fractional=True, allow_missing_positions=True
    )
    array = np.asarray(volume.array)[..., 0]
    inside = array >= FRACTION if fractional else array > 0
    own = _geometry(volume, array.shape, grid.frame_of_reference_uid)
    mask = Mask(inside, own, tuple(notes))
    return _placed(mask, grid)


def _geometry(volume: object, shape: tuple[int, ...], frame_of_reference_uid: str | None) -> Geometry:
    """Turn highdicom's (z, y, x) affine in patient space into a Geometry."""
    affine = np.asarray(volume.affine, dtype=np.float64)  # type: ignore[attr-defined]
    spacing_zyx = np.linalg.norm(affine[:3, :3], axis=0)
    direction = (affine[:3, :3] / spacing_zyx)[:, ::-1]
    z, y, x = shape
    dz, dy, dx = spacing_zyx.tolist()
    ox, oy, oz = affine[:3, 3].tolist()
    return Geometry((z, y, x), (dz, dy, dx), (ox, oy, oz), tuple(direction.ravel().tolist()), frame_of_reference_uid)


def _placed(mask: Mask, grid: Geometry) -> Mask:
    """Put the mask onto the grid voxel by voxel where both are aligned, else by nearest neighbour with a note."""
    index = grid.mm_to_index(mask.geometry.index_to_mm(np.eye(4, 3, k=-1)))
    start, steps = index[0], index[1:] - index[0]
    whole = np.round(steps)
    aligned = (
        np.allclose(np.abs(steps).round(3), np.abs(whole)) and np.allclose(start, np.round(start), atol=0.05)
    ) and np.array_equal(np.abs(whole), np.abs(whole).astype(bool))
    if not aligned or not np.array_equal(np.abs(whole), np.eye(3)):
        from radpipe.imaging.resample_mask import mask_on_grid

        return mask_on_grid(mask, grid)
    inside = np.argwhere(mask.array)
    target = np.round(start + inside @ steps).astype(np.int64)
    valid = ((target >= 0) & (target < np.array(grid.size_zyx))).all(axis=1)
    if not valid.any():
        raise InputError("E_OUTSIDE", percent=100.0)
    array: npt.NDArray[np.bool_] = np.zeros(grid.size_zyx, dtype=np.bool_)
    kept = target[valid]
    array[kept[:, 0], kept[:, 1], kept[:, 2]] = True
    notes = mask.notes
    if not valid.all():
        notes = (*notes, Policy().meet("W_OUTSIDE", percent=100.0 * float(np.mean(~valid))))
    return Mask(array, grid, notes)


def _refuse_cut(data: Dataset) -> None:
    frames = int(data.get("NumberOfFrames") or 1)
    bits = int(data.Rows) * int(data.Columns) * frames * int(data.get("BitsAllocated") or 1)
    found = len(data.get("PixelData") or b"")
    if not data.file_meta.TransferSyntaxUID.is_compressed and found < (bits + 7) // 8:
        raise InputError("E_TRUNCATED", found=found, expected=(bits + 7) // 8)
