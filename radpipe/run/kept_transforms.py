"""Transforms kept in the output folder: ITK files with a record each, used again while both images are the same."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from radpipe.errors import InputError
from radpipe.files import read_whole, write_text
from radpipe.imaging.transforms import RigidTransform, read_transform, transform_text
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


def inputs_of(drawn: Volume, volume: Volume) -> str:
    """Digest all that the registration depends on: voxels, grids, units, and the programs.

    Parameters
    ----------
    drawn, volume
        The image that was drawn on, and the second one.
    """
    import SimpleITK as sitk  # noqa: N813

    from radpipe.imaging.registration import METHOD

    digest = hashlib.sha256(f"{METHOD} {sitk.Version_VersionString()}".encode())
    for image in (drawn, volume):
        grid = image.geometry.to_json()
        digest.update(f"{image.unit} {image.array.dtype} {json.dumps(grid, sort_keys=True)}".encode())
        digest.update(image.array.data)
    return digest.hexdigest()


def kept_transform(folder: Path | None, stem: str, inputs: str) -> tuple[dict[str, Any], RigidTransform] | None:
    """Return what was kept of the same registration; nothing where it is absent, of other images, or was touched.

    Parameters
    ----------
    folder, stem
        Where, and under which name; None keeps nothing.
    inputs
        Of :func:`inputs_of`.

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
        told = {name: record[name] for name in ("status", "message", "figures")}
        return told, read_transform(str(folder / f"{stem}.tfm"))
    except (FileNotFoundError, ValueError, KeyError, TypeError, InputError):
        return None


def keep_transform(folder: Path | None, stem: str, way: RigidTransform, record: dict[str, Any]) -> None:
    """Write a transform and its record; every digit kept.

    Parameters
    ----------
    folder, stem
        Where, and under which name; None keeps nothing.
    way
        The transform.
    record
        What is told of it; gets the names and digests of its files.

    Raises
    ------
    StorageError
        It could not be written.
    """
    if folder is None:
        return
    text = transform_text(way)
    record |= {"transform": f"{TRANSFORMS}/{stem}.tfm", "transform_sha256": hashlib.sha256(text.encode()).hexdigest()}
    write_text(folder / f"{stem}.tfm", text)
    write_text(folder / f"{stem}.json", json.dumps(record, indent=1, sort_keys=True) + "\n")
