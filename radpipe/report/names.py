"""Names for readers: what a column, a term or a feature is in words, its column name beside it."""

import re

from radpipe.report.blocks import plain

__all__ = ["both_names", "human_name", "unit_of"]

CURVE = " (curve)"

CLINICAL = {
    "clin_t": "T stage",
    "clin_n": "N stage",
    "clin_m": "M stage",
    "ajcc_stage": "AJCC stage",
    "age_at_diagnosis": "age at diagnosis",
    "biological_sex": "sex",
    "index_tumour_location": "tumour site",
    "overall_hpv_p16_status": "HPV (p16)",
    "performance_status_ecog": "ECOG performance status",
    "pretreat_hb_in_mmolperlitre": "haemoglobin before treatment",
    "chemotherapy_given": "chemotherapy",
}
"""Columns of HN1."""

FAMILIES = {
    "shape": "shape",
    "shape2D": "shape in the plane",
    "firstorder": "intensity",
    "glcm": "co-occurrence",
    "glrlm": "run lengths",
    "glszm": "size zones",
    "gldm": "dependence",
    "ngtdm": "neighbourhood differences",
}
"""PyRadiomics' classes in words."""

FEATURE = re.compile(rf"(?P<image>[^_]+(?:_[^_]+)*?)_(?P<family>{'|'.join(FAMILIES)})_(?P<feature>\w+)")
WORD = re.compile(r"\d+D(?=[A-Z]|$)|[A-Z]?[a-z]+(?:\d+(?!\d*D))?|\d+|[A-Z]+(?![a-z])")
SHORT = 5
"""Letters of an abbreviation, such as Idmn."""

WHOLE_WORDS = ("Mean", "Range")
"""Short names that are no abbreviations."""

CLINICAL_UNITS = {"age_at_diagnosis": "years", "pretreat_hb_in_mmolperlitre": "mmol/L"}
"""Columns of HN1."""

SIGMA = re.compile(r"log-sigma-(\d+)-(\d+)-mm.*")


def human_name(name: str) -> str:
    """Return the name of a column, term or feature in words.

    Parameters
    ----------
    name
        As tables have it: ``clin_t``, ``COLUMN: LEVEL``, ``original_shape_MeshVolume``, ``NAME (curve)``.

    Examples
    --------
    >>> human_name("overall_hpv_p16_status: positive"), human_name("original_shape_MeshVolume (curve)")
    ('HPV (p16): positive', 'mesh volume (shape), curve')
    >>> human_name("log-sigma-2-0-mm-3D_glcm_Idmn"), human_name("wavelet-HLH_glrlm_GrayLevelNonUniformity")
    ('Idmn (co-occurrence, Laplacian of Gaussian 2.0 mm)', 'gray level non uniformity (run lengths, wavelet HLH)')
    """
    if name.endswith(CURVE):
        return f"{human_name(name.removesuffix(CURVE))}, curve"
    column, colon, level = name.partition(": ")
    if colon:
        return f"{human_name(column)}: {level}"
    feature = FEATURE.fullmatch(name)
    if feature is None:
        return CLINICAL.get(name, plain(name))
    where = [FAMILIES[feature["family"]], *_image(feature["image"])]
    return f"{_spaced(feature['feature'])} ({', '.join(where)})"


def both_names(name: str) -> str:
    """Return the name in words with the column name behind it, where the two differ.

    Examples
    --------
    >>> both_names("clin_t"), both_names("stage")
    ('T stage [clin_t]', 'stage')
    """
    words = human_name(name)
    return words if words == name else f"{words} [{name.removesuffix(CURVE).partition(': ')[0]}]"


def _image(image: str) -> tuple[str, ...]:
    """Return the image that a feature was measured on in words; nothing for the image itself."""
    if image in ("original", "radpipe"):
        return ()
    sigma = SIGMA.fullmatch(image)
    if sigma is not None:
        return (f"Laplacian of Gaussian {sigma[1]}.{sigma[2]} mm",)
    return (image.replace("-", " ").replace("_", " "),)


def _spaced(feature: str) -> str:
    """Write a feature's name with blanks between its words; short names without are left."""
    words = WORD.findall(feature)
    if len(words) == 1 and len(feature) <= SHORT and feature not in WHOLE_WORDS:
        return feature
    return " ".join(word if word[-1:].isupper() else word.lower() for word in words)


def unit_of(name: str) -> str:
    """Return the unit that a column's name stands for; empty where none is known.

    Examples
    --------
    >>> unit_of("original_shape_MeshVolume"), unit_of("age_at_diagnosis"), unit_of("age")
    ('mm³', 'years', '')
    """
    if name.endswith(("shape_MeshVolume", "shape_VoxelVolume")):
        return "mm³"
    return CLINICAL_UNITS.get(name, "")
