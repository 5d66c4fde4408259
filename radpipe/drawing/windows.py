"""Which gray window a picture has: by modality, unit and the name of what is looked at."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.volume import Mask, Volume

__all__ = ["Window", "windows_for"]


@dataclass(frozen=True, slots=True)
class Window:
    """A range of image values that is shown from black to white.

    Parameters
    ----------
    name
        In words, for the line below the picture.
    low, high
        Values that are black and white, in the image's unit; low < high.
    inverted
        White is low and black is high, as nuclear medicine shows uptake.

    Raises
    ------
    ValueError
        ``low`` is not below ``high``.

    Examples
    --------
    >>> Window.of("soft tissue", 40, 400).told("HU")
    'soft tissue, -160 to 240 HU'
    """

    name: str
    low: float
    high: float
    inverted: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high:
            message = f"a window from {self.low} to {self.high} shows nothing"
            raise ValueError(message)

    @classmethod
    def of(cls, name: str, centre: float, width: float) -> "Window":
        """Make a window of its centre and width."""
        return cls(name, centre - width / 2, centre + width / 2)

    def told(self, unit: str) -> str:
        """Say the window with its limits; units that nobody knows are left out."""
        word = {"SUVbw": "SUV", "arbitrary": ""}.get(unit, unit)
        return f"{self.name}, {self.low:.4g} to {self.high:.4g} {word}".rstrip()

    def gray(self, values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        """Return the gray value, 0 to 255, of each image value; same shape."""
        share = (values.astype(np.float32) - np.float32(self.low)) * np.float32(255 / (self.high - self.low))
        shown: npt.NDArray[np.uint8] = np.clip(np.rint(share), 0, 255).astype(np.uint8)
        return 255 - shown if self.inverted else shown


SOFT_TISSUE = Window.of("soft tissue", 40, 400)
HEAD_NECK = Window.of("head and neck", 50, 350)
BRAIN = Window.of("brain", 40, 80)
BONE = Window.of("bone", 300, 1500)
LUNG = Window.of("lung", -600, 1500)
LIVER = Window.of("liver", 60, 160)

_BY_NAME = (
    (re.compile(r"lung|pulm|trachea|bronch|airway", re.I), (LUNG, SOFT_TISSUE)),
    (re.compile(r"bone|mandib|cochlea|vertebr|femur|femoral_?head|rib|skull|teeth|tmj|sternum|humer", re.I),
     (BONE, SOFT_TISSUE)),
    (re.compile(r"^brain$|cerebr|cerebel|hippoc|pituit|chiasm|temporal_?lobe", re.I), (BRAIN,)),
    (re.compile(r"liver|hepat", re.I), (LIVER,)),
    (re.compile(r"parotid|submand|larynx|glottis|pharyn|pharynx|oral|tongue|lip|thyroid|brain_?stem|spinal_?cord|cord|"
                r"opt|eye|lens|lacrim|carotid|constrict|neck|esoph|oesoph|buccal|arytenoid|crico", re.I), (HEAD_NECK,)),
)  # fmt: skip
"""Pattern of a ROI's name -> windows, the first one shown; the first pattern that fits counts."""

SUV_LIMITS = (5.0, 10.0, 20.0)
"""Upper limits of PET windows; the usual one is the middle."""

BODY_SHARE = 0.1
"""Voxels of MR above this share of the 99th percentile are body."""

SAMPLE = 200_000
"""Voxels that percentiles are taken from."""


def windows_for(volume: Volume, modality: str, roi: str, mask: Mask) -> tuple[Window, ...]:
    """Choose the windows that a ROI is drawn with: the usual one, and a second for lung and bone.

    Parameters
    ----------
    volume
        The image.
    modality
        DICOM's.
    roi
        Its name; data, matched against organ names only.
    mask
        Its voxels; the uptake inside chooses the range of PET.

    References
    ----------
    Windows of CT as centre and width in HU: soft tissue 40/400, head and neck 50/350, brain 40/80, bone 300/1500,
    lung -600/1500, liver 60/160. PET: SUV 0 to 10, inverted; 0 to 5 where nothing of the ROI is above 5, 0 to 20
    where more than a twentieth of it is above 10. MR: 1st to 99th percentile inside the body; all else: of the image.
    """
    if volume.unit == "HU":
        return next((windows for pattern, windows in _BY_NAME if pattern.search(roi)), (SOFT_TISSUE,))
    if volume.unit == "SUVbw":
        inside = volume.array[mask.box][mask.crop]
        usual = SUV_LIMITS[1]
        if float(np.quantile(inside, 0.95)) > usual:
            usual = SUV_LIMITS[2]
        elif float(inside.max()) <= SUV_LIMITS[0]:
            usual = SUV_LIMITS[0]
        return (Window("uptake", 0.0, usual, inverted=True),)
    return (percentile_window(volume, body=modality == "MR", inverted=modality == "PT"),)


def percentile_window(volume: Volume, *, body: bool, inverted: bool = False) -> Window:
    """Return the window from the 1st to the 99th percentile of an image, or of the body in it.

    Parameters
    ----------
    volume
        The image; large ones are sampled regularly.
    body
        Leave the air around the body out.
    inverted
        White is low.
    """
    flat = volume.array.reshape(-1)
    sample = flat[:: max(1, flat.size // SAMPLE)].astype(np.float64)
    if body:
        inside = sample[sample > BODY_SHARE * np.quantile(sample, 0.99)]
        sample = inside if inside.size else sample
    low, high = (float(value) for value in np.quantile(sample, [0.01, 0.99]))
    name = "1st to 99th percentile of the body" if body else "1st to 99th percentile"
    return Window(name, low, high if high > low else low + 1.0, inverted=inverted)
