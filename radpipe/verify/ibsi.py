"""The compliance table of IBSI: reference values of the phantoms beside ours.

A value is met when, rounded to three significant digits as the manual prints it, it lies within its reference's
tolerance. Reference values: IBSI-1 (Zwanenburg A et al. Radiology 295 (2020) 328-338; manual arXiv:1612.07003, CC BY
4.0) and IBSI-2 phase 2 (Whybra P et al. Radiology 310 (2024) e231319, CC0 1.0).
"""

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from radpipe.features.ibsi.engine import measure_ibsi
from radpipe.features.ibsi.filters import Filter, Gabor, Laws, LoG, Mean, Simoncelli, Wavelet
from radpipe.features.ibsi.grid import axes_of, interpolate, whole
from radpipe.features.ibsi.measure import describe_tag
from radpipe.features.ibsi.params import IbsiParams, NamedFilter
from radpipe.features.ibsi.prepare import IbsiRoi, prepare_roi
from radpipe.features.ibsi.settings import Aggregation, IbsiSettings
from radpipe.features.params_file import load_params
from radpipe.files import write_text
from radpipe.outcome import FeatureVector
from radpipe.verify.ibsi_phantom import ct_phantom, digital_phantom
from radpipe.volume import Mask, Volume

__all__ = ["CONFIGURATIONS", "KNOWN_MISSES", "Compared", "compare_ibsi", "is_met", "write_compliance"]

CONFIGURATIONS = ("A", "B", "C", "D", "E")
"""Of the CT phantom; each is a preset ``ibsi_A`` ..."""

_FLAT = IbsiSettings(rounded=True, range=(-1000, 400))
_SOLID = IbsiSettings((1.0, 1.0, 1.0), "spline", rounded=True, range=(-1000, 400))
_ANGLE = math.pi / 8

_FILTERS: Mapping[str, tuple[IbsiSettings, Filter | None]] = {
    "1.A": (_FLAT, None),
    "1.B": (_SOLID, None),
    "2.A": (_FLAT, Mean(5, flat=True)),
    "2.B": (_SOLID, Mean(5)),
    "3.A": (_FLAT, LoG(1.5, flat=True)),
    "3.B": (_SOLID, LoG(1.5)),
    "4.A": (_FLAT, Laws(("L5", "E5"), energy_distance=7)),
    "4.B": (_SOLID, Laws(("L5", "E5", "E5"), energy_distance=7)),
    "5.A": (_FLAT, Gabor(5, 2, 1.5, _ANGLE)),
    "5.B": (_SOLID, Gabor(5, 2, 1.5, _ANGLE, planes="orthogonal")),
    "6.A": (_FLAT, Wavelet("db3", "LH")),
    "6.B": (_SOLID, Wavelet("db3", "LLH")),
    "7.A": (_FLAT, Wavelet("db3", "HH", level=2)),
    "7.B": (_SOLID, Wavelet("db3", "HHH", level=2)),
    "8.A": (_FLAT, Simoncelli(1, flat=True)),
    "8.B": (_SOLID, Simoncelli(1)),
    "9.A": (_FLAT, Simoncelli(2, flat=True)),
    "9.B": (_SOLID, Simoncelli(2)),
}
"""Filtered images of IBSI-2, phase 2."""


KNOWN_MISSES = frozenset({("8.A", "stat_qcod"), ("9.B", "stat_min")})
"""Of Simoncelli wavelets: a ratio whose divisor is nearly 0, and a minimum 6 from its reference.

IBSI's values come from a frequency grid from -1 to 1 with both ends; ours is that of the discrete Fourier transform.
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the table.

    Parameters
    ----------
    configuration
        ``phantom``, ``A`` to ``E``, or the number of a filtered image of IBSI-2 (``3.B``).
    family, feature, ibsi_code, aggregation
        In IBSI's words; of a diagnostic of the processing family and feature are ``diagnostic`` and its tag.
    tag
        The key of IBSI's spreadsheet.
    value, reference, tolerance
        Ours as computed, and IBSI's.
    met
        Whether ours lies within the tolerance.
    """

    configuration: str
    family: str
    feature: str
    ibsi_code: str
    aggregation: str
    tag: str
    value: float
    reference: float
    tolerance: float
    met: bool


def is_met(value: float, reference: float, tolerance: float) -> bool:
    """Tell whether a value, rounded to three significant digits, lies within a tolerance of its reference.

    Whole numbers are not rounded: a reference that counts voxels has all its digits.

    Examples
    --------
    >>> is_met(0.32449, 0.324, 0.0), is_met(45985.0, 45985.0, 0.0), is_met(float("nan"), 1.0, 9.0)
    (True, True, False)
    """
    if not math.isfinite(value):
        return False
    seen = value if value.is_integer() and abs(reference) >= 1000 else float(f"{value:.2e}")
    return abs(seen - reference) <= tolerance + 1e-9 * abs(reference)


