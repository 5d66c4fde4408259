"""Everything a parameter file says, valid at birth."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from radpipe.errors import ParameterError
from radpipe.features.catalogue import CLASS_NAMES, features_of
from radpipe.features.own import FAMILIES
from radpipe.features.settings import Settings, unknown_word
from radpipe.features.variant import Variant

if TYPE_CHECKING:  # its filters import more than most runs need
    from radpipe.features.ibsi.params import IbsiParams

from radpipe.features.params.image_type import ImageType, plain_settings
from radpipe.features.params.purpose import Purpose

__all__ = ["DEFAULT_MAX_BINS", "Params"]


DEFAULT_MAX_BINS = 1_000_000
"""Most gray levels unless a file says otherwise: so many edges are held in memory. PyRadiomics' own matrices grow with
their square, see :mod:`radpipe.features.pyradiomics`."""


@dataclass(frozen=True, slots=True)
class Params:
    """Everything a parameter file says.

    Parameters
    ----------
    name
        Of the preset or file; the column ``config``.
    image_types
        In the order of the file.
    classes
        Feature class -> the features named, or None for all but the deprecated ones; in the order of the file.
    settings
        Of all image types.
    own
        Family -> features that PyRadiomics does not have (``shape``: ``CompactnessA``), from the section ``radpipe``.
    keep_images
        Image names whose features are kept (``wavelet-HLH``), from the section ``radpipe``; empty keeps all.
    max_bins
        Most gray levels that are accepted, from the section ``radpipe``.
    purpose
        The images that it is for, from the section ``radpipe``.
    ibsi
        What is measured by IBSI's definition instead of PyRadiomics'; image types, classes and settings are empty then.
    variant
        What is measured instead of the image as it is; no parameter file says it.

    Raises
    ------
    ParameterError
        With all faults: unknown classes and features, settings that contradict each other.

    Examples
    --------
    >>> params = Params("plain", (ImageType("Original"),), {"firstorder": ("Mean",)}, Settings(bin_width=20))
    >>> params.settings.width, params.settings_of(params.image_types[0]).distances
    (20, (1,))
    """

    name: str
    image_types: tuple[ImageType, ...]
    classes: Mapping[str, tuple[str, ...] | None]
    settings: Settings = field(default_factory=Settings)
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keep_images: tuple[str, ...] = ()
    max_bins: int = DEFAULT_MAX_BINS
    purpose: Purpose = field(default_factory=Purpose)
    ibsi: "IbsiParams | None" = None
    variant: Variant | None = None

    def __post_init__(self) -> None:
        faults = [*_unfit_types(self), *_unknown_features(self.classes)]
        if not faults:
            faults = _contradictions(self)
        if faults:
            raise ParameterError(self.name, faults)

    @property
    def definition(self) -> str:
        """Whose values these are: ``pyradiomics`` or ``ibsi``."""
        return "pyradiomics" if self.ibsi is None else "ibsi"

    def settings_of(self, kind: ImageType) -> Settings:
        """Return the settings that hold for an image type: its own over the file's."""
        return self.settings.over(kind.own, f"imageType.{kind.name}") if kind.own else self.settings

    def over(self, values: Mapping[str, Any]) -> "Params":
        """Return these parameters with settings of the whole file replaced; an image type's own still lie over them.

        Parameters
        ----------
        values
            Settings under PyRadiomics' names.

        Raises
        ------
        ParameterError
            A setting is unknown or a value is not allowed.
        """
        return replace(self, settings=self.settings.over(values))

    def with_variant(self, variant: Variant) -> "Params":
        """Return these parameters for a variant of every image; its label stands behind their name.

        Examples
        --------
        >>> from radpipe.features.variant import Control
        >>> Params("plain", (), {}).with_variant(Control("shuffled_roi")).name
        'plain~shuffled_roi'
        """
        return replace(self, name=f"{self.name}~{variant.label}", variant=variant)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences about what was written and has no effect, or another than one may think."""
        said = self.settings.written
        remarks = []
        if "binWidth" in said and self.settings.bin_count is not None:
            remarks.append("setting.binWidth is not used: binCount wins, as in PyRadiomics")
        if "enableCExtensions" in said:
            remarks.append("setting.enableCExtensions has no effect: there is one implementation")
        if self.settings.correct_mask:
            remarks.append("setting.correctMask: masks on another grid are resampled, as E_GRID_MISMATCH=fix does")
        if self.settings.label != 1:
            remarks.append(f"setting.label: masks that name no label are measured at label {self.settings.label}")
        return tuple(remarks)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that can change a value, the name excepted."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return what holds, defaults included, as plain JSON values."""
        extra = {} if self.variant is None else {"variant": self.variant.to_json()}
        if self.ibsi is not None:
            own = {"definition": "ibsi", "for": self.purpose.to_json(), "ibsi": self.ibsi.to_json()}
            return {"radpipe": {**own, "maxBins": self.max_bins}, **extra}
        return {
            "imageType": [[kind.name, plain_settings(kind.own)] for kind in self.image_types],
            "featureClass": [[name, None if some is None else list(some)] for name, some in self.classes.items()],
            "setting": plain_settings({name: value for name, value in self.settings.named().items() if value != ()}),
            "radpipe": {
                **{family: list(self.own.get(family, ())) for family in FAMILIES},
                "keepImages": list(self.keep_images),
                "maxBins": self.max_bins,
                "for": self.purpose.to_json(),
            },
            **extra,
        }

    def as_pyradiomics(self) -> dict[str, Any]:
        """Return the dictionary that PyRadiomics' extractor takes; radpipe chooses labels and grids itself."""
        ours = ("label", "correctMask", "enableCExtensions", "label_channel")
        said = {name: value for name, value in self.settings.said().items() if name not in ours}
        return {
            "imageType": {kind.name: plain_settings(kind.own) for kind in self.image_types},
            "featureClass": {name: [] if some is None else list(some) for name, some in self.classes.items()},
            "setting": plain_settings({"additionalInfo": False, **said}),
        }

    def keeps(self, column: str) -> bool:
        """Tell whether a feature of this column name is wanted."""
        return not self.keep_images or column.split("_", 1)[0] in self.keep_images


