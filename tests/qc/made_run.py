"""A small run to look at: bright boxes on dark images, and names that would like to be code."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813

PARAMS = {"featureClass": {"firstorder": None, "shape": None}, "setting": {"binWidth": 25}}

HOSTILE = ("<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "x" * 300, "\u202eGTV\u202c")
"""Names of ROIs of the last case."""

BOXES = {
    "GTV-1": (slice(6, 14), slice(20, 30), slice(24, 38)),
    "SpinalCord": (slice(4, 20), slice(44, 50), slice(30, 36)),
}


def write_cohort(folder: Path, cases: int = 6) -> Path:
    """Write images as NRRD and the manifest that names them."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(16)
    lines = ["case_id,image,mask,roi,modality"]
    for number in range(cases):
        image = rng.normal(-100, 4, (24, 64, 72))
        boxes = dict(BOXES)
        if number == cases - 1:
            boxes |= dict.fromkeys(HOSTILE, BOXES["GTV-1"])
        for name, box in boxes.items():
            z, y, x = box
            mask = np.zeros(image.shape, dtype=np.uint8)
            mask[z, y, x.start : x.stop + number] = 1
            if name in BOXES:
                image[mask > 0] = 150 + rng.normal(0, 2, int(mask.sum()))
            path = f"mask-{number}-{list(boxes).index(name)}.nrrd"
            write(folder / path, mask)
            lines.append(f'P{number},image{number}.nrrd,{path},"{name}",CT')
        write(folder / f"image{number}.nrrd", image.astype(np.int16))
    manifest = folder / "cases.csv"
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return manifest


def write(path: Path, array: np.ndarray) -> None:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.0, 1.0, 3.0))
    sitk.WriteImage(image, path)
