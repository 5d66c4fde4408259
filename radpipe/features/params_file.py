"""YAML to Params: PyRadiomics' parameter file, all faults at once, each with its path and what is allowed."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from radpipe.errors import ParameterError, UsageError
from radpipe.features.catalogue import CLASS_NAMES, features_of
from radpipe.features.params import DEFAULT_MAX_BINS, ImageType, Params, Setting
from radpipe.features.settings_schema import FOREIGN_SETTINGS, IMAGE_TYPES, SETTINGS

__all__ = ["load_params", "parse_params", "preset_names", "preset_path"]

EXTRA_SHAPE = ("CompactnessA",)
"""Shape features beyond PyRadiomics'."""


class _UniqueKeyLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice."""


def _mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            message = f"{key} is written twice (line {key_node.start_mark.line + 1})"
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        seen.add(key)
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
    """Return the file of a preset.

    Raises
    ------
    UsageError
        There is no preset of this name.
    """
    if name not in preset_names():
        near = get_close_matches(name, preset_names(), 1)
        hint = f"did you mean {near[0]}?" if near else f"presets are {', '.join(preset_names())}"
        message = f"{name} is neither a file nor a preset; {hint}"
        raise UsageError(message)
    return _preset_folder() / f"{name}.yaml"


def load_params(name_or_path: str | Path) -> Params:
    """Load a preset by name, or a PyRadiomics parameter file by path.

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
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ParameterError(path.name, [f"not valid YAML: {' '.join(str(fault).split())}"]) from fault
    return parse_params(content, source=path.name, name=path.stem)


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
    for key in content:
        if key in FOREIGN_SETTINGS:
            faults.append(f"{key} {FOREIGN_SETTINGS[key]}")
        elif key not in ("imageType", "featureClass", "setting", "radpipe"):
            faults.append(_unknown(str(key), str(key), ("imageType", "featureClass", "setting", "radpipe")))
    image_types = _image_types(_section(content, "imageType", faults), faults)
    classes = _classes(_section(content, "featureClass", faults), faults)
    settings = _settings(_section(content, "setting", faults), "setting", faults)
    if not content.get("featureClass") and not settings.get("force2D"):
        del classes["shape2D"]  # PyRadiomics enables it with the others and leaves it out without force2D
    own = _section(content, "radpipe", faults)
    extra, keep, max_bins = _own(own, classes, faults)
    _refuse_contradictions(settings, classes, image_types, faults)
    if faults:
        raise ParameterError(source, faults)
    return Params(name, image_types, classes, settings, extra, keep, max_bins)


def _section(content: Mapping[str, Any], key: str, faults: list[str]) -> Mapping[str, Any]:
    value = content.get(key, {})
    if isinstance(value, dict):
        return value
    faults.append(f"{key} must be a mapping, is {value!r}")
    return {}


def _unknown(path: str, word: str, choices: Iterable[str]) -> str:
    known = tuple(choices)
    near = get_close_matches(word, known, 1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(known)}"
    return f"{path} is unknown; {hint}"


def _image_types(section: Mapping[str, Any], faults: list[str]) -> tuple[ImageType, ...]:
    found = []
    for name, overrides in section.items():
        if name not in IMAGE_TYPES:
            faults.append(_unknown(f"imageType.{name}", str(name), IMAGE_TYPES))
            continue
        if overrides is not None and not isinstance(overrides, dict):
            faults.append(f"imageType.{name} must be a mapping of settings, is {overrides!r}")
            continue
        found.append(ImageType(name, _settings(overrides or {}, f"imageType.{name}", faults)))
    return tuple(found) or (ImageType("Original"),)


def _classes(section: Mapping[str, Any], faults: list[str]) -> dict[str, tuple[str, ...] | None]:
    if not section:
        return dict.fromkeys(name for name in CLASS_NAMES)
    found: dict[str, tuple[str, ...] | None] = {}
    for name, features in section.items():
        if name not in CLASS_NAMES:
            faults.append(_unknown(f"featureClass.{name}", str(name), CLASS_NAMES))
        elif features is not None and not isinstance(features, list):
            faults.append(f"featureClass.{name} must be a list of features or empty, is {features!r}")
        else:
            known = tuple(one.name for one in features_of(name, include_deprecated=True))
            faults.extend(
                _unknown(f"featureClass.{name}.{one}", str(one), known) for one in features or () if one not in known
            )
            found[name] = tuple(features) if features else None
    return found


def _settings(section: Mapping[str, Any], path: str, faults: list[str]) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for name, value in section.items():
        rule = SETTINGS.get(name)
        if name in FOREIGN_SETTINGS:
            faults.append(f"{path}.{name} {FOREIGN_SETTINGS[name]}")
        elif rule is None:
            faults.append(_unknown(f"{path}.{name}", str(name), SETTINGS))
        elif not rule.accepts(value):
            faults.append(f"{path}.{name} is {value!r}; allowed: {rule.allowed}")
        else:
            found[name] = tuple(value) if isinstance(value, list) else value
    return found


def _own(
    section: Mapping[str, Any], classes: Mapping[str, tuple[str, ...] | None], faults: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Read the section ``radpipe``."""
    faults.extend(
        _unknown(f"radpipe.{key}", str(key), ("shape", "keepImages", "maxBins"))
        for key in section
        if key not in ("shape", "keepImages", "maxBins")
    )
    extra = section.get("shape", [])
    keep = section.get("keepImages", [])
    max_bins = section.get("maxBins", DEFAULT_MAX_BINS)
    if not isinstance(extra, list) or any(one not in EXTRA_SHAPE for one in extra):
        faults.append(f"radpipe.shape is {extra!r}; allowed: a list of {', '.join(EXTRA_SHAPE)}")
        extra = []
    named = classes.get("shape", ())
    if extra and named is not None and not {"MeshVolume", "SurfaceArea"} <= set(named):
        faults.append("radpipe.shape needs MeshVolume and SurfaceArea in featureClass.shape")
    if not isinstance(keep, list) or not all(isinstance(one, str) for one in keep):
        faults.append(f"radpipe.keepImages is {keep!r}; allowed: a list of image names, for instance wavelet-HLH")
        keep = []
    if not isinstance(max_bins, int) or isinstance(max_bins, bool) or max_bins < 2:
        faults.append(f"radpipe.maxBins is {max_bins!r}; allowed: a whole number >= 2")
        max_bins = DEFAULT_MAX_BINS
    return tuple(extra), tuple(keep), max_bins


def _refuse_contradictions(
    settings: Mapping[str, Setting],
    classes: Mapping[str, tuple[str, ...] | None],
    image_types: tuple[ImageType, ...],
    faults: list[str],
) -> None:
    if "shape2D" in classes and not settings.get("force2D"):
        faults.append("featureClass.shape2D needs setting.force2D: true")
    log = next((one for one in image_types if one.name == "LoG"), None)
    if log is not None and "sigma" not in log.settings and "sigma" not in settings:
        faults.append("imageType.LoG needs sigma: a list of numbers > 0 (mm)")
    if settings.get("binCount") is not None and settings.get("binWidth") is not None:
        faults.append("setting.binWidth and setting.binCount exclude each other")