def _unfit_types(params: Params) -> list[str]:
    """Refuse what a program may hand over though its types say otherwise; a type checker does not run at birth."""
    given: tuple[tuple[str, object, type], ...] = (
        ("settings", params.settings, Settings),
        ("purpose", params.purpose, Purpose),
        ("maxBins", params.max_bins, int),
        *(("image_types", kind, ImageType) for kind in params.image_types),
    )
    faults = [
        f"{name} is a {type(value).__name__}; {kind.__name__} is wanted (Settings.of reads a dictionary)"
        for name, value, kind in given
        if not isinstance(value, kind) or isinstance(value, bool)
    ]
    if not faults and params.max_bins < 2:
        faults.append(f"radpipe.maxBins is {params.max_bins!r}; allowed: a whole number >= 2")
    return faults


def _unknown_features(classes: Mapping[str, tuple[str, ...] | None]) -> list[str]:
    faults = []
    for name, features in classes.items():
        if name not in CLASS_NAMES:
            faults.append(unknown_word(f"featureClass.{name}", str(name), CLASS_NAMES))
            continue
        known = tuple(feature.name for feature in features_of(name, include_deprecated=True))
        faults += [
            unknown_word(f"featureClass.{name}.{feature}", str(feature), known)
            for feature in features or ()
            if feature not in known
        ]
    return faults


def _contradictions(params: Params) -> list[str]:
    faults = []
    if params.ibsi is not None and (params.image_types or params.classes or params.own or params.keep_images):
        faults.append("radpipe.definition ibsi takes families from radpipe.ibsi, no imageType, featureClass or setting")
    if "shape2D" in params.classes and not params.settings.force_2d:
        faults.append("featureClass.shape2D needs setting.force2D: true")
    if any(kind.name == "LoG" and not params.settings_of(kind).sigma for kind in params.image_types):
        faults.append("imageType.LoG needs sigma: a list of numbers > 0 (mm)")
    for family, names in params.own.items():
        known = [feature.name for feature in FAMILIES.get(family, ())]
        if not known:
            faults.append(unknown_word(f"radpipe.{family}", family, FAMILIES))
        else:
            faults += [unknown_word(f"radpipe.{family}.{name}", name, known) for name in names if name not in known]
    return faults
