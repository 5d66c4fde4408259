"""The index of a page: what it knows of the run, as JSON values."""

from collections.abc import Mapping
from typing import Any

from radpipe import __version__
from radpipe.qc.decisions.words import REASONS
from radpipe.qc.gather import MEASURES, Masked, Shown
from radpipe.qc.order import SEVERE, middle_masks, queue, sampled
from radpipe.run.draw import Drawn

__all__ = ["index_of"]


def index_of(shown: Shown, drawn: Mapping[str, Drawn], title: str) -> dict[str, Any]:
    """Return what the page knows of the run as JSON values, columns rather than rows.

    Parameters
    ----------
    shown
        The masks.
    drawn
        Key of the task -> its pictures.
    title
        Name of the run.
    """
    images = _Numbered()
    rois, configs, keys, names = _Numbered(), _Numbered(), _Numbered(), _Numbered()
    units: dict[int, str] = {}
    columns: dict[str, list[Any]] = {name: [] for name in ("image", "roi", "sha", "file", "rows", "middle")}
    middle = middle_masks(shown.masks)
    faults = {}
    for place, mask in enumerate(shown.masks):
        image = images.of((mask.case_id, mask.image_id, mask.modality))
        units.setdefault(image, {"SUVbw": "SUV", "arbitrary": ""}.get(mask.unit, mask.unit))
        picture = drawn.get(mask.rows[0].task_key)
        digest, fault = _checked(mask, picture)
        if fault:
            faults[place] = fault
        columns["image"].append(image)
        columns["roi"].append(rois.of(mask.roi))
        columns["sha"].append(digest)
        columns["file"].append(
            names.of(picture.file.removesuffix(".js")) if picture is not None and picture.file else -1
        )
        columns["rows"].append([[configs.of(row.config), keys.of(row.task_key)] for row in mask.rows])
        columns["middle"].append(middle[mask.roi, mask.modality])
    return {
        "format": 1,
        "title": title,
        "digest": shown.digest,
        "radpipe": __version__,
        "measures": [{"name": name, "words": words, "unit": unit} for name, words, unit in MEASURES],
        "images": [list(image) for image in images.values],
        "units": [units[i] for i in range(len(images.values))],
        "rois": rois.values,
        "configs": configs.values,
        "keys": keys.values,
        "files": names.values,
        "masks": columns,
        "values": [list(column) for column in zip(*(mask.values for mask in shown.masks), strict=True)],
        "flags": {
            i: [[flag.code, flag.sentence] for flag in mask.flags] for i, mask in enumerate(shown.masks) if mask.flags
        },
        "remarks": {i: mask.remarks for i, mask in enumerate(shown.masks) if mask.remarks},
        "warnings": {i: list(mask.warnings) for i, mask in enumerate(shown.masks) if mask.warnings},
        "faults": faults,
        "queue": queue(shown.masks, shown.digest),
        "sample": sorted(sampled(shown.masks, shown.digest)),
        "flagged": shown.flagged,
        "severe": SEVERE,
        "reasons": [list(reason) for reason in REASONS.items()],
    }


def _checked(mask: Masked, picture: Drawn | None) -> tuple[str, str]:
    """Return the digest that decisions are bound to, and what is wrong with the pictures."""
    if picture is None:
        return mask.mask_sha256, "This private run was measured without --qc: there is no picture."
    if mask.roi in picture.faults:
        return mask.mask_sha256, f"It could not be drawn: {picture.faults[mask.roi]}"
    digest = picture.digests.get(mask.roi, "")
    if mask.mask_sha256 and digest != mask.mask_sha256:
        return mask.mask_sha256, "The files changed since the run: the picture shows another mask than was measured."
    return digest, ""


class _Numbered:
    """Numbers values in the order in which they come."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._place: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        place = self._place.setdefault(value, len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return place
