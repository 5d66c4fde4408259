"""Size and form of the ROI (IBSI 3.1)."""

from radpipe.features.catalogue.record import NAMED, Definition, Feature, FeatureClass, joined

__all__ = ["SHAPE"]

_CLASS = FeatureClass("shape", "size and form of the ROI's surface mesh (IBSI 3.1)")
_MESH = "V, A: volume and area of the ROI's mesh"
_TRIANGLES = "(a, b, c): triangles of the mesh by marching cubes, corners midway between voxel centres in and out"
_AXES = "l1 >= l2 >= l3: eigenvalues of the covariance (divisor N) of the N voxel centres, in mm2"
_DIAMETER = "not in IBSI; x, y and z are the axes of the image's grid"


def _of(
    name: str,
    formula: str,
    code: str,
    ibsi_name: str,
    *symbols: str,
    unit: str = "",
    remark: str = "",
    deprecated: bool = False,
) -> Feature:
    definition = Definition(joined(formula, *symbols), code, ibsi_name, remark)
    return _CLASS.feature(name, definition, unit=unit, deprecated=deprecated)


def _diameter(name: str, plane: str, *, unit: str) -> Feature:
    formula = f"greatest distance between two corners of the mesh in one {plane}"
    return _of(name, formula, "", "", unit=unit, remark=_DIAMETER)


SHAPE: tuple[Feature, ...] = (
    _of("Elongation", "sqrt(l2 / l1)", "Q3CK", "Elongation", _AXES, remark="falls as the ROI gets longer, as in IBSI"),
    _of("Flatness", "sqrt(l3 / l1)", "N17B", "Flatness", _AXES, remark="falls as the ROI gets flatter, as in IBSI"),
    _of("LeastAxisLength", "4 sqrt(l3)", "7J51", "Least axis length", _AXES, unit="mm"),
    _of("MajorAxisLength", "4 sqrt(l1)", "TDIC", "Major axis length", _AXES, unit="mm"),
    _diameter("Maximum2DDiameterColumn", "plane of constant y (coronal in an axial image)", unit="mm"),
    _diameter("Maximum2DDiameterRow", "plane of constant x (sagittal in an axial image)", unit="mm"),
    _diameter("Maximum2DDiameterSlice", "slice, of constant z", unit="mm"),
    _of(
        "Maximum3DDiameter",
        "greatest distance between two corners of the mesh",
        "L0JK",
        "Maximum 3D diameter",
        unit="mm",
    ),
    _of("MeshVolume", "sum a . (b x c) / 6", "RNU0", "Volume (mesh)", _TRIANGLES, unit="mm3"),
    _of("MinorAxisLength", "4 sqrt(l2)", "P9VJ", "Minor axis length", _AXES, unit="mm"),
    _of("Sphericity", "(36 pi V^2)^(1/3) / A", "QCFX", "Sphericity", _MESH),
    _of("SurfaceArea", "sum |(b - a) x (c - a)| / 2", "C0JK", "Surface area (mesh)", _TRIANGLES, unit="mm2"),
    _of("SurfaceVolumeRatio", "A / V", "2PR5", "Surface to volume ratio", _MESH, unit="1/mm"),
    _of(
        "VoxelVolume",
        "N v",
        "YEKZ",
        "Volume (voxel counting)",
        "N: number of voxels, v: volume of one",
        remark="other features take MeshVolume (RNU0)",
        unit="mm3",
    ),
    _of("Compactness1", "V / (sqrt(pi) A^(3/2))", "SKGS", "Compactness 1", _MESH, remark=NAMED, deprecated=True),
    _of("Compactness2", "36 pi V^2 / A^3", "BQWJ", "Compactness 2", _MESH, remark=NAMED, deprecated=True),
    _of(
        "SphericalDisproportion",
        "A / (36 pi V^2)^(1/3)",
        "KRCK",
        "Spherical disproportion",
        _MESH,
        remark=joined("1 / Sphericity", NAMED),
        deprecated=True,
    ),
)
"""In PyRadiomics' order; deprecated features last."""
