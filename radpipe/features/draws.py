"""Streams of random numbers that follow from what is measured: the same voxels, the same draws, wherever they lie."""

import hashlib

import numpy as np

from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["image_digest", "mask_digest", "place_of", "stream"]


def image_digest(volume: Volume) -> int:
    """Digest an image's voxels and grid; neither case nor file is asked."""
    digest = hashlib.sha256(f"{volume.array.dtype.str} {_grid(volume.geometry)}".encode())
    digest.update(volume.array.data)
    return int.from_bytes(digest.digest()[:16])


def mask_digest(mask: Mask) -> int:
    """Digest a mask's voxels, their box and grid."""
    spans = [(span.start, span.stop) for span in mask.box]
    digest = hashlib.sha256(f"{spans} {_grid(mask.geometry)}".encode())
    digest.update(mask.crop.data)
    return int.from_bytes(digest.digest()[:16])


def _grid(geometry: Geometry) -> str:
    return f"{geometry.size_zyx} {geometry.spacing_zyx_mm} {geometry.origin_xyz_mm} {geometry.direction}"


def stream(seed: int, name: str, *content: int) -> np.random.Generator:
    """Return the stream of a name and a content.

    Parameters
    ----------
    seed
        Base of all draws.
    name
        Of what is drawn: a letter, or a control's name.
    *content
        Digests, the number of a state, of a slice; all from 0.

    Examples
    --------
    >>> int(stream(0, "N", 7, 1).integers(100)) == int(stream(0, "N", 7, 1).integers(100))
    True
    """
    return np.random.default_rng(np.random.SeedSequence([seed, int.from_bytes(name.encode()), *content]))


def place_of(seed: int, name: str, content: tuple[int, ...], state: int, count: int, axes: int = 1) -> np.ndarray:
    """Draw the places of one of several states by Latin hypercube: along each axis, each state in a share of its own.

    Parameters
    ----------
    seed, name, content
        As :func:`stream` takes them; content without the state.
    state, count
        Number of the state, from 1, and how many there are.
    axes
        How many numbers are drawn.

    Returns
    -------
    ndarray
        Shape (axes,), each uniform in [0, 1).

    References
    ----------
    McKay, Beckman & Conover 1979, Technometrics 21:239.
    """
    order = stream(seed, name, *content)
    share = np.array([order.permutation(count)[state - 1] for _ in range(axes)])
    inside: np.ndarray = stream(seed, name, *content, state).random(axes)
    places: np.ndarray = (share + inside) / count
    return places
