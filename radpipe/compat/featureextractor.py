"""RadiomicsFeatureExtractor with PyRadiomics' names and values, measured by radpipe's kernels.

The names are PyRadiomics' (camelCase), since scripts call them.
"""

import json
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from radpipe.compat.diagnostics import diagnostics_of, source_of
from radpipe.direct.given import given_mask, given_volume, is_itk
from radpipe.direct.measure import params_of
from radpipe.errors import InputError, Policy, UsageError
from radpipe.features.catalogue import CLASS_NAMES
from radpipe.features.engine import ENGINES, choose_engine
from radpipe.features.number_type import as_measured
from radpipe.features.params import IMAGE_TYPES, ImageType, Params
from radpipe.features.ready import get_ready
from radpipe.features.remarks import size_remarks
from radpipe.features.rules import INTERPOLATORS
from radpipe.features.settings import Settings
from radpipe.problems import Action
from radpipe.volume import Mask, Volume

__all__ = ["RadiomicsFeatureExtractor"]

logger = logging.getLogger("radiomics.featureextractor")

_FLAT_IMAGES = frozenset({"Original", "Square", "SquareRoot", "Logarithm", "Exponential"})
"""Image types that are the same for an image of two dimensions and for one slice."""

_DEFAULTS: Mapping[str, Any] = {
    "minimumROIDimensions": 2,
    "minimumROISize": None,
    "normalize": False,
    "normalizeScale": 1,
    "removeOutliers": None,
    "resampledPixelSpacing": None,
    "interpolator": "sitkBSpline",
    "preCrop": False,
    "padDistance": 5,
    "distances": [1],
    "force2D": False,
    "force2Ddimension": 0,
    "resegmentRange": None,
    "label": 1,
    "additionalInfo": True,
}
"""What ``settings`` holds at birth, as in PyRadiomics 3.0.1."""


