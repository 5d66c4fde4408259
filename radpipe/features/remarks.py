"""What a row tells of a ROI though it was measured: that it is small, that it fills the image, that bins are few."""

from radpipe.errors import Note, Policy
from radpipe.features.params import Params
from radpipe.features.roi_checks import TEXTURE_CLASSES
from radpipe.features.supervoxels import COARSE_MM3
from radpipe.features.variant import State
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask

__all__ = [
    "FEW_BINS",
    "MANY_BINS",
    "SMALL_VOLUME_MM3",
    "SMALL_VOXELS",
    "bin_remarks",
    "contour_remarks",
    "size_remarks",
]

SMALL_VOXELS = 64
SMALL_VOLUME_MM3 = 1000.0
"""Below 64 voxels or 1 mL texture features say little; such ROIs warn, they are not dropped."""

FEW_BINS = 8
MANY_BINS = 1000
"""Fewer gray levels than 8 hold little texture; more than 1,000 are noise. IBSI's examples use 6 to 64."""


def size_remarks(mask: Mask, policy: Policy) -> tuple[Note, ...]:
    """Tell of a ROI that is small or fills its image; on a single slice, a radiograph, a volume means nothing.

    Parameters
    ----------
    mask
        The ROI.
    policy
        What to do about ``W_SMALL_ROI`` and ``E_WHOLE_IMAGE``.

    Raises
    ------
    InputError
        Where the policy makes it an error.
    """
    notes = []
    flat = mask.geometry.size_zyx[0] == 1
    if mask.voxel_count < SMALL_VOXELS or (not flat and mask.volume_mm3 < SMALL_VOLUME_MM3):
        extent = "in one slice" if flat else f"{mask.volume_mm3:.0f} mm3"
        notes.append(policy.meet("W_SMALL_ROI", voxels=mask.voxel_count, extent=extent))
    if mask.voxel_count == mask.geometry.voxel_count:
        notes.append(policy.meet("E_WHOLE_IMAGE"))
    return tuple(notes)


def bin_remarks(vector: FeatureVector, params: Params, policy: Policy) -> tuple[Note, ...]:
    """Tell of a number of bins with which texture means little.

    Parameters
    ----------
    vector
        As measured; its diagnostics hold the number of bins.
    params
        What was measured: classes without gray levels are never told.
    policy
        What to do about ``W_FEW_BINS`` and ``W_MANY_BINS``.

    Raises
    ------
    InputError
        Where the policy makes it an error.
    """
    bins = vector.diagnostics.get("bins")
    if not isinstance(bins, int) or not TEXTURE_CLASSES & set(params.classes):
        return ()
    if bins < FEW_BINS:
        return (policy.meet("W_FEW_BINS", bins=bins, limit=FEW_BINS),)
    return (policy.meet("W_MANY_BINS", bins=bins, limit=MANY_BINS),) if bins > MANY_BINS else ()


def contour_remarks(vector: FeatureVector, params: Params, policy: Policy) -> tuple[Note, ...]:
    """Tell of a ROI whose contour is drawn of few supervoxels.

    Parameters
    ----------
    vector
        As measured; its diagnostics hold the volume.
    params
        What was measured; only states whose contour is of supervoxels are told of.
    policy
        What to do about ``W_COARSE_CONTOUR``.

    Raises
    ------
    InputError
        Where the policy makes it an error.
    """
    state, volume_mm3 = params.variant, vector.diagnostics.get("volume_mm3")
    if not isinstance(state, State) or "C" not in state.letters or state.contour_by != "supervoxels":
        return ()
    if not isinstance(volume_mm3, float) or volume_mm3 >= COARSE_MM3:
        return ()
    return (policy.meet("W_COARSE_CONTOUR", volume_ml=volume_mm3 / 1000.0),)
