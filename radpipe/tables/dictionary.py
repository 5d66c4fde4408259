"""The data dictionary: what each column of the feature table is."""

from collections.abc import Callable, Sequence
from functools import cache

import pandas as pd

from radpipe.features.catalogue.describe import describe
from radpipe.features.catalogue.record import DEFINITION_COLUMNS, NO_DEFINITION, Definition
from radpipe.features.params import Params

__all__ = ["column_meanings", "data_dictionary"]

_FIRST = {
    "case_id": "patient, or case of the manifest",
    "image_id": "SeriesInstanceUID of a DICOM series, or the manifest's name of the image",
    "modality": "DICOM modality: CT, PT, MR ...",
    "roi": "name of the region of interest as found, or of the merge",
    "config": "name of the settings",
    "status": "ok, failed or skipped",
    "code": "problem code when not ok; radpipe codes explains it",
    "message": "what is wrong and what to do, when not ok",
    "warnings": "what should be known of a row though it was measured",
}

_DIAGNOSTICS = {
    "voxel_count": ("voxels", "voxels of the ROI on the image's own grid"),
    "volume_mm3": ("mm3", "voxels times the volume of one, own grid"),
    "spacing_x_mm": ("mm", "voxel size of the image along x"),
    "spacing_y_mm": ("mm", "voxel size of the image along y"),
    "spacing_z_mm": ("mm", "voxel size of the image along z"),
    "unit": ("", "unit of the image: HU, SUVbw or arbitrary"),
    "stored_type": ("", "number type of the image as read"),
    "measured_type": ("", "number type of the values that were measured; the same for equal values of any stored type"),
    "minimum": ("image", "lowest value in the ROI, own grid"),
    "maximum": ("image", "highest value in the ROI, own grid"),
    "mean": ("image", "mean value in the ROI, own grid"),
    "measured_voxel_count": ("voxels", "voxels of the ROI after resampling"),
    "measured_spacing_x_mm": ("mm", "voxel size after resampling along x"),
    "measured_spacing_y_mm": ("mm", "voxel size after resampling along y"),
    "measured_spacing_z_mm": ("mm", "voxel size after resampling along z"),
    "rca_dice": ("", "estimated Dice of the mask, as published with ChestX-ray14's segmentations"),
    "bins": ("bins", "gray levels of the ROI on the original image, after resampling"),
}


def column_meanings() -> tuple[tuple[str, str, str], ...]:
    """Return name, unit and meaning of each column that is no feature, in the order of the table."""
    first = tuple((name, "", meaning) for name, meaning in _FIRST.items())
    return (*first, *((f"diag_{name}", unit, meaning) for name, (unit, meaning) in _DIAGNOSTICS.items()))


def data_dictionary(columns: Sequence[str], params: Params | Sequence[Params]) -> pd.DataFrame:
    """Describe every column: feature class, image type, parameters, unit, description; of a feature its definition too.

    The definition is the formula, IBSI's code and name where IBSI defines the feature, and a remark.

    Parameters
    ----------
    columns
        Of the feature table.
    params
        What was measured; of several settings in one table each is told under its name.
    """
    every = [params] if isinstance(params, Params) else list(params)

    @cache  # hundreds of features of one image have the same
    def parameters(image_type: str) -> str:
        return _parameters_of_all(image_type, every)

    return pd.DataFrame(
        [_entry(column, every, parameters) for column in columns],
        columns=[
            "column",
            "feature_class",
            "image_type",
            "parameters",
            "unit",
            "description",
            *DEFINITION_COLUMNS,
        ],
    )


def _entry(column: str, every: Sequence[Params], parameters: Callable[[str], str]) -> tuple[str, ...]:
    if column in _FIRST:
        return (column, "", "", "", "", _FIRST[column], *_cells(NO_DEFINITION))
    if column.startswith("diag_"):
        unit, meaning = _DIAGNOSTICS.get(column.removeprefix("diag_"), ("", "diagnostic of PyRadiomics"))
        return (column, "diagnostic", "", "", _length(unit, every), meaning, *_cells(NO_DEFINITION))
    description = describe(column)
    return (
        column,
        description.feature_class,
        description.image_type,
        parameters(description.image_type),
        _length(description.unit, every),
        description.description,
        *_cells(description.definition),
    )


def _cells(definition: Definition) -> tuple[str, ...]:
    return tuple(getattr(definition, column) for column in DEFINITION_COLUMNS)


def _length(unit: str, every: Sequence[Params]) -> str:
    """Say of a length, area or volume that a radiograph in PNG has none: it is in pixels, as its spacing of 1 says."""
    pictures = any("CR" in params.purpose.modalities for params in every)
    return f"{unit} (of a PNG: pixels)" if pictures and unit.startswith("mm") else unit


def _parameters_of_all(image_type: str, every: Sequence[Params]) -> str:
    if len(every) == 1:
        return _parameters(image_type, every[0])
    return " | ".join(f"{params.name}: {_parameters(image_type, params)}" for params in every)


def _parameters(image_type: str, params: Params) -> str:
    """Tell the settings that hold for an image type, overrides included."""
    kind = image_type.split("-", 1)[0].replace("log", "LoG").casefold()
    own = next((image_type for image_type in params.image_types if image_type.name.casefold() == kind), None)
    settings = (params.settings if own is None else params.settings_of(own)).said()
    return "; ".join(
        f"{name}={','.join(map(str, value)) if isinstance(value, tuple) else value}"
        for name, value in sorted(settings.items())
    )
