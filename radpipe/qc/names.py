"""What the name of a ROI says of it: target or organ, side, and what may lie inside it or around it."""

from radpipe.datasets.roi_dictionary import standard_name, stem_and_side
from radpipe.targets import is_target

__all__ = [
    "ANCHORS",
    "common_name",
    "holds_air",
    "holds_bone",
    "holds_others",
    "is_paired",
    "side_and_stem",
]

_HOLDERS = (
    "body", "external", "skin", "patient", "outline", "contour", "couch", "table", "=brain", "head", "neck", "skull",
    "spinalcanal", "canal", "eye", "orbit", "larynx", "pharynx", "cavity", "lung", "thorax", "trunk", "ring", "prv",
    "avoid", "dose", "isodose", "mask", "bolus", "=ear", "chest", "mediastin", "pelvis", "abdomen", "globe",
)  # fmt: skip

_AIR = (
    "lung", "cavity", "trachea", "airway", "sinus", "nasal", "nasopharynx", "oral", "mouth", "larynx", "supraglott",
    "glott", "pharynx", "esophagus", "oesophagus", "stomach", "bowel", "rectum", "colon", "body", "external", "skin",
    "patient", "couch", "table", "bolus", "=ear", "ring", "mastoid", "bronch", "thorax", "chest", "air",
)  # fmt: skip

_BONE = (
    "bone", "cochlea", "mandib", "jaw", "teeth", "tooth", "dental", "vertebra", "skull", "cranium", "maxill", "femur",
    "femoral", "=hip", "=rib", "=ribs", "pelvis", "sternum", "joint", "tmj", "=ear", "metal", "implant", "hyoid",
    "clavic", "scapula", "humer", "body", "external", "patient", "head", "spine", "mastoid",
)  # fmt: skip
"""Beginnings of words of a name; with an equals sign the whole word."""

_PAIRED = (
    "parotid",
    "parotis",
    "submand",
    "submandibular",
    "lacrimal",
    "gland",
    "glnd",
    "eye",
    "lens",
    "cochlea",
    "globe",
)

ANCHORS = ("Brainstem", "SpinalCord", "Bone_Mandible")
"""Organs that the place of others is told from: few centres leave them out, and no treatment moves them."""


def common_name(name: str) -> str:
    """Return the name under which spellings of one organ are compared: TG-263's where it is known.

    Examples
    --------
    >>> common_name("Parotid-Left"), common_name(" gtv-1"), common_name("GTV-1")
    ('Parotid_L', 'GTV-1', 'GTV-1')
    """
    return standard_name(name) or (name.strip().upper() if is_target(name) else name.strip().casefold())


def side_and_stem(name: str) -> tuple[str, str]:
    """Return ``L``, ``R`` or nothing, and the name without its side."""
    stem, side = stem_and_side(common_name(name))
    return side, stem


def is_paired(stem: str) -> bool:
    """Tell whether the left and the right one are alike in size: glands, eyes and cochleas, not levels of nodes."""
    return not is_target(stem) and any(word in stem.split() for word in _PAIRED)


def holds_others(name: str) -> bool:
    """Tell whether other organs may lie inside a ROI of this name, so that it is no copy of them.

    Examples
    --------
    >>> [holds_others(name) for name in ("Body", "Brain", "SpinalCanal", "OpticNrv_L", "Parotid_R")]
    [True, True, True, False, False]
    """
    return is_target(name) or _has_word(name, _HOLDERS)


def holds_air(name: str) -> bool:
    """Tell whether air is to be expected inside.

    Examples
    --------
    >>> [holds_air(name) for name in ("Cavity_Oral", "Lung_L", "Heart", "Parotid_L")]
    [True, True, False, False]
    """
    return _has_word(name, _AIR)


def holds_bone(name: str) -> bool:
    """Tell whether compact bone or metal is to be expected inside.

    Examples
    --------
    >>> [holds_bone(name) for name in ("Mandible", "Cochlea-Right", "Hippocampus_L", "Parotid_L")]
    [True, True, False, False]
    """
    return _has_word(name, _BONE)


def _has_word(name: str, beginnings: tuple[str, ...]) -> bool:
    words = [word for text in (name, common_name(name)) for word in stem_and_side(text)[0].split()]
    return any(
        word == beginning[1:] if beginning[0] == "=" else word.startswith(beginning)
        for word in words
        for beginning in beginnings
    )
