"""The sections of PyRadiomics' parameter file, all faults at once."""

from collections.abc import Mapping
from typing import Any

from radpipe.errors import ParameterError
from radpipe.features.catalogue import CLASS_NAMES
from radpipe.features.params import ImageType, Params
from radpipe.features.params_file.own_section import own_fields, section_of
from radpipe.features.settings import FOREIGN_SETTINGS, Settings, checked, unknown_word

__all__ = ["parse_params"]


def parse_params(content: object, *, source: str = "parameters", name: str = "params") -> Params:
    """Check the content of a parameter file and make Params of it.

    Parameters
    ----------
    content
        What YAML gave: a mapping with ``imageType``, ``featureClass``, ``setting`` and radpipe's own ``radpipe``.
    source, name
        For messages; for the column ``config``.

    Raises
    ------
    ParameterError
        With all faults.
    """
    if not isinstance(content, dict):
        raise ParameterError(source, ["the file must hold a mapping with imageType, featureClass and setting"])
    faults: list[str] = []
    sections = ("imageType", "featureClass", "setting", "radpipe")
    for key in content:
        if key in FOREIGN_SETTINGS:
            faults.append(f"{key} {FOREIGN_SETTINGS[key]}")
        elif key not in sections:
            faults.append(unknown_word(str(key), str(key), sections))
    image_types = _image_types(section_of(content, "imageType", faults), faults)
    classes = _classes(section_of(content, "featureClass", faults), faults)
    settings = Settings.of(checked(section_of(content, "setting", faults), "setting", faults))
    own = own_fields(section_of(content, "radpipe", faults), faults)
    if "ibsi" in own:
        faults += [f"{key} has no meaning with radpipe.definition ibsi" for key in sections[:3] if content.get(key)]
        image_types, classes, settings = (), {}, Settings()
    elif not content.get("featureClass") and not settings.force_2d:
        del classes["shape2D"]  # PyRadiomics enables it with the others and leaves it out without force2D
    try:
        params = Params(name, image_types, classes, settings, **own)
    except ParameterError as fault:
        raise ParameterError(source, [*faults, *fault.faults]) from None
    if faults:
        raise ParameterError(source, faults)
    return params


def _image_types(section: Mapping[str, Any], faults: list[str]) -> tuple[ImageType, ...]:
    kinds = []
    for name, own in section.items():
        if own is not None and not isinstance(own, dict):
            faults.append(f"imageType.{name} must be a mapping of settings, is {own!r}")
            continue
        try:
            kinds.append(ImageType(str(name), own or {}))
        except ParameterError as fault:
            faults.extend(fault.faults)
    return tuple(kinds) or (ImageType("Original"),)


def _classes(section: Mapping[str, Any], faults: list[str]) -> dict[str, tuple[str, ...] | None]:
    if not section:
        return dict.fromkeys(name for name in CLASS_NAMES)
    classes: dict[str, tuple[str, ...] | None] = {}
    for name, features in section.items():
        if features is not None and not isinstance(features, list):
            faults.append(f"featureClass.{name} must be a list of features or empty, is {features!r}")
        else:
            classes[str(name)] = tuple(map(str, features)) if features else None
    return classes
