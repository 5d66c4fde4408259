"""Deformable registration after the rigid one: a coarse B-spline of mutual information, taken only where it helps.

It fits intensities, and what it gets wrong cannot be seen in figures. So the splines are wide, folds are refused, and
the rigid transform is kept unless edges inside the body, which the search does not look at, lie better beyond noise.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from radpipe.imaging.deformation import Deformation, deformation_of
from radpipe.imaging.transforms import RigidTransform
from radpipe.volume import Volume

if TYPE_CHECKING:
    import SimpleITK as sitk  # noqa: N813

__all__ = ["BENDING", "Bending", "bend_doubts", "register_deformable"]

BENDING = "bend-2"
"""Name of the way in which images are bent; another one when a change of it may move a point."""

MESH_MM = 110.0
"""Width of a cell of the splines: the bend of a neck. With cells of 60 and 30 mm a bent neck lay worse than rigidly."""

BINS = 32

SAMPLES = 150_000
"""About how many points the metric reads, in a regular pattern with a fixed seed."""

ITERATIONS = 30

MARGIN_MM = 12.0
"""Points nearer than this to the border of the second image's field are not read: they would leave it, and what is
left would seem to fit better."""

GAIN_MIN = 2.0
"""The rigid transform is left when edges of inner blocks gain by this many standard errors: twelve made necks that were
bent had -1.4 to 6.3, seven that were not -11.7 to -7.3."""

BLOCKS_MIN = 20
"""Fewer inner blocks do not tell enough."""

JACOBIAN_DOUBT = (0.6, 1.6)
"""Outside of this, volumes change somewhere by more than bends of a neck do."""


@dataclass(frozen=True, slots=True)
class Bending:
    """The transform that was chosen, and why.

    Parameters
    ----------
    way
        Rigid where the deformation is not better beyond noise.
    gain, blocks
        How much better the edges of inner blocks lie by the deformation than by the rigid transform, in standard
        errors; and how many blocks tell.
    """

    way: RigidTransform | Deformation
    gain: float
    blocks: int

    @property
    def told(self) -> str:
        """A sentence where the rigid transform is kept, else nothing."""
        if isinstance(self.way, Deformation):
            return ""
        return (
            f"the rigid transform is kept: by the deformation {self.blocks} blocks inside the body gain "
            f"{self.gain:.1f} standard errors, and {GAIN_MIN:.0f} of {BLOCKS_MIN} blocks are needed"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain JSON values."""
        figures = self.way.to_json() if isinstance(self.way, Deformation) else {}
        return {"bent": isinstance(self.way, Deformation), "bend_gain": self.gain, **figures}


def bend_doubts(bending: Bending) -> tuple[str, ...]:
    """Say what of a deformation is to be looked at; empty where nothing is.

    Parameters
    ----------
    bending
        The range of its Jacobian is judged.
    """
    if not isinstance(bending.way, Deformation):
        return ()
    low, high = bending.way.jacobian_range
    least, most = JACOBIAN_DOUBT
    if least <= low and high <= most:
        return ()
    return (f"volumes are multiplied by {low:.2f} to {high:.2f}, outside {least} to {most}",)


def register_deformable(drawn: Volume, second: Volume, rigid: RigidTransform) -> Bending:
    """Bend space after a rigid registration, and choose between both.

    Parameters
    ----------
    drawn, second
        The image that was drawn on, and the other one.
    rigid
        From the first to the second.

    Raises
    ------
    InputError
        ``E_DEFORMATION``: the deformation folds space, or its way back is not found.

    References
    ----------
    Rueckert D. et al., Nonrigid registration using free-form deformations, IEEE TMI 1999;18:712.
    """
    import SimpleITK as sitk  # noqa: N813

    from radpipe.imaging.bent_files import bend_of_itk
    from radpipe.imaging.inner_blocks import gain_of
    from radpipe.imaging.rigid_search import levels_of, window_of

    threads = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
        first, other = levels_of(drawn)[-1], levels_of(second)[-1]
        spline = _spline(window_of(first, rigid, second.geometry.corners_mm()), other, rigid, second)
        if spline is None:
            return Bending(rigid, 0.0, 0)
        way = deformation_of((bend_of_itk(spline), rigid), second.geometry)
        blocks, gain = gain_of(first, other, way, rigid)
        return Bending(way if blocks >= BLOCKS_MIN and gain >= GAIN_MIN else rigid, gain, blocks)
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)


def _spline(
    first: "sitk.Image", other: "sitk.Image", rigid: RigidTransform, second: Volume
) -> "sitk.BSplineTransform | None":
    """Find the splines of most mutual information; None where the images do not overlap enough."""
    import SimpleITK as sitk  # noqa: N813

    mesh = [max(2, round(n * mm / MESH_MM)) for n, mm in zip(first.GetSize(), first.GetSpacing(), strict=True)]
    spline = sitk.BSplineTransformInitializer(first, mesh, order=3)
    inside = _inside(first, rigid, second)
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(min(1.0, SAMPLES / max(1, first.GetNumberOfPixels())), 1)
    method.SetMetricFixedMask(inside)
    method.SetInterpolator(sitk.sitkLinear)
    before = sitk.AffineTransform(3)
    before.SetMatrix(rigid.matrix)
    before.SetTranslation(rigid.offset_xyz_mm)
    method.SetMovingInitialTransform(before)
    method.SetInitialTransform(spline, inPlace=True)
    method.SetOptimizerAsLBFGS2(
        solutionAccuracy=1e-4, numberOfIterations=ITERATIONS, deltaConvergenceDistance=5, deltaConvergenceTolerance=1e-4
    )
    try:
        method.Execute(first, other)
    except RuntimeError:  # all samples map outside
        return None
    return spline


def _inside(first: "sitk.Image", rigid: RigidTransform, second: Volume) -> "sitk.Image":
    """Mark the voxels that lie well inside the second image's field."""
    import SimpleITK as sitk  # noqa: N813

    index = np.stack(np.meshgrid(*map(np.arange, first.GetSize()[::-1]), indexing="ij"), axis=-1)[..., ::-1]
    axes = np.reshape(first.GetDirection(), (3, 3))
    places = (index * np.asarray(first.GetSpacing())) @ axes.T + np.asarray(first.GetOrigin())
    grid = second.geometry
    margin = np.minimum(MARGIN_MM / np.asarray(grid.spacing_zyx_mm), np.asarray(grid.size_zyx) / 4)
    there = grid.mm_to_index(rigid.apply(places))
    within = ((there >= margin) & (there <= np.asarray(grid.size_zyx) - 1 - margin)).all(axis=-1)
    mask = sitk.GetImageFromArray(within.astype(np.uint8))
    mask.CopyInformation(first)
    return mask
