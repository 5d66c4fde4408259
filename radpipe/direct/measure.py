"""``radpipe.features_of``: an image, its masks and settings in; a row of features each out."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radpipe.direct.given import given_mask, given_volume, labels_of
from radpipe.errors import InputError, Note, Policy, UsageError
from radpipe.features.engine import ENGINES, choose_engine
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params
from radpipe.features.ready import get_ready
from radpipe.features.remarks import bin_remarks, size_remarks
from radpipe.outcome import FeatureVector, Status
from radpipe.volume import Mask, Volume

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FIRST_COLUMNS", "features_of", "params_of"]

FIRST_COLUMNS = ("roi", "label", "config", "status", "code", "message", "warnings")
"""First columns of the frame, as in the tables of a run."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """One row: its name, what was given as its mask, and the label asked for."""

    name: str
    mask: object
    label: int | None


def features_of(
    image: object,
    mask: object,
    params: str | Path | Mapping[str, Any] | Params,
    *,
    labels: int | Sequence[int] | Mapping[str, int] | str | None = None,
    spacing_zyx_mm: Sequence[float] | None = None,
    modality: str = "",
    engine: str = ENGINES[0],
    policy: Policy | None = None,
    refuse: bool = True,
) -> "pd.DataFrame":
    """Measure the ROIs of one image and return a row each.

    Parameters
    ----------
    image
        Path of a file (NIfTI, NRRD, MetaImage, PNG) or of a folder with one DICOM series; SimpleITK image; array
        (z, y, x), or (y, x) of a radiograph; :class:`radpipe.Volume`.
    mask
        Path of a label image; SimpleITK image; array of the image's shape; :class:`radpipe.Mask`. Several: a list, or
        a mapping of names.
    params
        Preset (``ct_head_neck``), PyRadiomics parameter file, dictionary as in such a file, or Params.
    labels
        Label of the masks' voxels to measure, several of them, a mapping of ROI names to labels, or ``all``. None takes
        the only one; a mask of several labels is then refused, and they are named.
    spacing_zyx_mm
        Voxel size of an array, mm, order z, y, x.
    modality
        DICOM's (CT, PT, MR); an image in memory has none. Where it is told, or the DICOM header tells it, settings for
        another modality are refused.
    engine
        ``native``, or ``pyradiomics`` where it is installed.
    policy
        What to do about each problem, see ``radpipe codes``.
    refuse
        Raise the first problem of a ROI; False makes it a row with status, code and message instead.

    Returns
    -------
    pandas.DataFrame
        Columns ``roi, label, config, status, code, message, warnings``, then ``diag_*``, then the features under
        PyRadiomics' names.

    Raises
    ------
    InputError
        The image cannot be used; with ``refuse``, a ROI neither. Code, place and remedy are in the message.
    ParameterError
        The settings are invalid.
    UsageError
        Something was given that is no image, mask or label.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.arange(1000, dtype=np.int16).reshape(10, 10, 10)
    >>> frame = features_of(image, image > 700, "ct_native", spacing_zyx_mm=(3, 1, 1))
    >>> float(frame["original_firstorder_Mean"].iloc[0])
    850.0
    """
    import pandas as pd

    policy = policy or Policy()
    settings = params_of(params)
    get_ready(engine, logging.getLogger(__name__).warning)
    measurer = choose_engine(engine)
    volume, modality = given_volume(image, spacing_zyx_mm, modality.upper().replace("PET", "PT"), policy)
    fitness = _fitness(settings, modality, volume, policy)
    rows = {wanted.name: wanted for wanted in _rows(mask, labels)}
    masks, refused = _masks(rows, volume, policy)
    results = {**refused, **(measurer.measure(volume, masks, settings) if masks else {})}
    frames = []
    for name, wanted in rows.items():
        notes = (*fitness, *volume.notes, *(masks[name].notes if name in masks else ()))
        frames.append(_row(wanted, results[name], notes, settings, policy, refuse=refuse))
    return pd.DataFrame(frames)


def _masks(
    rows: Mapping[str, _Wanted], volume: Volume, policy: Policy
) -> tuple[dict[str, Mask], dict[str, FeatureVector | InputError]]:
    """Open the masks; what cannot be used is returned beside them."""
    masks: dict[str, Mask] = {}
    refused: dict[str, FeatureVector | InputError] = {}
    for name, wanted in rows.items():
        try:
            mask = given_mask(wanted.mask, wanted.label, volume, policy)
            masks[name] = Mask(mask.box, mask.crop, mask.geometry, (*mask.notes, *size_remarks(mask, policy)))
        except InputError as fault:
            refused[name] = fault.located(roi=name)
    return masks, refused


def params_of(params: str | Path | Mapping[str, Any] | Params) -> Params:
    """Return the settings that a preset's name, a file, a dictionary or Params stand for.

    Raises
    ------
    ParameterError
        The settings are invalid.
    UsageError
        There is neither a preset nor a file of the name.
    """
    if isinstance(params, Params):
        return params
    if isinstance(params, Mapping):
        return parse_params(dict(params))
    return load_params(params)


def _rows(mask: object, labels: int | Sequence[int] | Mapping[str, int] | str | None) -> Iterator[_Wanted]:
    """Name each ROI: by the mapping, the label's name, or the file; numbered where several would share a name."""
    masks = mask if isinstance(mask, Mapping) else None
    given = list(masks.items()) if masks is not None else [(_name(one), one) for one in _listed(mask)]
    if not given:
        message = "no mask was given"
        raise UsageError(message)
    names = [str(name) for name, _ in given]
    for index, (name, one) in enumerate(given):
        own = str(name) if names.count(str(name)) == 1 else f"{name}#{index + 1}"
        asked = _labels(one, labels)
        for title, label in asked:
            whole = title if title and len(given) == 1 else f"{own}:{title or label}"
            yield _Wanted(whole if title or len(asked) > 1 else own, one, label)


