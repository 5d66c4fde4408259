"""Transforms kept in the output folder: ITK files with a record each, used again while both images are the same."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from radpipe.errors import InputError
from radpipe.files import read_whole, write_text, write_whole
from radpipe.geometry import Geometry
from radpipe.imaging.bent_files import read_way, way_text
from radpipe.imaging.deformation import Deformation
from radpipe.imaging.transforms import RigidTransform
from radpipe.run.coverage import TRANSFORMS
from radpipe.volume import Volume

__all__ = ["inputs_of", "keep_transform", "kept_transform", "transform_name"]


def transform_name(case_id: str, image_id: str) -> str:
    """Return the name of an image's transform, without its ending.

    Examples
    --------
    >>> transform_name("case_01", "MR_T1")
    'case_01_MR_T1'
    >>> transform_name("a/b", "MR")
    'a_b_MR-0571d2'
    """
    plain = f"{case_id}_{image_id}"
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", plain)[:150]
    return safe if safe == plain else f"{safe}-{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()[:6]}"


def inputs_of(drawn: Volume, volume: Volume, *, bends: bool = False) -> str:
    """Digest all that the registration depends on: voxels, grids, units, and the programs.

    Parameters
    ----------
    drawn, volume
        The image that was drawn on, and the second one.
    bends
        Whether a deformation follows the rigid transform.
    """
    import SimpleITK as sitk  # noqa: N813

    from radpipe.imaging.deformable import BENDING
    from radpipe.imaging.registration import METHOD

    method = f"{METHOD} {BENDING}" if bends else METHOD
    digest = hashlib.sha256(f"{method} {sitk.Version_VersionString()}".encode())
    for image in (drawn, volume):
        grid = image.geometry.to_json()
        digest.update(f"{image.unit} {image.array.dtype} {json.dumps(grid, sort_keys=True)}".encode())
        digest.update(image.array.data)
    return digest.hexdigest()


def kept_transform(
    folder: Path | None, stem: str, inputs: str, field: Geometry
) -> tuple[dict[str, Any], RigidTransform | Deformation] | None:
    """Return what was kept of the same registration; nothing where it is absent, of other images, or was touched.

    Parameters
    ----------
    folder, stem
        Where, and under which name; None keeps nothing.
    inputs
        Of :func:`inputs_of`.
    field
        Grid of the second image.

    Returns
    -------
    record, transform
        Status, message and figures; and the transform.
    """
    if folder is None:
        return None
    try:
        record = json.loads(read_whole(folder / f"{stem}.json"))
        text = read_whole(folder / f"{stem}.tfm")
        if record["inputs"] != inputs or record["transform_sha256"] != hashlib.sha256(text).hexdigest():
            return None
        facts = {name: record[name] for name in ("status", "message", "figures")}
        return facts, read_way(str(folder / f"{stem}.tfm"), field)
    except (FileNotFoundError, ValueError, KeyError, TypeError, InputError):
        return None


def keep_transform(
    folder: Path | None,
    stem: str,
    way: RigidTransform | Deformation,
    record: dict[str, Any],
    *,
    given: str = "",
) -> None:
    """Write a transform and its record; every digit kept.

    Parameters
    ----------
    folder, stem
        Where, and under which name; None keeps nothing.
    way
        The transform.
    record
        What is told of it; gets the names and digests of its files.
    given
        Path of the user's file; a deformation's is kept as it is.

    Raises
    ------
    StorageError
        It could not be written.
    """
    if folder is None:
        return
    name = f"{stem}.tfm"
    if given and isinstance(way, Deformation):
        name, content = f"{stem}{Path(given).suffix}", read_whole(Path(given))
    else:
        content = way_text(way).encode()
    write_whole(folder / name, content)
    record |= {"transform": f"{TRANSFORMS}/{name}", "transform_sha256": hashlib.sha256(content).hexdigest()}
    write_text(folder / f"{stem}.json", json.dumps(record, indent=1, sort_keys=True) + "\n")
