"""Size and form: of the ROI (IBSI 3.1), and of its outline on one slice, which IBSI does not define."""

from collections.abc import Mapping

from radpipe.features.definitions.record import Definition, joined

__all__ = ["SHAPE", "SHAPE_2D"]

_MESH = "V, A: volume and area of the ROI's mesh"
_TRIANGLES = "(a, b, c): triangles of the mesh by marching cubes, corners midway between voxel centres in and out"
_AXES = "l1 >= l2 >= l3: eigenvalues of the covariance (divisor N) of the N voxel centres, in mm2"
_AXES_2D = "l1 >= l2: eigenvalues of the covariance (divisor N) of the N pixel centres, in mm2"
_OUTLINE = "P, A: length of the outline and area inside it"
_LINES = "(a, b): lines of the outline by marching squares, ends midway between pixel centres in and out"

_NAMED = "computed only when named"
_DIAMETER = "not in IBSI; x, y and z are the axes of the image's grid"
_FLAT = "IBSI defines shape in 3D only"


def _of(formula: str, code: str, name: str, *symbols: str, remark: str = "") -> Definition:
    return Definition(joined(formula, *symbols), code, name, remark)


def _diameter(plane: str) -> Definition:
    return _of(f"greatest distance between two corners of the mesh in one {plane}", "", "", remark=_DIAMETER)


def _outline(formula: str, *symbols: str, remark: str = "") -> Definition:
    return Definition(joined(formula, *symbols), "", "", joined(_FLAT, remark))


SHAPE: Mapping[str, Definition] = {
    "Elongation": _of("sqrt(l2 / l1)", "Q3CK", "Elongation", _AXES, remark="falls as the ROI gets longer, as in IBSI"),
    "Flatness": _of("sqrt(l3 / l1)", "N17B", "Flatness", _AXES, remark="falls as the ROI gets flatter, as in IBSI"),
    "LeastAxisLength": _of("4 sqrt(l3)", "7J51", "Least axis length", _AXES),
    "MajorAxisLength": _of("4 sqrt(l1)", "TDIC", "Major axis length", _AXES),
    "Maximum2DDiameterColumn": _diameter("plane of constant y (coronal in an axial image)"),
    "Maximum2DDiameterRow": _diameter("plane of constant x (sagittal in an axial image)"),
    "Maximum2DDiameterSlice": _diameter("slice, of constant z"),
    "Maximum3DDiameter": _of("greatest distance between two corners of the mesh", "L0JK", "Maximum 3D diameter"),
    "MeshVolume": _of("sum a . (b x c) / 6", "RNU0", "Volume (mesh)", _TRIANGLES),
    "MinorAxisLength": _of("4 sqrt(l2)", "P9VJ", "Minor axis length", _AXES),
    "Sphericity": _of("(36 pi V^2)^(1/3) / A", "QCFX", "Sphericity", _MESH),
    "SurfaceArea": _of("sum |(b - a) x (c - a)| / 2", "C0JK", "Surface area (mesh)", _TRIANGLES),
    "SurfaceVolumeRatio": _of("A / V", "2PR5", "Surface to volume ratio", _MESH),
    "VoxelVolume": _of(
        "N v",
        "YEKZ",
        "Volume (voxel counting)",
        "N: number of voxels, v: volume of one",
        remark="other features take MeshVolume (RNU0)",
    ),
    "Compactness1": _of("V / (sqrt(pi) A^(3/2))", "SKGS", "Compactness 1", _MESH, remark=_NAMED),
    "Compactness2": _of("36 pi V^2 / A^3", "BQWJ", "Compactness 2", _MESH, remark=_NAMED),
    "SphericalDisproportion": _of(
        "A / (36 pi V^2)^(1/3)", "KRCK", "Spherical disproportion", _MESH, remark=joined("1 / Sphericity", _NAMED)
    ),
}
"""Feature -> definition."""

SHAPE_2D: Mapping[str, Definition] = {
    "Elongation": _outline("sqrt(l2 / l1)", _AXES_2D, remark="falls as the ROI gets longer"),
    "MajorAxisLength": _outline("4 sqrt(l1)", _AXES_2D),
    "MaximumDiameter": _outline("greatest distance between two corners of the outline"),
    "MeshSurface": _outline("sum (a x b) / 2", _LINES),
    "MinorAxisLength": _outline("4 sqrt(l2)", _AXES_2D),
    "Perimeter": _outline("sum |a - b|", _LINES),
    "PerimeterSurfaceRatio": _outline("P / A", _OUTLINE),
    "PixelSurface": _outline("N a", "N: number of pixels, a: area of one", remark="other features take MeshSurface"),
    "Sphericity": _outline("2 sqrt(pi A) / P", _OUTLINE),
    "SphericalDisproportion": _outline("P / (2 sqrt(pi A))", _OUTLINE, remark=joined("1 / Sphericity", _NAMED)),
}
"""Feature -> definition."""
