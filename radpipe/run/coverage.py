"""Coverage: how much of each ROI a second image's field holds, kept beside the transform that took it there."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from radpipe.files import read_whole, write_text

__all__ = ["COVERAGE", "TRANSFORMS", "Carried", "keep_coverage"]

TRANSFORMS = "transforms"
"""Where in the output folder transforms and their records lie."""

COVERAGE = "coverage"
"""Where in the output folder the coverage of ROIs lies, a file a pair of images."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one ROI on its way to the second image.

    Parameters
    ----------
    roi
        Its name.
    drawn_mm3
        Volume on the image it was drawn on.
    carried_mm3
        Volume on the second image's grid; 0 where nothing of it arrived.
    outside_percent
        Share of its voxels beyond the second image's field.
    code
        Why it was refused; empty where it was not.
    """

    roi: str
    drawn_mm3: float
    carried_mm3: float
    outside_percent: float
    code: str = ""


def keep_coverage(out: Path, stem: str, case_id: str, names: Mapping[str, str], carried: Sequence[Carried]) -> None:
    """Write the ROIs of a pair of images beside their transform, with those that earlier runs wrote of the same one.

    Parameters
    ----------
    out, stem
        The output folder, and the name of the transform's record there.
    case_id
        The case.
    names
        ``image`` and ``other``: the second image and the one that was drawn on.
    carried
        A ROI of the same name takes the place of the older one.

    Raises
    ------
    StorageError
        It could not be written.
    """
    way = hashlib.sha256(read_whole(out / TRANSFORMS / f"{stem}.json")).hexdigest()
    head = {"case_id": case_id, "image_id": names["image"], "drawn_on": names["other"], "transform_record": way}
    path = out / COVERAGE / f"{stem}.json"
    rois = {roi.roi: asdict(roi) for roi in carried}
    try:
        kept = json.loads(read_whole(path))
        if {name: kept[name] for name in head} == head:
            rois = {roi["roi"]: roi for roi in kept["rois"]} | rois
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError):
        path.unlink()  # damaged: it is written anew
    record = {**head, "rois": [rois[name] for name in sorted(rois)]}
    write_text(path, json.dumps(record, indent=1, sort_keys=True) + "\n")
