"""Rigid registration of a second image to the one that was drawn on, with figures that tell whether it can be true.

Mattes' mutual information, all samples, from coarse to fine, by SimpleITK; several starts, and from how many displaced
ones the same place is found again. Nothing is drawn at random: the same images give the same transform to the last bit.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.imaging.transforms import RigidTransform
from radpipe.volume import Volume

if TYPE_CHECKING:
    import SimpleITK as sitk  # noqa: N813

__all__ = ["METHOD", "Registration", "doubts", "overlap_of", "refusals", "register_rigid"]

METHOD = "rigid-5"
"""Name of the way in which images are registered; another one when a change of it may move an image."""

AGREEMENT_MM = 8.0
"""A displaced start agrees when the corners of the second image end this near, on average, to where the final
place itself goes on the coarse level."""

AGREEMENT_MIN, AGREEMENT_DOUBT = 0.3, 0.75
"""Share of displaced starts that agree: wrong answers had 0 to 0.46, most less than 0.13; right ones 0.5 to 1."""

SUPPORT_DOUBT = 0.65
"""Share of inner blocks that agree: made pairs of one patient had 0.73 to 1; of two patients, also where both have one
outline, and mirrored ones 0 to 0.59."""

OVERLAP_MIN, OVERLAP_DOUBT = 0.5, 0.9
"""Share of the second image's field inside the first one's: right answers had 0.97 to 1."""

INVERSE_DOUBT_MM = 15.0
"""Inverse consistency: right answers had 0.9 to 13.5 mm."""

MOTION_DOUBT_MM, ROTATION_DOUBT_DEGREES = 50.0, 30.0
"""Patients are laid down alike: a larger motion is more often an error than a fact."""

MIRROR_DOUBT = 1.0
"""The mirrored image may not fit better than this times the image: right pairs had 0.46 to 0.987, mirrored ones 1.014
and more."""

GAIN_MIN = 3.0
"""The scanner's coordinates are left when the edges of inner blocks gain by this many standard errors: motions of 1 mm
gave made pairs 3.7 to 7.4; legs that are in place had -2.8 to 1.3."""

BLOCKS_MIN = 20
"""Fewer inner blocks do not tell enough to leave the scanner's coordinates."""

KEPT_DOUBT_MM = 8.0
"""The scanner's coordinates are kept in doubt when the best fit lies farther away, on average at the corners."""

SCANNER_OVERLAP = 0.5
"""Share of the second field that must lie in the first one by scanner coordinates for these to be the start."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Registration:
    """A transform and the figures that tell how far it can be trusted.

    Parameters
    ----------
    transform
        From points of the image that was drawn on to points of the second image.
    placed_by
        ``fit``: the transform is the best fit. ``scanner``: the images' own coordinates are kept, since the fit is not
        better beyond noise.
    agreement
        Share of eight displaced starts that end at the same place, 0 to 1.
    support, blocks
        Share of blocks inside the body whose own best place is that of the transform, 0 to 1, and how many there are.
    overlap
        Share of the second image's field that lies in the first one's, 0 to 1.
    gain
        How much better the edges of inner blocks lie by the fit than by the scanner's coordinates, in standard errors;
        NaN where these were not the start.
    information_before, information_after
        Mutual information at the start and at the fit, in nats, on the medium level.
    information_mirrored
        That of the left-right mirrored second image, registered too, relative to that of the image, at the coarse
        level.
    motion_mm, rotation_degrees
        How far the centre of the second image's field moved from the start, and the angle.
    fit_mm
        Mean distance of the corners of the second image's field between the start and the fit.
    inverse_mm
        Mean distance of the corners of the second image's field after there and back, the way back registered with
        changed roles; NaN where it could not be.
    start
        ``scanner``: the images' own coordinates; ``centres``: those of the fields laid upon each other.
    """

    transform: RigidTransform
    placed_by: str
    agreement: float
    support: float
    blocks: int
    overlap: float
    gain: float
    information_before: float
    information_after: float
    information_mirrored: float
    motion_mm: float
    rotation_degrees: float
    fit_mm: float
    inverse_mm: float
    start: str

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain JSON values, without the transform; None where there is none."""
        record = asdict(self)
        del record["transform"]
        return {name: None if value != value else value for name, value in record.items()}


def refusals(registration: Registration) -> tuple[str, ...]:
    """Say why a registration cannot be used; empty where it can.

    Parameters
    ----------
    registration
        Its overlap is judged, and its agreement where the inside of the body does not support it either.
    """
    said = []
    if registration.agreement < AGREEMENT_MIN and registration.support < SUPPORT_DOUBT:
        said += [_agreement(registration, AGREEMENT_MIN), _support(registration)]
    if registration.overlap < OVERLAP_MIN:
        said.append(_overlap(registration, OVERLAP_MIN))
    return tuple(said)


