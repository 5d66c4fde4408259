"""ImageTask: all that a worker needs to measure one image."""

from dataclasses import dataclass

from radpipe.cohort import ImageRef
from radpipe.errors import Note, Policy
from radpipe.features.params import Params
from radpipe.rois import Target

__all__ = ["Alignment", "ImageTask"]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How ROIs reach an image that they were not drawn on and that does not share patient space with it.

    Parameters
    ----------
    drawn
        The image that they were drawn on.
    method
        ``rigid`` or ``deformable``: it is registered by the worker. ``given``: the transform is the user's. With
        ``-drawn`` behind: it is measured on the grid that was drawn on.
    file
        Absolute path of the user's transform, or empty.
    """

    drawn: ImageRef
    method: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class ImageTask:
    """All that a worker needs to measure one image: references and settings, no pixels.

    Parameters
    ----------
    image, targets
        What is measured: an image, and ROIs or unions of ROIs on it.
    params, engine, policy
        How it is measured.
    notes
        Problems of the case, told in each of its rows.
    key
        Digest of the ROIs, settings, policy, engine and versions, and of the input files' paths, sizes and times.
    recipe
        Settings, policy, engine and versions as one text.
    position
        Among the tasks of its plan; -1 before it is in one.
    alignment
        How the ROIs get to the image; None where they lie on it.
    """

    image: ImageRef
    targets: tuple[Target, ...]
    params: Params
    engine: str
    policy: Policy
    notes: tuple[Note, ...]
    key: str = ""
    recipe: str = ""
    position: int = -1
    alignment: Alignment | None = None