def _listed(mask: object) -> list[object]:
    return list(mask) if isinstance(mask, list | tuple) else [mask]


def _name(mask: object) -> str:
    if not isinstance(mask, str | Path):
        return "mask"
    name = Path(mask).name
    return name.split(".", 1)[0] or name


def _labels(mask: object, labels: object) -> list[tuple[str, int | None]]:
    if labels is None:
        return [("", None)]
    if isinstance(labels, str):
        if labels != "all":
            message = f"labels={labels!r}: write a number, a list of numbers, a mapping of names, or 'all'"
            raise UsageError(message)
        return [("", label) for label in labels_of(mask)] or [("", None)]
    if isinstance(labels, Mapping):
        return [(str(name), _whole(label)) for name, label in labels.items()]
    several = labels if isinstance(labels, Sequence) else [labels]
    return [("", _whole(label)) for label in several]


def _whole(label: object) -> int:
    if isinstance(label, bool) or not hasattr(label, "__index__"):
        message = f"labels: {label!r} is no whole number"
        raise UsageError(message)
    return int(label.__index__())


def _fitness(params: Params, modality: str, volume: Volume, policy: Policy) -> tuple[Note, ...]:
    """Compare the image with what the settings are for; an image whose modality nobody told is taken at its word."""
    purpose = params.purpose
    known = modality not in ("", "OT")
    if purpose.suits(modality) and (not known or not purpose.unit or volume.unit == purpose.unit):
        return ()
    kind = f"{modality} in {volume.unit} units"
    return (policy.meet("E_PRESET_MODALITY", preset=params.name, wanted=str(purpose), found=kind),)


def _row(
    wanted: _Wanted,
    result: FeatureVector | InputError,
    notes: tuple[Note, ...],
    params: Params,
    policy: Policy,
    *,
    refuse: bool,
) -> dict[str, Any]:
    if isinstance(result, FeatureVector):
        try:
            notes = (*notes, *bin_remarks(result, params, policy))
        except InputError as refusal:
            result = refusal.located(roi=wanted.name)
    if isinstance(result, InputError) and refuse:
        raise result
    warnings = "; ".join(str(note) for note in dict.fromkeys(notes))
    first = (wanted.name, wanted.label, params.name)
    if isinstance(result, InputError):
        ended = (str(Status.FAILED), result.code, result.message, warnings)
        return dict(zip(FIRST_COLUMNS, (*first, *ended), strict=True))
    row = dict(zip(FIRST_COLUMNS, (*first, str(Status.OK), "", "", warnings), strict=True))
    diagnostics = {f"diag_{name}": value for name, value in result.diagnostics.items()}
    return {**row, **diagnostics, **result.as_dict()}