def doubts(registration: Registration) -> tuple[str, ...]:
    """Say what of a registration is to be looked at; empty where nothing is.

    Parameters
    ----------
    registration
        All its figures but mutual information are judged, which does not separate right from wrong.
    """
    told = registration
    turned = f"it turned by {told.rotation_degrees:.0f} degrees, more than {ROTATION_DOUBT_DEGREES:.0f}"
    kept = (
        f"the best fit lies {told.fit_mm:.0f} mm from the scanner's coordinates, which were kept: {told.blocks} blocks "
        f"inside the body, gain {told.gain:.1f} standard errors"
    )
    judged = (
        (told.agreement < AGREEMENT_DOUBT, _agreement(told, AGREEMENT_DOUBT)),
        (told.support < SUPPORT_DOUBT, _support(told)),
        (told.overlap < OVERLAP_DOUBT, _overlap(told, OVERLAP_DOUBT)),
        (told.motion_mm > MOTION_DOUBT_MM, f"it moved by {told.motion_mm:.0f} mm, more than {MOTION_DOUBT_MM:.0f}"),
        (told.rotation_degrees > ROTATION_DOUBT_DEGREES, turned),
        (np.isnan(told.inverse_mm), "the way back could not be searched"),
        (
            told.inverse_mm > INVERSE_DOUBT_MM,
            f"there and back misses by {told.inverse_mm:.0f} mm, more than {INVERSE_DOUBT_MM:.0f}",
        ),
        (told.information_mirrored > MIRROR_DOUBT, "its mirror image fits better than itself"),
        (told.placed_by == "scanner" and told.fit_mm > KEPT_DOUBT_MM, kept),
    )
    return tuple(sentence for doubtful, sentence in judged if doubtful)


def _agreement(registration: Registration, limit: float) -> str:
    return f"{registration.agreement:.0%} of displaced starts agree, fewer than {limit:.0%}"


def _support(registration: Registration) -> str:
    return (
        f"{registration.support:.0%} of {registration.blocks} blocks inside the body agree, fewer than "
        f"{SUPPORT_DOUBT:.0%}"
    )


def _overlap(registration: Registration, limit: float) -> str:
    return f"{registration.overlap:.0%} of its field overlaps, less than {limit:.0%}"


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
    from radpipe.imaging.inner_blocks import support_of

    first, other = search.levels_of(drawn), search.levels_of(second)
    corners = second.geometry.corners_mm()
    centre = corners.mean(axis=0)
    start, shift = _start(drawn.geometry, second.geometry)
    base = search.pose_at(centre - shift, shift)
    pose = search.best_pose(first, other, base, corners)
    fit = search.rigid_of(pose)
    transform, gain = fit, float("nan")
    if start == "scanner":
        transform, gain = _kept_or_left(first[-1], other[-1], fit)
    blocks, support = support_of(first[-1], other[-1], transform)
    window = search.window_of(first[0], fit, corners)
    medium = search.window_of(first[1], fit, corners)
    return Registration(
        transform,
        "fit" if transform is fit else "scanner",
        _agreeing(window, other[0], pose, corners),
        support,
        blocks,
        overlap_of(drawn.geometry, second.geometry, transform),
        gain,
        search.information(medium, other[1], base),
        search.information(medium, other[1], pose),
        _mirrored(window, other[0], pose),
        float(np.linalg.norm(transform.apply_inverse(centre) - (centre - shift))),
        transform.rotation_degrees,
        _distance(fit, search.rigid_of(base), corners),
        _there_and_back(window, other[0], pose, corners),
        start,
    )


def _kept_or_left(first: "sitk.Image", second: "sitk.Image", fit: RigidTransform) -> tuple[RigidTransform, float]:
    """Choose between the scanner's coordinates and the fit: these are kept unless the fit is better beyond noise."""
    from radpipe.imaging.inner_blocks import gain_of

    blocks, gain = gain_of(first, second, fit, RigidTransform())
    return (fit if blocks >= BLOCKS_MIN and gain >= GAIN_MIN else RigidTransform()), gain


def _agreeing(
    first: "sitk.Image", second: "sitk.Image", pose: "sitk.Euler3DTransform", corners_xyz_mm: FloatArray
) -> float:
    """Return the share of displaced starts that end where the pose itself ends on the coarse level."""
    from radpipe.imaging import rigid_search as search

    def ended(near: "sitk.Euler3DTransform") -> RigidTransform | None:
        end = search.descended(first, second, near, search.STEPS_MM[0])
        return None if end is None else search.rigid_of(end)

    settled = ended(pose)
    if settled is None:
        return 0.0
    ends = [ended(near) for near in search.displaced(pose)]
    near = [end is not None and _distance(end, settled, corners_xyz_mm) < AGREEMENT_MM for end in ends]
    return sum(near) / len(near)


def _there_and_back(
    first: "sitk.Image", second: "sitk.Image", pose: "sitk.Euler3DTransform", corners_xyz_mm: FloatArray
) -> float:
    """Return how far the corners are from where they were after a way back that was searched too; NaN without one."""
    from radpipe.imaging import rigid_search as search

    way_back = search.inverse_of(pose, corners_xyz_mm.mean(axis=0))
    there = search.descended(second, first, way_back, search.STEPS_MM[0])
    if there is None:
        return float("nan")
    back = search.rigid_of(pose).apply(search.rigid_of(there).apply(corners_xyz_mm))
    return float(np.linalg.norm(back - corners_xyz_mm, axis=1).mean())


def _mirrored(first: "sitk.Image", second: "sitk.Image", pose: "sitk.Euler3DTransform") -> float:
    """Return the mutual information of the mirrored image relative to that of the image, each improved."""
    from radpipe.imaging import rigid_search as search

    fits = [
        search.information(first, image, search.descended(first, image, pose, search.STEPS_MM[0]) or pose)
        for image in (second, search.mirrored(second))
    ]
    return fits[1] / max(fits[0], 1e-9)


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
