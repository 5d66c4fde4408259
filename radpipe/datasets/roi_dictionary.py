"""Dictionaries of ROI names, TG-263's or one's own; used only when asked for, and every translation is recorded."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from radpipe.cohort import Case, Cohort, RoiRef
from radpipe.datasets.side_tables import rows_of
from radpipe.datasets.tg263 import LEFT, RIGHT, SIDED, TARGET_PARTS, TARGET_TYPES, UNSIDED
from radpipe.errors import Note, UsageError

__all__ = ["TG263", "RoiDictionary", "open_dictionary", "standard_name", "stem_and_side", "translated"]

COLUMNS = ("found", "standard")
"""Columns of one's own dictionary; others may stand beside them."""

_SIDES = {**dict.fromkeys(LEFT, "l"), **dict.fromkeys(RIGHT, "r")}

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "œ": "oe"})
"""As German and French names are written without their letters; other accents are left out."""


def _words(name: str) -> tuple[str, ...]:
    """Split at signs and at a change from small to capital letters, in small letters."""
    plain = name.translate(_UMLAUTS)
    plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return tuple(re.sub(r"[^a-z0-9]+", " ", apart.casefold()).split())


TG263 = {
    **{_words(word): name for name, others in UNSIDED.items() for word in (name, *others)},
    **{
        (*_words(word), side): f"{name}_{side.upper()}"
        for name, others in SIDED.items()
        for word in (name, *others)
        for side in ("l", "r")
    },
}
"""Words of a name, the side last -> TG-263 name."""

_PARTS = {word: part for part, words in TARGET_PARTS.items() for word in words}
_TARGET = re.compile(
    f"({'|'.join(sorted((kind.lower() for kind in TARGET_TYPES), key=len, reverse=True))})"
    f"({'|'.join(sorted(_PARTS, key=len, reverse=True))})([0-9]{{0,2}})"
)


def standard_name(found: str) -> str | None:
    """Return the TG-263 name of a ROI; None where the dictionary does not know it.

    Of targets it knows those whose part is told, primary or nodal; a ``GTV-1`` may be either, and keeps its name.

    Examples
    --------
    >>> standard_name("Parotid-Left"), standard_name("submandibular_gland_R"), standard_name("GTV-1")
    ('Parotid_L', 'Glnd_Submand_R', None)
    >>> standard_name("gtv_n 2"), standard_name("Ohrspeicheldrüse links")
    ('GTVn2', 'Parotid_L')
    """
    words = _words(found)
    sides = [word for word in words if word in _SIDES]
    rest = tuple(word for word in words if word not in _SIDES)
    if len(sides) == 1:
        return TG263.get((*rest, _SIDES[sides[0]]))
    if sides:
        return None
    if target := _TARGET.fullmatch("".join(words)):
        kind, part, number = target.groups()
        return f"{kind.upper()}{_PARTS[part]}{number}"
    return TG263.get(words)


def stem_and_side(found: str) -> tuple[str, str]:
    """Return the words of a name without its side, and the side: ``L``, ``R``, or empty where it tells none or both.

    Examples
    --------
    >>> stem_and_side("Parotid-Left"), stem_and_side("submandibular_gland_R"), stem_and_side("GTV-1")
    (('parotid', 'L'), ('submandibular gland', 'R'), ('gtv 1', ''))
    """
    words = _words(found)
    sides = {_SIDES[word] for word in words if word in _SIDES}
    return " ".join(word for word in words if word not in _SIDES), sides.pop().upper() if len(sides) == 1 else ""


@dataclass(frozen=True, slots=True)
class RoiDictionary:
    """Names as found -> names as wanted.

    Parameters
    ----------
    name
        As a run records it: ``tg263``, or a file's name without its folder; each row tells its translation.
    own
        Names of one's own file, in small letters -> wanted names; None: TG-263.
    """

    name: str
    own: Mapping[str, str] | None = None

    def wanted(self, found: str) -> str | None:
        """Return the name that is wanted for a ROI; None where the dictionary has none."""
        if self.own is None:
            return standard_name(found)
        return self.own.get(found.strip().casefold())


