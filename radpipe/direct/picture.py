"""``radpipe.picture``: an image and its masks in, a picture out that a notebook shows by itself."""

from collections.abc import Mapping, Sequence

from radpipe.direct.given import given_mask, given_volume
from radpipe.drawing.shown import Picture, picture_of
from radpipe.errors import Policy

__all__ = ["picture"]


def picture(
    image: object,
    mask: object,
    *,
    label: int | None = None,
    spacing_zyx_mm: Sequence[float] | None = None,
    modality: str = "",
    policy: Policy | None = None,
) -> Picture:
    """Draw ROIs over their image, as `radpipe qc` does: exact outlines, windows by modality and organ.

    Parameters
    ----------
    image
        Path of a file or of a folder with one DICOM series; SimpleITK image; array (z, y, x), or (y, x) of a
        radiograph; :class:`radpipe.Volume`.
    mask
        Path of a label image; SimpleITK image; array of the image's shape; :class:`radpipe.Mask`; or a mapping of ROI
        names to such masks. The names choose windows (lung, mandible ...).
    label
        Which voxels of a label image; None takes the only label that there is.
    spacing_zyx_mm
        Voxel size of an array, mm, order z, y, x.
    modality
        DICOM's (CT, PT, MR) of an image in memory.
    policy
        What to do about each problem, see ``radpipe codes``.

    Returns
    -------
    Picture
        Shows itself in a notebook; ``save`` writes it as a page.

    Raises
    ------
    InputError
        The image or a mask cannot be used.
    UsageError
        Something was given that is no image or mask.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.arange(8000, dtype=np.int16).reshape(20, 20, 20)
    >>> drawn = picture(image, {"GTV": image > 7000}, spacing_zyx_mm=(3, 1, 1), modality="CT")
    >>> [roi for roi, _ in drawn.svgs]
    ['GTV']
    """
    policy = policy or Policy()
    volume, modality = given_volume(image, spacing_zyx_mm, modality.upper().replace("PET", "PT"), policy)
    masks = mask if isinstance(mask, Mapping) else {"ROI": mask}
    return picture_of(
        volume, {str(name): given_mask(source, label, volume, policy) for name, source in masks.items()}, modality
    )
