"""Names of head-and-neck ROIs in TG-263's spelling; used only when asked for, and every translation is recorded."""

import re
import unicodedata
from dataclasses import replace

from radpipe.cohort import Case, Cohort, RoiRef
from radpipe.errors import Note

__all__ = ["TG263", "standard_name", "translated"]

_NOT_SIDED = {
    "Bone_Mandible": ("mandible", "mandibula", "jaw", "lower jaw"),
    "Brain": ("brain",),
    "Brainstem": ("brain stem", "hirnstamm", "hersenstam", "tronc cerebral"),
    "Cavity_Oral": ("oral cavity", "mouth", "oralcavity"),
    "Cricopharyngeus": ("cricopharyngeal inlet", "crico p"),
    "Esophagus": ("oesophagus", "speiseroehre", "slokdarm", "oesophage"),
    "Esophagus_S": ("oesophagus cervical", "cervical esophagus", "esophagus cervical"),
    "Glnd_Thyroid": ("thyroid", "thyroid gland"),
    "Glottis": ("glottic area", "larynx glottic"),
    "Larynx": ("larynx",),
    "Larynx_SG": ("supraglottic larynx", "larynx supraglottic", "supraglottis"),
    "Lips": ("lip",),
    "OpticChiasm": ("chiasm", "optic chiasm", "chiasma", "opt chiasma"),
    "Pituitary": ("pituitary gland", "hypophysis"),
    "SpinalCanal": ("spinal canal", "spinalkanal", "canal medullaire"),
    "SpinalCord": ("spinal cord", "cord", "myelum", "rueckenmark", "ruggenmerg", "moelle epiniere"),
}

_SIDED = {
    "A_Carotid": ("carotid", "carotid artery"),
    "BrachialPlex": ("brachial plexus", "plexus brachialis", "plexus brachial"),
    "Cochlea": ("cochlea",),
    "Glnd_Lacrimal": ("lacrimal gland", "lacrimal"),
    "Glnd_Submand": ("submandibular gland", "submandibular", "submandibula", "smg"),
    "Joint_TM": ("tmj", "temporomandibular joint", "kiefergelenk", "kaakgewricht"),
    "Lens": ("lens", "lense", "linse"),
    "Eye": ("eye", "eyeball", "globe"),
    "OpticNrv": ("optic nerve", "opt nerve", "optic nrv"),
    "Parotid": ("parotid", "parotid gland", "parotis"),
    "Neck": ("neck",),
}
"""TG-263 stem -> spellings found in HN1, HaN-Seg and common contouring protocols; the side is read apart."""

_SIDES = {
    "l": "L",
    "left": "L",
    "lt": "L",
    "li": "L",
    "links": "L",
    "gauche": "L",
    "r": "R",
    "right": "R",
    "rt": "R",
    "re": "R",
    "rechts": "R",
    "droite": "R",
}


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "œ": "oe"})
"""As German and French names are written without their letters; other accents are left out."""


def _words(name: str) -> tuple[str, ...]:
    """Split at signs and at a change from small to capital letters, in small letters."""
    plain = name.translate(_UMLAUTS)
    plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return tuple(re.sub(r"[^a-z0-9]+", " ", apart.casefold()).split())


TG263 = {
    **{_words(word): name for name, others in _NOT_SIDED.items() for word in (name, *others)},
    **{
        (*_words(word), side): f"{name}_{side.upper()}"
        for name, others in _SIDED.items()
        for word in (name, *others)
        for side in ("l", "r")
    },
}
"""Words of a name, the side last -> TG-263 name."""


def standard_name(found: str) -> str | None:
    """Return the TG-263 name of a ROI; None where the dictionary does not know it, and for targets (GTV, CTV, PTV).

    Examples
    --------
    >>> standard_name("Parotid-Left"), standard_name("submandibular_gland_R"), standard_name("GTV-1")
    ('Parotid_L', 'Glnd_Submand_R', None)
    """
    words = _words(found)
    sides = [word for word in words if word in _SIDES]
    rest = tuple(word for word in words if word not in _SIDES)
    if not sides:
        return TG263.get(words)
    if len(sides) > 1:
        return None
    return TG263.get((*rest, _SIDES[sides[0]].lower()))


def translated(cohort: Cohort) -> Cohort:
    """Give every ROI that the dictionary knows its TG-263 name.

    A name is left alone where two ROIs of one file would get it. The name in the file stays in ``RoiRef.found_name``,
    from which each row's ``W_ROI_TRANSLATED`` is made; what was translated how often stands in the cohort's problems.
    """
    counts: dict[tuple[str, str], int] = {}
    cases = tuple(_translated_case(case, counts) for case in cohort)
    notes = tuple(
        Note.of("W_ROI_TRANSLATED", found=f"{found} ({count} ROIs)", asked=asked, dictionary="tg263")
        for (found, asked), count in sorted(counts.items())
    )
    return replace(cohort, cases=cases, problems=(*cohort.problems, *notes))


def _translated_case(case: Case, counts: dict[tuple[str, str], int]) -> Case:
    wanted: dict[tuple[str, tuple[str, ...], str], int] = {}
    for roi in case.rois:
        key = _place(roi)
        wanted[key] = wanted.get(key, 0) + 1
    rois = []
    for roi in case.rois:
        name = standard_name(roi.name)
        if name is None or name == roi.name or wanted[_place(roi)] > 1:
            rois.append(roi)
            continue
        found = roi.name.strip()
        counts[(found, name)] = counts.get((found, name), 0) + 1
        rois.append(replace(roi, name=name, found_name=found))
    return replace(case, rois=tuple(rois))


def _place(roi: RoiRef) -> tuple[str, tuple[str, ...], str]:
    """Where a name must be unique: the file of a structure set, else the image."""
    return (str(roi.kind), roi.image_ids, standard_name(roi.name) or roi.name)
