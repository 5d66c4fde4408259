"""Size and form of the outline on one slice, which IBSI does not define."""

from radpipe.features.catalogue.record import NAMED, Definition, Feature, FeatureClass, joined

__all__ = ["SHAPE_2D"]

_CLASS = FeatureClass("shape2D", "size and form of the ROI's outline on one slice")
_AXES = "l1 >= l2: eigenvalues of the covariance (divisor N) of the N pixel centres, in mm2"
_OUTLINE = "P, A: length of the outline and area inside it"
_LINES = "(a, b): lines of the outline by marching squares, ends midway between pixel centres in and out"
_FLAT = "IBSI defines shape in 3D only"


def _of(name: str, formula: str, *symbols: str, unit: str = "", remark: str = "", deprecated: bool = False) -> Feature:
    definition = Definition(joined(formula, *symbols), "", "", joined(_FLAT, remark))
    return _CLASS.feature(name, definition, unit=unit, deprecated=deprecated)


SHAPE_2D: tuple[Feature, ...] = (
    _of("Elongation", "sqrt(l2 / l1)", _AXES, remark="falls as the ROI gets longer"),
    _of("MajorAxisLength", "4 sqrt(l1)", _AXES, unit="mm"),
    _of("MaximumDiameter", "greatest distance between two corners of the outline", unit="mm"),
    _of("MeshSurface", "sum (a x b) / 2", _LINES, unit="mm2"),
    _of("MinorAxisLength", "4 sqrt(l2)", _AXES, unit="mm"),
    _of("Perimeter", "sum |a - b|", _LINES, unit="mm"),
    _of("PerimeterSurfaceRatio", "P / A", _OUTLINE, unit="1/mm"),
    _of(
        "PixelSurface",
        "N a",
        "N: number of pixels, a: area of one",
        remark="other features take MeshSurface",
        unit="mm2",
    ),
    _of("Sphericity", "2 sqrt(pi A) / P", _OUTLINE),
    _of(
        "SphericalDisproportion",
        "P / (2 sqrt(pi A))",
        _OUTLINE,
        remark=joined("1 / Sphericity", NAMED),
        deprecated=True,
    ),
)
"""In PyRadiomics' order; deprecated features last."""
