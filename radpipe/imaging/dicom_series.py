"""A DICOM series to a Volume: CT in HU, PET in SUV, MR as stored."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from radpipe.cohort import ImageRef
from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.acquisition import acquisition
from radpipe.imaging.acquisitions import main_part
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.dicom_place import image_files
from radpipe.imaging.frames import slices_of
from radpipe.imaging.like_files import LikeFiles
from radpipe.imaging.pixel_data import Array, decode_frames, decode_pixels
from radpipe.imaging.rescaling import quantity_notes, refuse_mixed_scales, rescale, scale_of_slice
from radpipe.imaging.slices import Slice
from radpipe.imaging.stacks import stack
from radpipe.imaging.stray_files import without_stray_files
from radpipe.imaging.value_jumps import jump_notes
from radpipe.volume import Volume

__all__ = ["read_series"]


HU_RANGE = (-1024, 3071)

SMALL_INTEGER = 16383
"""Signed values up to here are kept as int16: resampling cannot carry them out of its range."""


def read_series(ref: ImageRef, policy: Policy) -> Volume:
    """Read the slices of a series.

    Parameters
    ----------
    ref
        Paths of the files in any order, or of a folder that holds one series.
    policy
        What to do about each problem.

    Returns
    -------
    Volume
        Values as SimpleITK's series reader gives them: integers where slope and intercept are whole (int16 or int32
        where values can be negative, else the unsigned type that was stored), float64 otherwise. Unit ``HU`` for CT,
        ``SUVbw`` for PET, else ``arbitrary``.

    Raises
    ------
    InputError
        Each code of the catalogue that a series can meet.
    """
    like = LikeFiles()
    slices = [part for path in _files(ref.paths) for part in slices_of(read_dicom(path, like=like), path)]
    series = {str(plane.dataset.get("SeriesInstanceUID", "")) for plane in slices}
    if len(series) > 1:
        message = f"{len(series)} series"
        raise InputError("E_MIXED_SERIES", path=ref.paths[0], what=message, kept=1, total=len(series))
    slices, strays = without_stray_files(slices, policy)
    slices, notes = main_part(slices, policy)
    notes = [*strays, *notes]
    stacked = stack(slices, policy)
    modality = str(slices[0].dataset.get("Modality") or ref.modality)
    present = [plane for plane in stacked.slices if plane is not None]
    scales = [scale_of_slice(plane, modality, policy) for plane in present]
    notes += [*stacked.notes, *{note for _, note in scales if note is not None}]
    if modality == "CT":
        refuse_mixed_scales([scale for scale, _ in scales], present)
        notes += quantity_notes(present, policy)
    arrays = [
        rescale(stored, scale.slope, scale.intercept)
        for stored, (scale, _) in zip(_stored(present), scales, strict=True)
    ]
    if modality == "CT":
        normal = present[0].normal
        positions = [float(normal @ part.position_xyz_mm) for part in present]
        notes += jump_notes(arrays, present, positions, policy)
    unit = "HU" if modality == "CT" else "arbitrary"
    if modality == "PT":
        arrays, unit, suv_notes = _to_suv(arrays, present, policy)
        notes += suv_notes
    voxels = _assemble(stacked.slices, arrays)
    if modality == "CT":
        low, high = float(voxels.min()), float(voxels.max())
        if low < HU_RANGE[0] or high > HU_RANGE[1]:
            notes.append(policy.meet("W_HU_RANGE", path=present[0].path, lowest=low, highest=high))
    return Volume(voxels, stacked.geometry, unit, tuple(notes), acquisition([plane.dataset for plane in present]))


def _files(paths: Sequence[str]) -> list[str]:
    """List files; a folder stands for the images of the one series in it."""
    return [file for path in paths for file in (image_files(Path(path)) if Path(path).is_dir() else [path])]


def _stored(slices: Sequence[Slice]) -> Iterator[Array]:
    """Decode slice by slice; a multi-frame image is decoded once for all its frames."""
    decoded: dict[str, Array] = {}
    for part in slices:
        if part.whole is None or part.frame is None:
            yield decode_pixels(part.dataset, part.path)
            continue
        if part.path not in decoded:
            decoded[part.path] = decode_frames(part.whole, part.path)
        yield decoded[part.path][part.frame]


def _to_suv(arrays: list[Array], slices: Sequence[Slice], policy: Policy) -> tuple[list[Array], str, list[Note]]:
    """Multiply each slice by its own factor; without one the policy may leave the values in their own unit."""
    from radpipe.imaging.suv import refuse_implausible_suv, suv_factors  # codes of nuclides, for PET alone

    paths = [part.path for part in slices]
    try:
        factors, notes = suv_factors([part.dataset for part in slices], paths, policy)
        scaled = [array if factor == 1.0 else array * factor for array, factor in zip(arrays, factors, strict=True)]
        refuse_implausible_suv(max(float(array.max()) for array in scaled), paths[0])
    except InputError as fault:
        if fault.code != "E_SUV":
            raise
        return arrays, "arbitrary", [policy.meet("E_SUV", path=fault.path, **fault.facts)]
    return scaled, "SUVbw", notes


def _assemble(places: Sequence[Slice | None], arrays: Sequence[Array]) -> Array:
    """Stack slices; a missing one is interpolated between its neighbours (the policy allowed it)."""
    common = np.result_type(*arrays)
    if common == np.int32 and all(max(-int(a.min()), int(a.max())) <= SMALL_INTEGER for a in arrays):
        common = np.dtype(np.int16)
    voxels = np.empty((len(places), *arrays[0].shape), dtype=common)
    known = [z for z, plane in enumerate(places) if plane is not None]
    for z, array in zip(known, arrays, strict=True):
        voxels[z] = array
    for below, above in pairwise(known):
        for z in range(below + 1, above):
            share = (z - below) / (above - below)
            between = voxels[below] * (1 - share) + voxels[above] * share
            voxels[z] = between if common.kind == "f" else np.rint(between)
    return voxels