def compare_ibsi(ct_folder: Path | None = None, *, filters: bool = True) -> Iterator[tuple[Compared, ...]]:
    """Measure the phantoms and compare with all reference values, a configuration at a time.

    Parameters
    ----------
    ct_folder
        Folder of the CT phantom; None compares the digital phantom only.
    filters
        Whether the filtered images of IBSI-2 are compared too; they take a minute.

    Yields
    ------
    tuple of Compared
        In the order of the reference tables.

    Raises
    ------
    UsageError, InputError
        The folder does not hold the CT phantom.
    """
    first = _references("ibsi_1.csv")
    volume, mask = digital_phantom()
    every = IbsiParams(IbsiSettings(aggregations=tuple(Aggregation)))
    yield _compared("phantom", allowed_values(volume, mask, every), first)
    if ct_folder is None:
        return
    volume, mask = ct_phantom(ct_folder)
    for name in CONFIGURATIONS:
        params = load_params(f"ibsi_{name}").ibsi or IbsiParams()
        values = allowed_values(volume, mask, params) | _diagnostics(volume, mask, params.settings)
        yield _compared(name, values, first)
    second = _references("ibsi_2.csv") if filters else {}
    for name, (settings, used) in _FILTERS.items() if filters else ():
        named = () if used is None else (NamedFilter("filtered", used),)
        yield _compared(name, allowed_values(volume, mask, IbsiParams(settings, ("stat",), named)), second)


def _references(name: str) -> dict[str, list[tuple[str, float, float]]]:
    references: dict[str, list[tuple[str, float, float]]] = {}
    text = (files("radpipe.verify") / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        line = (row["tag"], float(row["reference"]), float(row["tolerance"]))
        references.setdefault(row["configuration"], []).append(line)
    return references


def allowed_values(volume: Volume, mask: Mask, params: IbsiParams) -> dict[str, float]:
    """Measure one ROI; the values of the last image, the filtered one where there is a filter."""
    vector = measure_ibsi(volume, {"GTV-1": mask}, params)["GTV-1"]
    if not isinstance(vector, FeatureVector):
        raise vector
    return {name.partition("_")[2]: float(value) for name, value in zip(vector.names, vector.values, strict=True)}


def _compared(
    configuration: str, values: Mapping[str, float], references: Mapping[str, list[tuple[str, float, float]]]
) -> tuple[Compared, ...]:
    rows = []
    for tag, reference, tolerance in references[configuration]:
        value = values.get(tag, math.nan)
        described = describe_tag(tag)
        words = ("diagnostic", tag, "", "") if described is None else described
        rows.append(
            Compared(configuration, *words, tag, value, reference, tolerance, is_met(value, reference, tolerance))
        )
    return tuple(rows)


def _diagnostics(volume: Volume, mask: Mask, settings: IbsiSettings) -> dict[str, float]:
    """Tell of image and masks as loaded, after interpolation and after re-segmentation, under IBSI's tags."""
    axes = axes_of(volume.geometry.size_zyx, volume.geometry.spacing_zyx_mm, settings.spacing_zyx_mm)
    image = np.round(interpolate(lambda box: volume.array[box], axes, whole(axes), settings.interpolation))
    spacing = (axes[0].spacing_mm, axes[1].spacing_mm, axes[2].spacing_mm)
    drawn = IbsiRoi(
        np.asarray(volume.array, dtype=np.float64),
        mask.full_array(),
        mask.full_array(),
        volume.geometry.spacing_zyx_mm,
    )
    roi = prepare_roi(volume, mask, settings)
    stages = {"init": drawn, "interp": replace(roi, intensity=roi.morphological), "reseg": roi}
    values: dict[str, float] = {}
    for stage, whole_image, step in (
        ("init", volume.array, volume.geometry.spacing_zyx_mm),
        ("interp", image, spacing),
    ):
        for axis, size, length in zip("zyx", whole_image.shape, step, strict=True):
            values |= {f"img_dim_{axis}_{stage}_img": float(size), f"vox_dim_{axis}_{stage}_img": length}
        values |= _intensities(whole_image.ravel(), "", f"{stage}_img")
    for stage, part in stages.items():
        size = volume.geometry.size_zyx if stage == "init" else image.shape
        values |= {f"int_mask_dim_{axis}_{stage}_roi": float(n) for axis, n in zip("zyx", size, strict=True)}
        for name, voxels in (("int", part.intensity), ("morph", part.morphological)):
            places = np.argwhere(voxels)
            spans = places.max(axis=0) - places.min(axis=0) + 1
            for axis, span in zip("zyx", spans.tolist(), strict=True):
                values[f"{name}_mask_bb_dim_{axis}_{stage}_roi"] = float(span)
            values[f"{name}_mask_vox_count_{stage}_roi"] = float(len(places))
        values |= _intensities(part.values, "int_mask_", f"{stage}_roi")
    return values


def _intensities(values: np.ndarray, prefix: str, stage: str) -> dict[str, float]:
    return {
        f"{prefix}mean_int_{stage}": float(values.mean(dtype=np.float64)),
        f"{prefix}min_int_{stage}": float(values.min()),
        f"{prefix}max_int_{stage}": float(values.max()),
    }


def write_compliance(rows: list[Compared], path: Path) -> None:
    """Write the table as CSV.

    Raises
    ------
    StorageError
        It cannot be written.
    """
    names = [field.name for field in fields(Compared)]
    lines = [",".join(names)]
    for row in rows:
        cells = {**asdict(row), "met": "yes" if row.met else "no"}
        lines.append(",".join(_cell(cells[name]) for name in names))
    write_text(path, "\n".join(lines) + "\n")


def _cell(value: object) -> str:
    text = repr(value) if isinstance(value, float) else str(value)
    return f'"{text}"' if "," in text else text
