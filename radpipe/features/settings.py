"""Settings: every setting of PyRadiomics 3.0.1's parameter file in segment mode, with its type, range and default.

A setting is one field: its name in the file, its default and what it may be stand beside it and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any, Literal

from radpipe.errors import ParameterError
from radpipe.features.rules import (
    BOOL,
    INTERPOLATOR,
    SPACING,
    USUAL_WAVELET,
    WAVELET,
    Rule,
    list_of,
    number,
    only,
    or_null,
    whole,
    word,
)

__all__ = ["FOREIGN_SETTINGS", "SETTINGS", "Setting", "Settings", "WeightingNorm", "checked", "unknown_word"]

Setting = bool | int | float | str | tuple[float, ...] | None
"""What a setting may hold; lists of YAML become tuples."""

WeightingNorm = Literal["manhattan", "euclidean", "infinity", "no_weighting"]
"""How long a step is; ``no_weighting`` counts every direction once in one common matrix."""


def _of(name: str, default: Any, rule: Rule) -> Any:
    return field(default=default, metadata={"name": name, "rule": rule})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, valid at birth; PyRadiomics' defaults, but ``additionalInfo`` is off unless asked for.

    Parameters
    ----------
    minimum_roi_dimensions, minimum_roi_size
        A ROI must extend along so many axes, and have more voxels than this.
    geometry_tolerance
        PyRadiomics' own check of grids; radpipe compares them at its door.
    correct_mask
        Resample a mask whose grid is not the image's: ``E_GRID_MISMATCH=fix`` unless the policy says otherwise.
    additional_info
        PyRadiomics' own diagnostics, with that engine.
    label
        Label value of a mask that names none; a mask that names its own keeps it.
    label_channel
        Channel of a mask; only the first is read.
    enable_c_extensions
        Without effect since PyRadiomics 3; taken because older files hold it.
    bin_width, bin_count
        Width of a gray-level bin in image units; or the number of bins, which wins.
    normalize, normalize_scale, remove_outliers
        Centre the image at its mean, in standard deviations times the scale; limit to so many deviations.
    resampled_pixel_spacing
        x, y, z in mm; 0 keeps the image's own.
    interpolator
        SimpleITK's name or number; None switches resampling off.
    pad_distance
        Voxels kept around a ROI when it is cropped or resampled.
    pre_crop
        Crop to the ROI before filters.
    distances
        Chebyshev distances of neighbours, voxels.
    force_2d, force_2d_dimension
        Neighbours in planes only; the array axis (0 is z) across them.
    resegment_range, resegment_mode, resegment_shape
        Keep voxels within one or two limits; as they are, shares of the maximum, or deviations; form too or not.
    sigma
        Of the LoG, mm.
    start_level, level, wavelet
        Of the wavelet decomposition.
    gradient_use_spacing
        Gradient per mm, or per voxel.
    lbp_2d_radius, lbp_2d_samples, lbp_2d_method
        Of LBP2D, see scikit-image.
    lbp_3d_levels, lbp_3d_icosphere_radius, lbp_3d_icosphere_subdivision
        Of LBP3D.
    voxel_array_shift
        Added before Energy, TotalEnergy and RootMeanSquared, in image units.
    symmetrical_glcm
        Count each pair in both directions.
    weighting_norm
        One GLCM and GLRLM weighted by the length of steps; None: one each direction.
    gldm_a
        Largest difference in gray level at which voxels depend on each other.
    written
        Names as in the file that were written there, defaults included; only for showing them.

    Raises
    ------
    ParameterError
        With every setting that is not allowed.

    Examples
    --------
    >>> Settings(bin_width=10).over({"binWidth": 5, "force2D": True}).bin_width
    5
    >>> Settings(bin_width="25")
    Traceback (most recent call last):
    ...
    radpipe.errors.kinds.ParameterError: E_PARAMETER  settings: setting.binWidth is '25'; allowed: a number ...
    """

    minimum_roi_dimensions: int = _of("minimumROIDimensions", 2, whole(1, 3))
    minimum_roi_size: int | None = _of("minimumROISize", None, or_null(whole(1, 10**12)))
    geometry_tolerance: float | None = _of("geometryTolerance", None, or_null(number(1e-12, 1e3)))
    correct_mask: bool = _of("correctMask", False, BOOL)
    additional_info: bool = _of("additionalInfo", False, BOOL)
    label: int = _of("label", 1, whole(1, 2**32 - 1))
    label_channel: int = _of("label_channel", 0, only(0, "masks of several channels are not read"))
    enable_c_extensions: bool = _of("enableCExtensions", True, BOOL)
    bin_width: float = _of("binWidth", 25.0, number(1e-12, 1e12))
    bin_count: int | None = _of("binCount", None, or_null(whole(1, 10**6)))
    normalize: bool = _of("normalize", False, BOOL)
    normalize_scale: float = _of("normalizeScale", 1, number(1e-9, 1e9))
    remove_outliers: float | None = _of("removeOutliers", None, or_null(number(1e-3, 1e6)))
    resampled_pixel_spacing: tuple[float, float, float] | None = _of("resampledPixelSpacing", None, or_null(SPACING))
    interpolator: str | int | None = _of("interpolator", "sitkBSpline", or_null(INTERPOLATOR))
    pad_distance: int = _of("padDistance", 5, whole(0, 1000))
    pre_crop: bool = _of("preCrop", False, BOOL)
    distances: tuple[int, ...] = _of("distances", (1,), list_of(whole(1, 100)))
    force_2d: bool = _of("force2D", False, BOOL)
    force_2d_dimension: int = _of("force2Ddimension", 0, whole(0, 2))
    resegment_range: tuple[float, ...] | None = _of(
        "resegmentRange", None, or_null(list_of(number(float("-inf"), float("inf")), 1, 2))
    )
    resegment_mode: str = _of("resegmentMode", "absolute", word("absolute", "relative", "sigma"))
    resegment_shape: bool = _of("resegmentShape", False, BOOL)
    sigma: tuple[float, ...] = _of("sigma", (), list_of(number(0.01, 1000, "mm")))
    start_level: int = _of("start_level", 0, whole(0, 20))
    level: int = _of("level", 1, whole(1, 20))
    wavelet: str = _of("wavelet", USUAL_WAVELET, WAVELET)
    gradient_use_spacing: bool = _of("gradientUseSpacing", True, BOOL)
    lbp_2d_radius: float = _of("lbp2DRadius", 1, number(0.01, 1000))
    lbp_2d_samples: int = _of("lbp2DSamples", 8, whole(1, 1000))
    lbp_2d_method: str = _of("lbp2DMethod", "uniform", word("default", "ror", "uniform", "var"))
    lbp_3d_levels: int = _of("lbp3DLevels", 2, whole(1, 100))
    lbp_3d_icosphere_radius: float = _of("lbp3DIcosphereRadius", 1, number(0.01, 1000))
    lbp_3d_icosphere_subdivision: int = _of("lbp3DIcosphereSubdivision", 1, whole(0, 6))
    voxel_array_shift: int = _of("voxelArrayShift", 0, whole(-(10**9), 10**9))
    symmetrical_glcm: bool = _of("symmetricalGLCM", True, BOOL)
    weighting_norm: WeightingNorm | None = _of(  # noqa: RUF009 (a field, as all the others)
        "weightingNorm", None, or_null(word("euclidean", "manhattan", "infinity", "no_weighting"))
    )
    gldm_a: int = _of("gldm_a", 0, whole(0, 10**6))
    written: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        faults = []
        for entry in fields(self):
            rule = entry.metadata.get("rule")
            value = getattr(self, entry.name)
            at_default = value == entry.default and type(value) is type(entry.default)
            if rule is not None and not at_default and not rule.accepts(value):
                faults.append(_not_allowed(f"setting.{entry.metadata['name']}", value, rule))
        if faults:
            raise ParameterError("settings", faults)

    @classmethod
    def of(cls, values: Mapping[str, Any], path: str = "setting") -> "Settings":
        """Make settings of names as PyRadiomics writes them.

        Parameters
        ----------
        values
            As in the section ``setting`` of a parameter file.
        path
            Stands before each name in a fault.

        Raises
        ------
        ParameterError
            With every name that is unknown, and every value that is not allowed.

        Examples
        --------
        >>> Settings.of({"binWidht": 5})
        Traceback (most recent call last):
        ...
        radpipe.errors.kinds.ParameterError: E_PARAMETER  settings: setting.binWidht is unknown; did you mean binWidth?
        """
        return cls().over(values, path)

    def over(self, values: Mapping[str, Any], path: str = "setting") -> "Settings":
        """Return these settings with others laid over them, as an image type's own lie over the file's.

        Parameters
        ----------
        values, path
            See :meth:`of`.

        Raises
        ------
        ParameterError
            As :meth:`of`.
        """
        faults: list[str] = []
        valid = checked(values, path, faults)
        if faults:
            raise ParameterError("settings", faults)
        fresh: dict[str, Any] = {_FIELDS[name]: value for name, value in valid.items()}
        written = tuple(dict.fromkeys((*self.written, *valid)))
        return replace(self, **fresh, written=written) if valid else self

    @property
    def flat_axis(self) -> int | None:
        """The array axis along which neighbours are not sought; None in three dimensions."""
        return self.force_2d_dimension if self.force_2d else None

    @property
    def resampling_xyz_mm(self) -> tuple[float, float, float] | None:
        """The spacing to resample to; None where nothing is resampled."""
        return None if self.interpolator is None else self.resampled_pixel_spacing

    @property
    def width(self) -> float | None:
        """Width of a gray-level bin in image units; None when a number of bins is set."""
        return self.bin_width if self.bin_count is None else None

    def named(self) -> dict[str, Setting]:
        """Return every setting under its name in the file."""
        return {name: getattr(self, attribute) for name, attribute in _FIELDS.items()}

    def said(self) -> dict[str, Setting]:
        """Return the settings that were written, or that are not at their default, under their names in the file."""
        default = _DEFAULTS
        return {name: value for name, value in self.named().items() if name in self.written or value != default[name]}