class RadiomicsFeatureExtractor:
    """PyRadiomics' extractor for whole ROIs; settings, classes and image types may be changed between calls.

    Parameters
    ----------
    *args
        At most one: a parameter file, or a dictionary as in such a file.
    **kwargs
        Settings that replace those of the file.

    Attributes
    ----------
    settings, enabledImagetypes, enabledFeatures, featureClassNames
        As in PyRadiomics: plain dictionaries and a list.

    Raises
    ------
    OSError
        There is no such parameter file.
    ParameterError
        The file or dictionary is invalid; all its faults. Settings that are changed later are checked by
        :meth:`execute`.

    Notes
    -----
    Other than PyRadiomics: an unknown setting is refused, never ignored; voxel maps (``voxelBased``) are not made;
    image and mask may also be :class:`pathlib.Path`; a file that is damaged is refused.

    Examples
    --------
    >>> extractor = RadiomicsFeatureExtractor(binWidth=20)
    >>> extractor.disableAllFeatures()
    >>> extractor.enableFeaturesByName(firstorder=["Mean", "Skewness"])
    >>> extractor.settings["binWidth"], extractor.enabledFeatures
    (20, {'firstorder': ['Mean', 'Skewness']})
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.settings: dict[str, Any] = {}
        self.enabledImagetypes: dict[str, dict[str, Any]] = {}
        self.enabledFeatures: dict[str, list[str]] = {}
        self.featureClassNames: list[str] = list(CLASS_NAMES)
        if len(args) > 1:
            message = f"one parameter file or dictionary is taken, not {len(args)}"
            raise TypeError(message)
        if args:
            self._apply(args[0])
        else:
            self.settings = self._getDefaultSettings()
            self.enabledImagetypes = {"Original": {}}
            self.enabledFeatures = {name: [] for name in self.featureClassNames if name != "shape2D"}
        self.settings.update(kwargs)

    @staticmethod
    def _getDefaultSettings() -> dict[str, Any]:  # noqa: N802
        """Return what ``settings`` holds unless something else is said."""
        return {name: list(value) if isinstance(value, list) else value for name, value in _DEFAULTS.items()}

    def _apply(self, given: object) -> None:
        if isinstance(given, str | PurePath):
            if not Path(given).is_file():
                message = f"Parameter file {given} does not exist."
                raise OSError(message)
            params = params_of(Path(given))
        elif isinstance(given, Mapping):
            params = params_of(given)
        else:
            message = f"a parameter file or a dictionary is taken, not a {type(given).__name__}"
            raise TypeError(message)
        if params.ibsi is not None or params.own or params.keep_images:
            message = (
                "the section radpipe of a parameter file is not PyRadiomics': give the file to radpipe.features_of"
            )
            raise UsageError(message)
        self.enabledImagetypes = {kind.name: dict(kind.own) for kind in params.image_types}
        self.enabledFeatures = {name: list(some or ()) for name, some in params.classes.items()}
        self.settings = {**self._getDefaultSettings(), **params.settings.said()}

    def loadParams(self, paramsFile: str | PurePath) -> None:  # noqa: N802
        """Take everything from a parameter file.

        Parameters
        ----------
        paramsFile
            YAML or JSON.

        Raises
        ------
        OSError, ParameterError
            As at birth.
        """
        self._apply(paramsFile)

    def loadJSONParams(self, JSON_configuration: str) -> None:  # noqa: N802
        """Take everything from a text.

        Parameters
        ----------
        JSON_configuration
            JSON with what a parameter file holds.

        Raises
        ------
        ParameterError
            As at birth.
        """
        self._apply(json.loads(JSON_configuration))

    def addProvenance(self, provenance_on: bool = True) -> None:  # noqa: N802
        """Switch the ``diagnostics_*`` of the result on or off.

        Parameters
        ----------
        provenance_on
            On, or off.
        """
        self.settings["additionalInfo"] = provenance_on

    def enableAllImageTypes(self) -> None:  # noqa: N802
        """Enable every image type, without settings of its own."""
        self.enabledImagetypes.update({name: {} for name in sorted(IMAGE_TYPES)})

    def disableAllImageTypes(self) -> None:  # noqa: N802
        """Disable every image type."""
        self.enabledImagetypes = {}

    def enableImageTypeByName(  # noqa: N802
        self,
        imageType: str,
        enabled: bool = True,
        customArgs: Mapping[str, Any] | None = None,
    ) -> None:
        """Enable or disable an image type.

        Parameters
        ----------
        imageType
            ``Original``, ``Wavelet``, ``LoG`` ...; an unknown one is logged and left out, as in PyRadiomics.
        enabled
            Enable it, or disable it.
        customArgs
            Settings that hold for this image type only.
        """
        if imageType not in IMAGE_TYPES:
            logger.warning("Image type %s is not recognized", imageType)
        elif enabled:
            self.enabledImagetypes[imageType] = dict(customArgs or {})
        else:
            self.enabledImagetypes.pop(imageType, None)

    def enableImageTypes(self, **enabledImagetypes: Mapping[str, Any]) -> None:  # noqa: N802
        """Enable image types.

        Parameters
        ----------
        **enabledImagetypes
            Image type -> its own settings.
        """
        self.enabledImagetypes.update({name: dict(own or {}) for name, own in enabledImagetypes.items()})

    def enableAllFeatures(self) -> None:  # noqa: N802
        """Enable every class with all features but the deprecated ones."""
        self.enabledFeatures.update({name: [] for name in self.featureClassNames})

    def disableAllFeatures(self) -> None:  # noqa: N802
        """Disable every class."""
        self.enabledFeatures = {}

    def enableFeatureClassByName(self, featureClass: str, enabled: bool = True) -> None:  # noqa: N802
        """Enable or disable all features of a class.

        Parameters
        ----------
        featureClass
            ``shape``, ``firstorder`` ...; an unknown one is logged and left out, as in PyRadiomics.
        enabled
            Enable it, or disable it.
        """
        if featureClass not in self.featureClassNames:
            logger.warning("Feature class %s is not recognized", featureClass)
        elif enabled:
            self.enabledFeatures[featureClass] = []
        else:
            self.enabledFeatures.pop(featureClass, None)

    def enableFeaturesByName(self, **enabledFeatures: Sequence[str] | None) -> None:  # noqa: N802
        """Enable features one by one.

        Parameters
        ----------
        **enabledFeatures
            Class -> names; an empty list or None enables all of the class.
        """
        self.enabledFeatures.update({name: list(some or ()) for name, some in enabledFeatures.items()})

    def execute(
        self,
        imageFilepath: object,
        maskFilepath: object,
        label: int | None = None,
        label_channel: int | None = None,
        voxelBased: bool = False,
    ) -> "OrderedDict[str, Any]":
        """Measure one ROI.

        Parameters
        ----------
        imageFilepath, maskFilepath
            Path, or SimpleITK image.
        label
            Of the mask; ``settings["label"]`` without it, else 1.
        label_channel
            Of a mask in memory whose voxels are vectors; the first without it.
        voxelBased
            Voxel maps are not made.

        Returns
        -------
        collections.OrderedDict
            ``diagnostics_*`` unless ``settings["additionalInfo"]`` is off, then the features in PyRadiomics' order.

        Raises
        ------
        ValueError
            The image or ROI cannot be measured; code and remedy are in the message.
        ParameterError
            A setting, class or feature is unknown or not allowed.
        NotImplementedError
            ``voxelBased`` is asked for.
        """
        if voxelBased:
            message = "voxelBased: radpipe measures whole ROIs; make voxel maps with PyRadiomics itself"
            raise NotImplementedError(message)
        settings = dict(self.settings)
        settings["label"] = settings.get("label", 1) if label is None else int(label)
        settings["interpolator"] = _named(settings.get("interpolator"))
        channel = settings.pop("label_channel", 0) if label_channel is None else label_channel
        labels = _one_channel(maskFilepath, int(channel))
        policy = _policy(settings)
        try:
            volume, _ = given_volume(imageFilepath, None, "", policy)
            mask = given_mask(labels, settings["label"], volume, policy)
            params = self._params(settings, imageFilepath, mask)
            return self._measured(volume, mask, params, policy, settings, (imageFilepath, labels))
        except InputError as fault:
            raise ValueError(str(fault)) from fault

    def _params(self, settings: Mapping[str, Any], image: Any, mask: Mask) -> Params:
        """Make Params of what is enabled; shape of another dimension is left out and logged, as in PyRadiomics."""
        is_flat = is_itk(image) and image.GetDimension() == 2
        classes = {name: tuple(some) if some else None for name, some in self.enabledFeatures.items()}
        if is_flat:
            if not set(self.enabledImagetypes) <= _FLAT_IMAGES:
                message = f"for an image of two dimensions there are {', '.join(sorted(_FLAT_IMAGES))}"
                raise ValueError(message)
            if "shape" in classes:
                logger.warning("shape needs an image of three dimensions (shape2D is for two); it is left out")
                del classes["shape"]
            settings = {**settings, "force2D": True, "force2Ddimension": 0}
        checked = Settings.of({name: value for name, value in settings.items() if name != "additionalInfo"})
        span = mask.box[checked.force_2d_dimension]
        if "shape2D" in classes and not checked.force_2d:
            logger.warning("shape2D needs force2D; it is left out")
            del classes["shape2D"]
        elif "shape2D" in classes and span.stop - span.start > 1:
            message = f"shape2D needs a ROI of one slice, this one has {span.stop - span.start}"
            raise ValueError(message)
        kinds = tuple(ImageType(name, own) for name, own in self.enabledImagetypes.items())
        return Params("compat", kinds, classes, checked)

    def _measured(
        self,
        volume: Volume,
        mask: Mask,
        params: Params,
        policy: Policy,
        settings: Mapping[str, Any],
        given: tuple[object, object],
    ) -> "OrderedDict[str, Any]":
        for note in (*volume.notes, *mask.notes, *size_remarks(mask, policy)):
            logger.warning("%s", note)
        ready = as_measured(volume, params)
        source = source_of(ready, mask, params)
        get_ready(ENGINES[0], logger.warning)
        outcome = choose_engine(ENGINES[0]).measure(ready, {"roi": mask}, params, source)["roi"]
        if isinstance(outcome, InputError):
            raise outcome
        result: OrderedDict[str, Any] = OrderedDict()
        if self.settings.get("additionalInfo", False):
            result.update(diagnostics_of(given, ready, mask, params, source, settings, self.enabledImagetypes))
        result.update((name, np.float64(value)) for name, value in outcome.as_dict().items())
        return result


def _policy(settings: Mapping[str, Any]) -> Policy:
    """Refuse and take what PyRadiomics does: no label is taken for another, an image of two values is an image."""
    actions = {"W_MASK_VALUE": Action.ERROR, "E_NOT_AN_IMAGE": Action.WARN}
    if settings.get("correctMask"):
        actions["E_GRID_MISMATCH"] = Action.FIX
    return Policy(actions)


def _named(interpolator: Any) -> Any:
    """Return the name of an interpolator that a script took from SimpleITK, whose numbers change between versions."""
    if not isinstance(interpolator, int):
        return interpolator
    import SimpleITK as sitk  # noqa: N813

    return next((name for name in INTERPOLATORS if getattr(sitk, name, None) == interpolator), interpolator)


def _one_channel(mask: Any, channel: int) -> object:
    """Take one channel of a mask in memory whose voxels are vectors.

    Raises
    ------
    ValueError
        There is no such channel.
    """
    if not is_itk(mask) or mask.GetNumberOfComponentsPerPixel() == 1:
        return mask
    import SimpleITK as sitk  # noqa: N813

    if not 0 <= channel < mask.GetNumberOfComponentsPerPixel():
        message = f"label_channel {channel}: the mask has {mask.GetNumberOfComponentsPerPixel()} channels, from 0"
        raise ValueError(message)
    return sitk.VectorIndexSelectionCast(mask, channel, sitk.sitkUInt32)
