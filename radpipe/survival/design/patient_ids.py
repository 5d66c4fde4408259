"""Ids of patients: which column holds them, and which ids of two tables are the same but for their writing."""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from radpipe.errors import UsageError

__all__ = ["find_id_column", "loose", "near_matches", "rewritten"]

USUAL = ("patient_id", "case_id", "id", "PatientID")
"""Names of an id column, the first that there is."""

_ALSO = frozenset(
    {"patientid", "caseid", "id", "pid", "mrn", "subjectid", "studyid", "patient", "case", "subject", "patientno",
     "patientnr", "patientnumber", "patid", "patnr", "casenumber", "caseno", "recordid"}
)  # fmt: skip
"""The same without case, blanks and signs, and names of other languages' hospitals."""


def find_id_column(columns: Sequence[str], file: str, asked: str | None = None) -> str:
    """Return the column of patient ids.

    Parameters
    ----------
    columns
        All there are.
    file
        Their table, for the message.
    asked
        The name that the user gave; case and blanks around it do not count.

    Raises
    ------
    UsageError
        There is none, or several could be it.

    Examples
    --------
    >>> find_id_column(["Patient ID", "age"], "c.csv")
    'Patient ID'
    """
    held = ", ".join(columns)
    if asked is not None:
        same = [name for name in columns if name == asked] or [
            name for name in columns if name.strip().casefold() == asked.strip().casefold()
        ]
        if len(same) == 1:
            return same[0]
        near = get_close_matches(asked, columns, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        message = f"{file} has no patient id column {asked}; {hint}It has {held}"
        raise UsageError(message)
    exact = next((name for name in USUAL if name in columns), None)
    if exact is not None:
        return exact
    likely = [name for name in columns if re.sub(r"[^a-z]", "", name.casefold()) in _ALSO]
    if len(likely) == 1:
        return likely[0]
    if likely:
        message = f"{file}: {', '.join(likely)} may all be patient ids; name the column with --id"
        raise UsageError(message)
    message = f"{file} has no patient id column {' or '.join(USUAL)}; name yours with --id. It has {held}"
    raise UsageError(message)


def loose(patient: str) -> str:
    """Write an id without what writing changes: case, blanks, signs, zeros in front, ``.0``.

    Examples
    --------
    >>> loose("HN1-001"), loose("hn1001"), loose("P 007"), loose("0004"), loose("4.0")
    ('hn1001', 'hn1001', 'p7', '4', '4')
    """
    text = re.sub(r"[\W_]+", "", re.sub(r"\.0+$", "", patient.strip().casefold()))
    return re.sub(r"(^|(?<=[^\W\d]))0+(?=\d)", "", text)


def near_matches(lost: Collection[str], present: Collection[str]) -> dict[str, str]:
    """Return ids of one table -> those of the other that differ in writing only.

    Parameters
    ----------
    lost
        Ids without a partner.
    present
        Ids of the other table without a partner.

    Returns
    -------
    dict
        Pairs in which each id is the only one of its table with that loose writing.
    """
    others = _grouped(present)
    return {
        own[0]: others[key][0] for key, own in _grouped(lost).items() if len(own) == 1 and len(others.get(key, [])) == 1
    }


def rewritten(cases: Sequence[str], patients: Sequence[str]) -> Mapping[str, str]:
    """Return case ids -> the patient ids that they mean, where writing is not to count.

    Parameters
    ----------
    cases, patients
        Ids of feature table and clinical table, each once.

    Raises
    ------
    UsageError
        Two ids of one table are the same but for writing: they cannot be told apart then.
    """
    for ids, table in ((cases, "feature table"), (patients, "clinical table")):
        twins = next((spellings for spellings in _grouped(ids).values() if len(spellings) > 1), None)
        if twins:
            message = (
                f"--loose-ids: {' and '.join(twins[:3])} of the {table} would be one patient; mend the ids instead"
            )
            raise UsageError(message)
    by_key = {loose(patient): patient for patient in patients}
    return {case: by_key.get(loose(case), case) for case in cases}


def _grouped(ids: Collection[str]) -> dict[str, list[str]]:
    """Return loose writing -> ids."""
    groups: dict[str, list[str]] = {}
    for patient in dict.fromkeys(ids):
        groups.setdefault(loose(patient), []).append(patient)
    return groups