SETTINGS: Mapping[str, Rule] = {
    entry.metadata["name"]: entry.metadata["rule"] for entry in fields(Settings) if entry.metadata
}
"""Setting as PyRadiomics names it -> what it may be."""

_FIELDS: Mapping[str, str] = {entry.metadata["name"]: entry.name for entry in fields(Settings) if entry.metadata}

_DEFAULTS: Mapping[str, Any] = {entry.metadata["name"]: entry.default for entry in fields(Settings) if entry.metadata}

_VOXEL_MAPS = "belongs to voxel-based maps; radpipe measures whole ROIs"

FOREIGN_SETTINGS: Mapping[str, str] = dict.fromkeys(
    ("voxelSetting", "kernelRadius", "maskedKernel", "initValue", "voxelBatch"), _VOXEL_MAPS
)
"""Known to PyRadiomics and refused, with the reason."""


def checked(values: Mapping[str, Any], path: str, faults: list[str]) -> dict[str, Setting]:
    """Return what is allowed of a section of settings, and add what is not to the faults.

    Parameters
    ----------
    values
        Names as PyRadiomics writes them; a list becomes a tuple, an empty value its default where None is no value.
    path
        Stands before each name in a fault.
    faults
        Are added to.
    """
    valid: dict[str, Setting] = {}
    for name, given in values.items():
        rule = SETTINGS.get(name)
        value = tuple(given) if isinstance(given, list) else given
        if name in FOREIGN_SETTINGS:
            faults.append(f"{path}.{name} {FOREIGN_SETTINGS[name]}")
        elif rule is None:
            faults.append(unknown_word(f"{path}.{name}", str(name), SETTINGS))
        elif value is None and name in ("binWidth", "sigma"):
            continue
        elif not rule.accepts(value):
            faults.append(_not_allowed(f"{path}.{name}", given, rule))
        else:
            valid[name] = value
    return valid


def unknown_word(path: str, name: str, choices: Iterable[str]) -> str:
    """Say that a word is unknown, with the nearest that is known or else all of them."""
    known = tuple(choices)
    near = get_close_matches(name, known, 1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(known)}"
    return f"{path} is unknown; {hint}"


def _not_allowed(path: str, value: Any, rule: Rule) -> str:
    return f"{path} is {value!r}; allowed: {rule.allowed}"
