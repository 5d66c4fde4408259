"""Slices to a stack: order by projected position, one orientation, one spacing, no gap, no twin."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.errors import Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.dicom_io import reading, require

__all__ = ["SAME_DIRECTION", "Slice", "SliceHeader", "Stack", "stack"]

FloatArray = npt.NDArray[np.float64]

REQUIRED = ("Rows", "Columns", "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient")

USED_LATER = (
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "Modality",
    "RescaleSlope",
    "RescaleIntercept",
    "SliceThickness",
    "PixelData",
)
"""Decoded with the header, so that damage in them is found where it is told."""

SAME_DIRECTION = 1e-3
"""Slices whose direction cosines differ by less are parallel."""

SAME_POSITION_MM = 0.01
"""Slices closer than this lie at one position."""

REGULAR_SHARE = 0.02
REGULAR_MM = 0.06
"""A gap may differ from the spacing by 2 % or 0.06 mm, whichever is more: some positions are written with one
decimal."""

OFF_LINE_MM = 0.15
OFF_LINE_PIXELS = 0.15
"""A slice may lie this far beside the line of the others, in mm or in pixels, whichever is more: positions are written
with one decimal, so that each may be 0.05 mm off along each axis."""

TILT_DEGREES = 0.1
"""Greatest angle between the slices' normal and the direction they are stacked in."""


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """The geometry of one slice, as its header tells it.

    Parameters
    ----------
    position_xyz_mm
        Centre of the first pixel.
    orientation
        Direction cosines (x, y, z) of a row, then of a column.
    spacing_yx_mm
        Distance of rows, then of columns.
    size_yx
        Rows, columns.
    number
        InstanceNumber, or the frame's number from 1 on; 0 where there is none.
    is_localizer
        ImageType says LOCALIZER or SCOUT.
    """

    position_xyz_mm: tuple[float, float, float]
    orientation: tuple[float, float, float, float, float, float]
    spacing_yx_mm: tuple[float, float]
    size_yx: tuple[int, int]
    number: int = 0
    is_localizer: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """One slice of a series: an image file, or a frame of one.

    Parameters
    ----------
    dataset
        The header; of a frame of a multi-frame image, what holds for this frame.
    path
        The file.
    header
        Its geometry.
    frame
        Position in a multi-frame image, from 0 on; None where the file is one slice.
    whole
        The multi-frame image that it is a frame of, which holds the pixels; None where the file is one slice.
    """

    dataset: Dataset
    path: str
    header: SliceHeader
    frame: int | None = None
    whole: Dataset | None = None

    @classmethod
    def of(cls, dataset: Dataset, path: str, frame: int | None = None, whole: Dataset | None = None) -> "Slice":
        """Read the header of one slice.

        Parameters
        ----------
        dataset, path, frame, whole
            As of the class.

        Raises
        ------
        InputError
            ``E_REQUIRED_TAG``, or ``E_UNREADABLE`` for a value that is no geometry.
        """
        require(dataset, REQUIRED, path)
        with reading(path):
            for keyword in USED_LATER:
                dataset.get(keyword)
            position = tuple(float(v) for v in dataset.ImagePositionPatient)
            orientation = tuple(float(v) for v in dataset.ImageOrientationPatient)
            dy, dx = (float(v) for v in dataset.PixelSpacing)
            if len(position) != 3 or len(orientation) != 6 or not all(map(isfinite, (*position, *orientation))):
                message = f"position {list(position)}, orientation {list(orientation)}"
                raise ValueError(message)
            positive = 0 < dy < np.inf and 0 < dx < np.inf
            if not _is_orthonormal(orientation) or not positive:
                message = f"orientation {list(orientation)} is not orthonormal, or spacing {dy}, {dx} not positive"
                raise ValueError(message)
            words = {str(word).upper() for word in dataset.get("ImageType") or ()}
            header = SliceHeader(
                position,
                orientation,
                (dy, dx),
                (int(dataset.Rows), int(dataset.Columns)),
                int(dataset.get("InstanceNumber") or 0),
                bool(words & {"LOCALIZER", "SCOUT"}),
            )
        return cls(dataset, path, header, frame, whole)

    @property
    def position_xyz_mm(self) -> FloatArray:
        """Centre of the first pixel, shape (3,)."""
        return np.array(self.header.position_xyz_mm)

    @property
    def orientation(self) -> FloatArray:
        """Direction cosines of a row, then of a column, shape (6,)."""
        return np.array(self.header.orientation)

    @property
    def normal(self) -> FloatArray:
        """Unit vector across the slice."""
        normal = np.cross(self.orientation[:3], self.orientation[3:])
        return np.asarray(normal / np.linalg.norm(normal))

    def same_part(self, other: "Slice") -> bool:
        """Tell whether both have one matrix and one orientation."""
        if self.header.size_yx == other.header.size_yx and self.header.orientation == other.header.orientation:
            return True
        return self.header.size_yx == other.header.size_yx and bool(
            np.abs(self.orientation - other.orientation).max() <= SAME_DIRECTION
        )


