"""Perturbed states: the image and the contour as they might have been, from noise, position, volume and outline.

A state is what plain extraction would give had the files been perturbed: noise, then volume and contour on the
image's own grid, then position as a change of the grid on which it is resampled.
"""

import math
from dataclasses import dataclass

import numpy as np

from radpipe.features.draws import mask_digest, place_of, stream
from radpipe.features.motion import Motion
from radpipe.features.noise import with_noise
from radpipe.features.other_contour import with_other_contour
from radpipe.features.other_volume import with_other_volume
from radpipe.features.params import Params
from radpipe.features.shared_image import SharedImage
from radpipe.features.supervoxels import with_supervoxels
from radpipe.features.variant import State
from radpipe.volume import Box, Mask, Volume

__all__ = ["Perturbed", "perturbed"]

BEYOND = 16
"""Voxels; what is so far away changes a value of a spline by less than a thousand millionth of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Perturbed:
    """An image and a ROI in one state.

    Parameters
    ----------
    volume, mask
        Perturbed, on the image's grid.
    motion
        How the grid of resampling moves; None leaves plain extraction's.
    told
        What was drawn, for the row.
    """

    volume: Volume
    mask: Mask
    motion: Motion | None
    told: dict[str, str | float | int]


def perturbed(volume: Volume, mask: Mask, state: State, params: Params, shared: SharedImage | None = None) -> Perturbed:
    """Perturb an image and a ROI.

    Parameters
    ----------
    volume, mask
        As read.
    state
        Which perturbations, how strong, which of how many states.
    params
        Tell which slices are looked at: others are given no noise.
    shared
        What is known of the image from other states; the same values without it.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI``: nothing of the ROI is left.

    Notes
    -----
    Draws of N, T and R follow from the image and the state, those of V and C from image, mask and state; angles, shifts
    and volumes of the states are a Latin hypercube.
    """
    shared = shared or SharedImage(volume)
    image = shared.digest
    both = (image, mask_digest(mask))
    facts: dict[str, str | float | int] = {"perturbation": state.letters, "state": state.state}
    noisy, other, sd, angle, shift = volume, mask, 0.0, 0.0, np.zeros(3)
    seed, number, count = state.seed, state.state, state.states
    if "N" in state.letters:
        facts["noise_sd"] = sd = shared.noise_sd(mask) if state.noise_sd is None else state.noise_sd
    if "V" in state.letters:
        share = state.volume_share * (2.0 * float(place_of(seed, "V", both, number, count)[0]) - 1.0)
        facts["volume_change"] = share
        other = with_other_volume(other, share)
    if "C" in state.letters:
        drawing = stream(seed, "C", *both, number)
        if state.contour_by == "supervoxels":
            facts["contour_by"] = state.contour_by
            other = with_supervoxels(other, shared.supervoxels(mask), drawing)
        else:
            facts["contour_mm"] = state.contour_mm
            other = with_other_contour(other, state.contour_mm, drawing)
    if "R" in state.letters:
        facts["angle_degrees"] = angle = state.angle_degrees * (
            2.0 * float(place_of(seed, "R", (image,), number, count)[0]) - 1.0
        )
    if "T" in state.letters:
        shift = place_of(seed, "T", (image,), number, count, axes=3)
        facts |= {f"shift_{axis}": float(part) for axis, part in zip("xyz", shift, strict=True)}
    if "N" in state.letters:
        noisy = with_noise(volume, sd, (seed, image, number), _looked_at(other, params))
    moved = Motion(angle, (float(shift[0]), float(shift[1]), float(shift[2])))
    return Perturbed(noisy, other, moved if {"T", "R"} & set(state.letters) else None, facts)


def _looked_at(mask: Mask, params: Params) -> Box:
    """Return what plain or moved extraction looks at, and as much around it as a spline's values depend on."""
    settings = params.settings
    z, y, x = (slice(0, size) for size in mask.geometry.size_zyx)
    local = settings.resampling_xyz_mm is not None or settings.pre_crop
    if settings.normalize or params.ibsi is not None or not local:
        return z, y, x
    own = np.array(mask.geometry.spacing_zyx_mm)
    new = np.maximum(own, np.array(settings.resampling_xyz_mm or (0.0, 0.0, 0.0))[::-1])
    half_mm = np.array(mask.crop.shape) * own / 2 + (settings.pad_distance + 2) * new
    half_mm[1:] = math.hypot(*half_mm[1:])  # however it is turned, a box stays within its half diagonal of its centre
    reach = np.ceil(half_mm / own).astype(int) + BEYOND
    middle = [(span.start + span.stop) // 2 for span in mask.box]
    z, y, x = (
        slice(max(at - far, 0), min(at + far + 1, size))
        for at, far, size in zip(middle, reach.tolist(), mask.geometry.size_zyx, strict=True)
    )
    return z, y, x
