"""The image that ROIs were drawn on, brought to the grid of the one that is measured, for pictures of both."""

import json
from pathlib import Path

from radpipe.drawing.layers import Beside
from radpipe.errors import InputError
from radpipe.files import read_whole
from radpipe.imaging.bent_files import read_way
from radpipe.imaging.open import open_image
from radpipe.imaging.regrid import carry_image
from radpipe.imaging.transforms import Backwards
from radpipe.run.coverage import TRANSFORMS
from radpipe.run.kept_transforms import transform_name
from radpipe.run.tasks import ImageTask
from radpipe.volume import Volume

__all__ = ["beside_of"]


def beside_of(task: ImageTask, volume: Volume, out: Path) -> Beside | None:
    """Bring the image that the ROIs were drawn on to the measured image, by the transform that the run has kept.

    Parameters
    ----------
    task, volume
        What is measured.
    out
        The output folder, which has the transform.

    Returns
    -------
    Beside or None
        None where the ROIs lie on the image itself, or the transform or the other image is gone.
    """
    if task.alignment is None:
        return None
    other = task.alignment.drawn
    stem = transform_name(task.image.case_id, task.image.image_id)
    try:
        drawn = open_image(other, task.policy)
        if not drawn.geometry.same_grid(volume.geometry):
            record = json.loads(read_whole(out / TRANSFORMS / f"{stem}.json"))
            way = read_way(str(out / str(record["transform"])), volume.geometry)
            drawn = carry_image(drawn, volume.geometry, Backwards(way))
    except (FileNotFoundError, ValueError, KeyError, InputError):
        return None
    return Beside(drawn, other.image_id, other.modality)