def _is_orthonormal(orientation: Sequence[float]) -> bool:
    """Tell whether the direction cosines of a row and a column have length 1 and are at right angles."""
    row, column = orientation[:3], orientation[3:]
    lengths = (_dot(row, row) - 1.0, _dot(column, column) - 1.0)
    return max(map(abs, (*lengths, _dot(row, column)))) <= SAME_DIRECTION


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    """Sum of products: of three numbers, faster than an array."""
    return sum(a * b for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Slices in order, and their grid.

    Parameters
    ----------
    slices
        Sorted along the normal; None where a missing slice is to be interpolated.
    geometry
        Of all places, missing ones included.
    notes
        What was set aside or accepted.
    """

    slices: tuple[Slice | None, ...]
    geometry: Geometry
    notes: tuple[Note, ...] = ()


def stack(slices: Sequence[Slice], policy: Policy) -> Stack:
    """Order parallel slices and give them a grid.

    Parameters
    ----------
    slices
        Of one orientation, matrix and pixel spacing; at least one.
    policy
        What to do about twins, gaps, tilt and a single slice.

    Raises
    ------
    InputError
        ``E_DUPLICATE_POSITION``, ``E_MISSING_SLICE``, ``E_IRREGULAR_SPACING``, ``E_TILT``, ``E_OFF_LINE``,
        ``E_SINGLE_SLICE``.

    Notes
    -----
    Spacing is the distance of first and last slice divided by the number of steps, as ITK computes it; SliceThickness
    is never looked at, but for a single slice that the policy lets pass.
    """
    normal = slices[0].normal
    ordered = sorted(slices, key=lambda one: (float(normal @ one.position_xyz_mm), one.header.number))
    ordered, notes = _without_twins(ordered, normal, policy)
    if len(ordered) == 1:
        notes.append(policy.meet("E_SINGLE_SLICE", path=ordered[0].path))
        return Stack((ordered[0],), _grid(ordered, 1, _thickness(ordered[0])), tuple(notes))
    along = ordered[-1].position_xyz_mm - ordered[0].position_xyz_mm
    positions = np.array([normal @ one.position_xyz_mm for one in ordered])
    degrees, notes_of_line = _line(positions, ordered, policy)
    notes += notes_of_line
    places, notes_of_gaps = _places(positions, ordered, policy)
    filled: list[Slice | None] = [None] * (int(places[-1]) + 1)
    for place, one in zip(places, ordered, strict=True):
        filled[int(place)] = one
    length = float(np.linalg.norm(along)) if degrees <= TILT_DEGREES else float(positions[-1] - positions[0])
    grid = _grid(ordered, len(filled), length / (len(filled) - 1))
    return Stack(tuple(filled), grid, (*notes, *notes_of_gaps))


def _line(positions: FloatArray, ordered: Sequence[Slice], policy: Policy) -> tuple[float, list[Note]]:
    """Fit the line that slices are stacked along, by medians, and compare each slice with it.

    Returns the angle between the line and the slices' normal, in degrees; 0 where the stack drifts by less than
    rounded positions can make it.
    """
    first = ordered[0]
    places = np.array([part.position_xyz_mm for part in ordered])
    within = places @ np.stack([first.orientation[:3], first.orientation[3:]], axis=1)
    half = max(len(ordered) // 2, 1)  # far pairs: rounded positions turn the line of near ones
    slope = np.median((within[half:] - within[:-half]) / (positions[half:] - positions[:-half])[:, None], axis=0)
    along = positions[:, None] * slope
    beside = within - along - np.median(within - along, axis=0)
    distances = np.linalg.norm(beside, axis=1)
    notes = []
    tolerance = max(OFF_LINE_MM, OFF_LINE_PIXELS * min(first.header.spacing_yx_mm))
    steepness = float(np.linalg.norm(slope))
    drifts = steepness * float(positions[-1] - positions[0]) > OFF_LINE_MM
    degrees = float(np.degrees(np.arctan(steepness))) if drifts else 0.0
    if degrees > TILT_DEGREES:
        notes.append(policy.meet("E_TILT", path=first.path, degrees=degrees))
    odd = np.flatnonzero(distances > tolerance)
    if len(odd):
        worst = int(np.argmax(distances))
        facts = {"count": len(odd), "distance": float(distances[worst]), "position": float(positions[worst])}
        notes.append(policy.meet("E_OFF_LINE", path=ordered[worst].path, **facts))
    return degrees, notes


def _places(
    positions: FloatArray, ordered: Sequence[Slice], policy: Policy
) -> tuple[npt.NDArray[np.int64], list[Note]]:
    """Give each slice the number of its place, leaving out those of missing slices."""
    gaps = np.diff(positions)
    spacing = float(np.median(gaps))
    tolerance = max(REGULAR_SHARE * spacing, REGULAR_MM)
    steps = np.maximum(np.round(gaps / spacing).astype(np.int64), 1)
    plain = np.arange(len(positions), dtype=np.int64)
    path = ordered[int(np.argmax(np.abs(gaps - spacing)))].path
    if (np.abs(gaps - steps * spacing) > tolerance * steps).any():
        facts = {"smallest": float(gaps.min()), "largest": float(gaps.max())}
        return plain, [policy.meet("E_IRREGULAR_SPACING", path=path, **facts)]
    if (steps == 1).all():
        return plain, []
    where = np.flatnonzero(steps > 1)
    told = "; ".join(f"{gaps[i]:.4g} mm after {positions[i]:.2f} mm" for i in where[:4])
    note = policy.meet("E_MISSING_SLICE", path=ordered[int(where[0])].path, spacing=spacing, gaps=told)
    return np.concatenate(([0], np.cumsum(steps))), [note]


def _without_twins(ordered: list[Slice], normal: FloatArray, policy: Policy) -> tuple[list[Slice], list[Note]]:
    """Use a slice once that is there twice; refuse two different slices at one position."""
    kept = [ordered[0]]
    equal = 0
    clashes: list[Slice] = []
    for one in ordered[1:]:
        before = kept[-1]
        if float(normal @ (one.position_xyz_mm - before.position_xyz_mm)) > SAME_POSITION_MM:
            kept.append(one)
        elif _same_pixels(one, before):
            equal += 1
        else:
            clashes.append(one)
    notes = []
    if equal:
        notes.append(policy.meet("W_DUPLICATE_SLICE", path=kept[0].path, count=equal))
    if clashes:
        position = float(normal @ clashes[0].position_xyz_mm)
        note = policy.meet("E_DUPLICATE_POSITION", path=clashes[0].path, count=len(clashes), position=position)
        notes.append(note)
    return kept, notes


def _same_pixels(one: Slice, other: Slice) -> bool:
    if one.whole is not None or other.whole is not None:
        return False
    tags = ("PixelData", "RescaleSlope", "RescaleIntercept")
    return all(one.dataset.get(tag) == other.dataset.get(tag) for tag in tags)


def _thickness(one: Slice) -> float:
    with reading(one.path):
        thickness = float(one.dataset.get("SliceThickness") or 1.0)
    return thickness if 0 < thickness < np.inf else 1.0


def _grid(ordered: Sequence[Slice], count: int, spacing_z_mm: float) -> Geometry:
    first = ordered[0]
    frames = Counter(str(one.dataset.get("FrameOfReferenceUID") or "") for one in ordered)
    x_axis, y_axis = first.orientation[:3], first.orientation[3:]
    direction = np.stack([x_axis, y_axis, first.normal], axis=1)
    if not np.allclose(direction @ direction.T, np.eye(3), rtol=0, atol=5e-5):
        left, _, right = np.linalg.svd(direction)
        direction = left @ right
    x, y, z = (float(v) for v in first.position_xyz_mm)
    return Geometry(
        (count, *first.header.size_yx),
        (spacing_z_mm, *first.header.spacing_yx_mm),
        (x, y, z),
        tuple(float(v) for v in direction.ravel()),
        frames.most_common(1)[0][0] or None,
    )
