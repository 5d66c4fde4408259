"""Rigid registration of a second image to the one that was drawn on, with figures that tell whether it can be true.

Mattes' mutual information, all samples, from coarse to fine, by SimpleITK; several starts, and from how many displaced
ones the same place is found again. Nothing is drawn at random: the same images give the same transform to the last bit.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.imaging.transforms import RigidTransform
from radpipe.volume import Volume

__all__ = ["METHOD", "Registration", "doubts", "overlap_of", "refusals", "register_rigid"]

METHOD = "rigid-2"
"""Name of the way in which images are registered; another one when a change of it may move an image."""

AGREEMENT_MM = 8.0
"""A displaced start agrees when the corners of the second image end this near, on average, to where the final
place itself goes on the coarse level."""

AGREEMENT_MIN, AGREEMENT_DOUBT = 0.5, 0.75
"""Share of displaced starts that agree: wrong answers had 0 to 0.46, right ones 0.77 to 1."""

OVERLAP_MIN, OVERLAP_DOUBT = 0.5, 0.9
"""Share of the second image's field inside the first one's: right answers had 0.97 to 1."""

INVERSE_DOUBT_MM = 15.0
"""Inverse consistency: right answers had 0.9 to 13.5 mm."""

MOTION_DOUBT_MM, ROTATION_DOUBT_DEGREES = 50.0, 30.0
"""Patients are laid down alike: a larger motion is more often an error than a fact."""

MIRROR_DOUBT = 1.02
"""The mirrored image may not fit better than this times the image."""

SCANNER_OVERLAP = 0.5
"""Share of the second field that must lie in the first one by scanner coordinates for these to be the start."""

STEPS_MM = (6.0, 3.0, 1.5)
"""First step of the descent on each level."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Registration:
    """A transform and the figures that tell how far it can be trusted.

    Parameters
    ----------
    transform
        From points of the image that was drawn on to points of the second image.
    agreement
        Share of eight displaced starts that end at the same place, 0 to 1.
    overlap
        Share of the second image's field that lies in the first one's, 0 to 1.
    information_before, information_after
        Mutual information at the start and at the end, in nats, on the medium level.
    information_mirrored
        That of the left-right mirrored second image, registered too, relative to that of the image, at the coarse
        level.
    motion_mm, rotation_degrees
        How far the centre of the second image's field moved from the start, and the angle.
    inverse_mm
        Mean distance of the corners of the second image's field after there and back, the way back registered with
        changed roles.
    start
        ``scanner``: the images' own coordinates; ``centres``: those of the fields laid upon each other.
    """

    transform: RigidTransform
    agreement: float
    overlap: float
    information_before: float
    information_after: float
    information_mirrored: float
    motion_mm: float
    rotation_degrees: float
    inverse_mm: float
    start: str

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain JSON values, without the transform."""
        record = asdict(self)
        del record["transform"]
        return record


def refusals(registration: Registration) -> tuple[str, ...]:
    """Say why a registration cannot be used; empty where it can.

    Parameters
    ----------
    registration
        Its agreement and overlap are judged.
    """
    said = []
    if registration.agreement < AGREEMENT_MIN:
        said.append(f"{registration.agreement:.0%} of displaced starts agree, fewer than {AGREEMENT_MIN:.0%}")
    if registration.overlap < OVERLAP_MIN:
        said.append(f"{registration.overlap:.0%} of its field overlaps, less than {OVERLAP_MIN:.0%}")
    return tuple(said)


def doubts(registration: Registration) -> tuple[str, ...]:
    """Say what of a registration is to be looked at; empty where nothing is.

    Parameters
    ----------
    registration
        All its figures but mutual information are judged, which does not separate right from wrong.
    """
    said = []
    if registration.agreement < AGREEMENT_DOUBT:
        said.append(f"{registration.agreement:.0%} of displaced starts agree, fewer than {AGREEMENT_DOUBT:.0%}")
    if registration.overlap < OVERLAP_DOUBT:
        said.append(f"{registration.overlap:.0%} of its field overlaps, less than {OVERLAP_DOUBT:.0%}")
    if registration.motion_mm > MOTION_DOUBT_MM:
        said.append(f"it moved by {registration.motion_mm:.0f} mm, more than {MOTION_DOUBT_MM:.0f}")
    if registration.rotation_degrees > ROTATION_DOUBT_DEGREES:
        said.append(f"it turned by {registration.rotation_degrees:.0f} degrees, more than {ROTATION_DOUBT_DEGREES:.0f}")
    if registration.inverse_mm > INVERSE_DOUBT_MM:
        said.append(f"there and back misses by {registration.inverse_mm:.0f} mm, more than {INVERSE_DOUBT_MM:.0f}")
    if registration.information_mirrored > MIRROR_DOUBT:
        said.append("its mirror image fits better than itself")
    return tuple(said)


def register_rigid(drawn: Volume, second: Volume) -> Registration:
    """Find the rigid transform between two images of one patient.

    Parameters
    ----------
    drawn
        The image that was drawn on; CT is windowed to soft tissue by its unit, ``HU``.
    second
        The other one, of any modality; better the smaller one, with all of its field inside the first.

    Returns
    -------
    Registration
        To be judged by :func:`refusals` and :func:`doubts`.

    References
    ----------
    Mattes D. et al., PET-CT image registration in the chest using free-form deformations, IEEE TMI 2003;22:120.
    """
    import SimpleITK as sitk  # noqa: N813

    threads = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
        return _register(drawn, second)
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)


def _register(drawn: Volume, second: Volume) -> Registration:
    from radpipe.imaging import rigid_search as search

    first, other = search.levels_of(drawn), search.levels_of(second)
    corners = second.geometry.corners_mm()
    start, shift = _start(drawn.geometry, second.geometry)
    base = search.pose_at(corners.mean(axis=0) - shift, shift)
    wide = search.window_of(first[0], search.rigid_of(base), corners)
    starts = search.candidates(wide, other[0], base)
    ends = [search.descended(wide, other[0], pose, STEPS_MM[0]) for pose in starts]
    pose = max(ends, key=lambda end: search.information(wide, other[0], end))
    for level in (1, 2):
        window = search.window_of(first[level], search.rigid_of(pose), corners)
        pose = search.descended(window, other[level], pose, STEPS_MM[level])
    transform = search.rigid_of(pose)
    window = search.window_of(first[0], transform, corners)
    settled = search.rigid_of(search.descended(window, other[0], pose, STEPS_MM[0]))
    again = [search.rigid_of(search.descended(window, other[0], near, STEPS_MM[0])) for near in search.displaced(pose)]
    agreeing = sum(_distance(end, settled, corners) < AGREEMENT_MM for end in again)
    there = search.rigid_of(
        search.descended(other[0], window, search.inverse_of(pose, corners.mean(axis=0)), STEPS_MM[0])
    )
    back = transform.apply(there.apply(corners))
    mirror = search.mirrored(other[0])
    fits = [
        search.information(window, image, search.descended(window, image, pose, STEPS_MM[0]))
        for image in (other[0], mirror)
    ]
    medium = search.window_of(first[1], transform, corners)
    centre = corners.mean(axis=0)
    return Registration(
        transform,
        agreeing / len(again),
        overlap_of(drawn.geometry, second.geometry, transform),
        search.information(medium, other[1], base),
        search.information(medium, other[1], pose),
        fits[1] / max(fits[0], 1e-9),
        float(np.linalg.norm(transform.apply_inverse(centre) - (centre - shift))),
        transform.rotation_degrees,
        float(np.linalg.norm(back - corners, axis=1).mean()),
        start,
    )


def _start(drawn: Geometry, second: Geometry) -> tuple[str, FloatArray]:
    """Choose where to begin: scanner coordinates where the fields overlap there, else their centres."""
    if overlap_of(drawn, second, RigidTransform()) >= SCANNER_OVERLAP:
        return "scanner", np.zeros(3)
    return "centres", second.corners_mm().mean(axis=0) - drawn.corners_mm().mean(axis=0)


def _distance(transform: RigidTransform, other: RigidTransform, corners_xyz_mm: FloatArray) -> float:
    """Return how far the corners of the second image lie apart, on average, by two transforms."""
    apart = transform.apply_inverse(corners_xyz_mm) - other.apply_inverse(corners_xyz_mm)
    return float(np.linalg.norm(apart, axis=1).mean())


def overlap_of(drawn: Geometry, second: Geometry, transform: RigidTransform) -> float:
    """Return the share of the second image's field that lies in the first one's, 0 to 1.

    Parameters
    ----------
    drawn, second
        The grids.
    transform
        From the first to the second.

    Examples
    --------
    >>> grid = Geometry((10, 20, 30), (3.0, 1.0, 1.0))
    >>> overlap_of(grid, grid, RigidTransform()), overlap_of(grid, grid, RigidTransform(offset_xyz_mm=(15.0, 0.0, 0.0)))
    (1.0, 0.5)
    """
    lattice = np.stack(np.meshgrid(*[(np.arange(20) + 0.5) / 20 * n - 0.5 for n in second.size_zyx]), axis=-1)
    index = drawn.mm_to_index(transform.apply_inverse(second.index_to_mm(lattice.reshape(-1, 3))))
    within = ((index >= -0.5) & (index <= np.asarray(drawn.size_zyx) - 0.5)).all(axis=1)
    return float(within.mean())
