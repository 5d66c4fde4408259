"""A case as a picture in a notebook, or as a file of its own."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from radpipe.drawing.picture_values import ImagePictures, RoiPictures, Tile
from radpipe.drawing.pictures import draw
from radpipe.drawing.planes import Plane
from radpipe.files import write_text
from radpipe.volume import Mask, Volume

__all__ = ["Picture", "picture_of"]

HEIGHT_PX = 220
"""Of a slice on the screen."""


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """Slices of an image with the outlines of its ROIs; a notebook shows it by itself.

    Parameters
    ----------
    svgs
        One drawing a ROI: name and the drawing as SVG, with its pictures inside.
    """

    svgs: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"Picture of {', '.join(roi for roi, _ in self.svgs)}"

    def _repr_html_(self) -> str:
        return "".join(f"<figure><figcaption>{escape(roi)}</figcaption>{svg}</figure>" for roi, svg in self.svgs)

    def save(self, path: str | Path) -> Path:
        """Write the picture as a page of its own.

        Parameters
        ----------
        path
            ``.html``; an older file is replaced.

        Raises
        ------
        StorageError
            It cannot be written.
        """
        policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        write_text(Path(path), f"<!doctype html>{head}<title>radpipe</title>{self._repr_html_()}\n")
        return Path(path)


def picture_of(volume: Volume, masks: Mapping[str, Mask], modality: str = "") -> Picture:
    """Draw the ROIs of an image: the slices that tell most, and the two other planes through the centre.

    Parameters
    ----------
    volume
        The image.
    masks
        ROI -> its voxels on the image's grid.
    modality
        DICOM's; chooses the windows.

    Raises
    ------
    ValueError
        A mask lies on another grid.
    """
    pictures = draw(volume, masks, modality)
    return Picture(tuple((roi.roi, _drawing(pictures, roi)) for roi in pictures.rois))


def _drawing(pictures: ImagePictures, roi: RoiPictures) -> str:
    """Lay main slice, those of the extent and the other planes beside each other."""
    shown = [tile for tile in roi.tiles if tile.axis != 0 or tile.reason]
    parts, left = [], 0.0
    for tile in shown:
        width, part = _panel(pictures, roi, tile, left)
        parts.append(part)
        left += width + 6
    caption = f"{roi.roi}: {roi.windows[0]}"
    style = "font:11px sans-serif;max-width:100%;height:auto;background:#111"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{left:.0f}" height="{HEIGHT_PX + 34}" '
        f'viewBox="0 0 {left:.1f} {HEIGHT_PX + 34}" style="{style}"><title>{escape(caption)}</title>{"".join(parts)}'
        f'<text x="4" y="{HEIGHT_PX + 30}" fill="#ddd">{escape(caption)}</text></svg>'
    )


def _panel(pictures: ImagePictures, roi: RoiPictures, tile: Tile, left: float) -> tuple[float, str]:
    plane, (first, step) = pictures.planes[tile.axis], pictures.places_mm[tile.axis]
    x, y, width, height = tile.box
    high = HEIGHT_PX / (height * plane.pixel_xy_mm[1])  # screen pixels a mm
    across, down = high * plane.pixel_xy_mm[0], high * plane.pixel_xy_mm[1]
    wide = width * across
    source = base64.b64encode(tile.jpegs[0]).decode("ascii")
    lines = pictures.outlines[tile.axis].get(tile.index, {})
    others = "".join(path for name, path in lines.items() if name != roi.roi)
    own = lines.get(roi.roi, "")
    line = 'fill="none" vector-effect="non-scaling-stroke"'
    label = f"{tile.index + 1}/{pictures.counts[tile.axis]} {plane.letter_of_axis}={first + tile.index * step:.1f} mm"
    return wide, (
        f'<g transform="translate({left:.2f} 0) scale({across:.6f} {down:.6f}) translate({-x} {-y})">'
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none" '
        f'href="data:image/jpeg;base64,{source}"/>'
        f'<path d="{others}" {line} stroke="#9bd" stroke-width="1" stroke-dasharray="3 3"/>'
        f'<path d="{own}" {line} stroke="#000" stroke-opacity=".6" stroke-width="3"/>'
        f'<path d="{own}" {line} stroke="#fd4" stroke-width="1.5"/></g>'
        + _words(left, wide, plane, label)
    )  # fmt: skip


def _words(left: float, wide: float, plane: Plane, label: str) -> str:
    at = (
        (left + 3, HEIGHT_PX / 2, plane.letters[0]),
        (left + wide - 12, HEIGHT_PX / 2, plane.letters[1]),
        (left + wide / 2, 12, plane.letters[2]),
        (left + wide / 2, HEIGHT_PX - 4, plane.letters[3]),
        (left + 3, HEIGHT_PX + 14, label),
    )
    return "".join(f'<text x="{x:.1f}" y="{y:.1f}" fill="#ddd">{escape(word)}</text>' for x, y, word in at)
