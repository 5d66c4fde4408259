"""YAML to Params: PyRadiomics' parameter file, all faults at once, each with its path and what is allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from radpipe.errors import ParameterError, UsageError
from radpipe.features.catalogue import CLASS_NAMES
from radpipe.features.own import FAMILIES
from radpipe.features.params import ImageType, Params, Purpose
from radpipe.features.rules import Rule, whole
from radpipe.features.settings import FOREIGN_SETTINGS, Settings, checked, unknown_word

__all__ = ["load_params", "parse_params", "preset_names", "preset_path", "with_settings"]

DEFINITIONS = ("pyradiomics", "ibsi")
"""Whose values are measured."""

UNITS = ("HU", "SUVbw", "arbitrary")
"""Units that an image's values may have, see :class:`radpipe.volume.Volume`."""


DEEPEST = 8
"""Levels of a parameter file; the deepest that means something is the item of a list of an image type's setting."""


class _UniqueKeyLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice, merge keys, keys that are no words, and endless nesting."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Read one node, unless it lies too deep."""
        self._depth += 1
        if self._depth > DEEPEST:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            message = f"nested deeper than {DEEPEST} levels (line {mark.line + 1})"
            raise yaml.composer.ComposerError(None, None, message, mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        line = key_node.start_mark.line + 1
        message = ""
        if key_node.tag == "tag:yaml.org,2002:merge":
            message = f"the merge key << is not taken: write its settings out (line {line})"
        elif not isinstance(key_node, yaml.ScalarNode):
            message = f"a key must be a word (line {line})"
        elif key_node.value in seen:
            message = f"{key_node.value} is written twice (line {line})"
        if message:
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        seen.add(key_node.value)
    return loader.construct_mapping(node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _preset_folder() -> Path:
    """``radpipe/presets`` in the wheel, ``params`` beside the package in a checkout."""
    shipped = Path(str(files("radpipe"))) / "presets"
    return shipped if shipped.is_dir() else Path(str(files("radpipe"))).parent / "params"


def preset_names() -> tuple[str, ...]:
    """List the presets that come with radpipe."""
    return tuple(sorted(path.stem for path in _preset_folder().glob("*.yaml")))


def preset_path(name: str) -> Path:
    """Return the file of a preset; its name in any case.

    Raises
    ------
    UsageError
        There is no preset of this name.
    """
    spelt = {known.casefold(): known for known in preset_names()}
    if name.strip().casefold() not in spelt:
        near = get_close_matches(name, preset_names(), 1)
        hint = f"did you mean {near[0]}?" if near else f"presets are {', '.join(preset_names())}"
        message = f"{name} is neither a file nor a preset; {hint}"
        raise UsageError(message)
    return _preset_folder() / f"{spelt[name.strip().casefold()]}.yaml"


def load_params(name_or_path: str | Path, settings: Sequence[str] = ()) -> Params:
    """Load a preset by name, or a PyRadiomics parameter file by path.

    Parameters
    ----------
    name_or_path
        Of the preset; of the file.
    settings
        ``NAME=VALUE`` of settings that replace the file's, or ``IMAGETYPE.NAME=VALUE``; the value as YAML writes it.
        They become part of the name, so that no two configurations share one.

    Raises
    ------
    UsageError
        Neither a file nor a preset.
    ParameterError
        The file is invalid; every fault with its path.
    """
    path = Path(name_or_path)
    if not path.is_file():
        path = preset_path(str(name_or_path))
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_UniqueKeyLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ParameterError(path.name, [f"not valid YAML: {' '.join(str(fault).split())}"]) from fault
    params = parse_params(content, source=path.name, name=path.stem)
    return with_settings(params, settings) if settings else params


def with_settings(params: Params, words: Sequence[str]) -> Params:
    """Return parameters with some settings replaced.

    Parameters
    ----------
    params
        Of a preset or file.
    words
        As for :func:`load_params`.

    Raises
    ------
    ParameterError
        A word has no ``=``, a setting or image type is unknown, or a value is not allowed; all faults at once.

    Examples
    --------
    >>> changed = with_settings(load_params("ct_head_neck"), ["binWidth=10", "Wavelet.binWidth=5"])
    >>> changed.name, changed.settings.bin_width, changed.image_types[2].own["binWidth"]
    ('ct_head_neck+binWidth=10+Wavelet.binWidth=5', 10, 5)
    """
    faults: list[str] = []
    whole_file: dict[str, Any] = {}
    own: dict[str, dict[str, Any]] = {}
    known = [kind.name for kind in params.image_types]
    for word in words:
        name, sign, text = word.partition("=")
        kind, dot, setting = name.strip().rpartition(".")
        if not sign or not setting:
            faults.append(f"--setting {word}: write NAME=VALUE, for instance binWidth=10")
        elif dot and kind not in known:
            faults.append(unknown_word(f"--setting {word}: imageType.{kind}", kind, known))
        else:
            (own.setdefault(kind, {}) if dot else whole_file)[setting] = _value(text, word, faults)
    if faults:
        raise ParameterError("--setting", faults)
    try:
        kinds = tuple(ImageType(kind.name, {**kind.own, **own.get(kind.name, {})}) for kind in params.image_types)
        name = "+".join((params.name, *("".join(word.split()) for word in words)))
        return replace(params.over(whole_file), image_types=kinds, name=name)
    except ParameterError as fault:
        raise ParameterError("--setting", fault.faults) from None


def _value(text: str, word: str, faults: list[str]) -> Any:
    try:
        return yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506
    except yaml.YAMLError:
        faults.append(f"--setting {word}: {text!r} is no value")
        return None


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
    image_types = _image_types(_section(content, "imageType", faults), faults)
    classes = _classes(_section(content, "featureClass", faults), faults)
    settings = Settings.of(checked(_section(content, "setting", faults), "setting", faults))
    own = _own(_section(content, "radpipe", faults), faults)
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


def _section(content: Mapping[str, Any], key: str, faults: list[str], path: str = "") -> Mapping[str, Any]:
    value = content.get(key, {})
    if isinstance(value, dict):
        return value
    faults.append(f"{path}{key} must be a mapping, is {value!r}")
    return {}


def _image_types(section: Mapping[str, Any], faults: list[str]) -> tuple[ImageType, ...]:
    found = []
    for name, own in section.items():
        if own is not None and not isinstance(own, dict):
            faults.append(f"imageType.{name} must be a mapping of settings, is {own!r}")
            continue
        try:
            found.append(ImageType(str(name), own or {}))
        except ParameterError as fault:
            faults.extend(fault.faults)
    return tuple(found) or (ImageType("Original"),)


def _classes(section: Mapping[str, Any], faults: list[str]) -> dict[str, tuple[str, ...] | None]:
    if not section:
        return dict.fromkeys(name for name in CLASS_NAMES)
    found: dict[str, tuple[str, ...] | None] = {}
    for name, features in section.items():
        if features is not None and not isinstance(features, list):
            faults.append(f"featureClass.{name} must be a list of features or empty, is {features!r}")
        else:
            found[str(name)] = tuple(map(str, features)) if features else None
    return found


_OWN: Mapping[str, tuple[str, Rule]] = {
    "keepImages": ("keep_images", Rule("a list of image names, for instance wavelet-HLH", lambda value: _words(value))),
    "maxBins": ("max_bins", whole(2, 10**6)),
}
"""What the section ``radpipe`` may hold beside ``for`` and families: key -> field of Params, and what it may be."""


def _words(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, str) for part in value)


def _own(section: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    """Read the section ``radpipe`` into fields of Params."""
    found: dict[str, Any] = {}
    for key, given in section.items():
        value = tuple(given) if isinstance(given, list) else given
        if key in ("definition", "ibsi", *FAMILIES):
            continue
        if key == "for":
            found["purpose"] = _purpose(_section(section, "for", faults, "radpipe."), faults)
        elif key not in _OWN:
            faults.append(unknown_word(f"radpipe.{key}", str(key), (*FAMILIES, *_OWN, "for", "definition", "ibsi")))
        elif not _OWN[key][1].accepts(value):
            faults.append(f"radpipe.{key} is {given!r}; allowed: {_OWN[key][1].allowed}")
        else:
            found[_OWN[key][0]] = value
    found["own"] = _families(section, faults)
    definition = section.get("definition", "pyradiomics")
    if definition not in DEFINITIONS:
        faults.append(f"radpipe.definition is {definition!r}; allowed: {' or '.join(DEFINITIONS)}")
    elif definition == "ibsi":
        from radpipe.features.ibsi.params import read_ibsi

        found["ibsi"] = read_ibsi(_section(section, "ibsi", faults, "radpipe."), faults)
    elif "ibsi" in section:
        faults.append("radpipe.ibsi needs radpipe.definition: ibsi")
    return found


def _families(section: Mapping[str, Any], faults: list[str]) -> dict[str, tuple[str, ...]]:
    """Read the features of one's own: family -> names."""
    found = {}
    for family in (name for name in FAMILIES if section.get(name)):
        names = section[family]
        if isinstance(names, list) and _words(tuple(names)):
            found[family] = tuple(names)
        else:
            faults.append(f"radpipe.{family} is {names!r}; allowed: a list of names of features")
    return found


def _purpose(section: Mapping[str, Any], faults: list[str]) -> Purpose:
    """Read ``for``: ``modality`` is a list or one word, ``unit`` a word."""
    known = ("modality", "unit")
    faults += [unknown_word(f"radpipe.for.{key}", str(key), known) for key in section if key not in known]
    modality, unit = section.get("modality", []), section.get("unit", "")
    modalities = (modality,) if isinstance(modality, str) else tuple(modality) if isinstance(modality, list) else None
    if modalities is None or not _words(modalities):
        faults.append(f"radpipe.for.modality is {modality!r}; allowed: a list of DICOM's modalities, for instance CT")
        modalities = ()
    if not isinstance(unit, str) or unit not in ("", *UNITS):
        faults.append(f"radpipe.for.unit is {unit!r}; allowed: {' or '.join(UNITS)}")
        unit = ""
    return Purpose(tuple(word.upper() for word in modalities), unit)