def open_dictionary(name: str) -> RoiDictionary:
    """Open a dictionary by the word of ``--roi-dictionary``.

    Parameters
    ----------
    name
        ``tg263`` in any case, or a CSV file with the columns ``found`` and ``standard`` (comma, semicolon or tab);
        case and surrounding blanks of ``found`` do not count, and a ROI whose ``standard`` is empty keeps its name.

    Raises
    ------
    UsageError
        It is neither; a column is missing; or one name is to become two.
    """
    if name.strip().lower() == "tg263":
        return RoiDictionary("tg263")
    path = Path(name).expanduser()
    if not path.is_file():
        message = f"--roi-dictionary {name}: write tg263, or the name of a CSV file with the columns found,standard"
        raise UsageError(message)
    head, *rows = rows_of(path) or [[]]
    places = {column: head.index(column) for column in COLUMNS if column in head}
    if missing := [column for column in COLUMNS if column not in places]:
        message = f"--roi-dictionary {name}: the column {missing[0]} is missing; its first line is {','.join(head)!r}"
        raise UsageError(message)
    own: dict[str, str] = {}
    for line, row in enumerate(rows, start=2):
        found, standard = (row[places[column]] if places[column] < len(row) else "" for column in COLUMNS)
        if not found or not standard:
            continue
        if own.setdefault(found.casefold(), standard) != standard:
            message = f"--roi-dictionary {name}, row {line}: {found} is {own[found.casefold()]} already; keep one"
            raise UsageError(message)
    return RoiDictionary(path.name, own)


def translated(cohort: Cohort, dictionary: RoiDictionary) -> Cohort:
    """Give every ROI that the dictionary knows its wanted name.

    A name is left alone where two ROIs of one file would get it, and that is told. The name in the file stays in
    ``RoiRef.found_name``, from which each row's ``W_ROI_TRANSLATED`` is made; what was translated how often stands in
    the cohort's problems.

    Parameters
    ----------
    cohort
        As the data set was read.
    dictionary
        Of :func:`open_dictionary`.
    """
    counts: dict[tuple[str, str], int] = {}
    clashes: dict[tuple[str, str], int] = {}
    cases = tuple(_translated_case(case, dictionary, counts, clashes) for case in cohort)
    notes = [
        Note.of("W_ROI_TRANSLATED", found=f"{found} ({count} ROIs)", asked=asked)
        for (found, asked), count in sorted(counts.items())
    ]
    notes += [
        Note.of("W_DATASET", what=f"{names} would all be {asked} ({count} times in one file); they keep their names")
        for (names, asked), count in sorted(clashes.items())
    ]
    return replace(cohort, cases=cases, problems=(*cohort.problems, *notes))


def _translated_case(
    case: Case, dictionary: RoiDictionary, counts: dict[tuple[str, str], int], clashes: dict[tuple[str, str], int]
) -> Case:
    """Translate the names of a case; how often each was, and what would have clashed, is counted on the way."""
    claims: dict[tuple[str, tuple[str, ...], str], list[str]] = defaultdict(list)
    names = [dictionary.wanted(roi.name) or roi.name for roi in case.rois]
    for roi, name in zip(case.rois, names, strict=True):
        claims[_place(roi, name)].append(roi.name.strip())
    for (_, _, name), claimed in claims.items():
        if len(claimed) > 1 and any(found != name for found in claimed):
            key = (" and ".join(sorted(claimed)), name)
            clashes[key] = clashes.get(key, 0) + 1
    rois = []
    for roi, name in zip(case.rois, names, strict=True):
        if name == roi.name or len(claims[_place(roi, name)]) > 1:
            rois.append(roi)
            continue
        found = roi.name.strip()
        counts[(found, name)] = counts.get((found, name), 0) + 1
        rois.append(replace(roi, name=name, found_name=found))
    return replace(case, rois=tuple(rois))


def _place(roi: RoiRef, name: str) -> tuple[str, tuple[str, ...], str]:
    """Where a name must be unique: the file of a structure set, else the image."""
    return (str(roi.kind), roi.image_ids, name)
