"""Parameters from a preset or a file, with settings replaced on request."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from radpipe.errors import ParameterError
from radpipe.features.params import ImageType, Params
from radpipe.features.params_file.parsing import parse_params
from radpipe.features.params_file.preset_files import preset_path
from radpipe.features.params_file.strict_yaml import StrictLoader
from radpipe.features.settings import unknown_word

__all__ = ["load_params", "with_settings"]


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
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=StrictLoader)  # noqa: S506
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
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506
    except yaml.YAMLError:
        faults.append(f"--setting {word}: {text!r} is no value")
        return None
