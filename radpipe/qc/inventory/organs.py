"""Organs and their spellings, and what most cases have and some lack."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from radpipe.cohort import Cohort
from radpipe.datasets.roi_dictionary import standard_name
from radpipe.qc.names import common_name

__all__ = ["gap_table", "organ_table", "spelling_table"]

ROI_COLUMNS = ("roi", "cases", "of_cases", "spellings", "tg263")
DICTIONARY_COLUMNS = ("found", "standard")
MISSING_COLUMNS = ("case_id", "what", "missing", "have_it", "of_cases")

USUAL_SHARE = 0.5
"""What at least so many cases have is missing where it is not."""


def organ_table(names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Count cases of each organ, and its spellings.

    Parameters
    ----------
    names
        Case -> names of its ROIs as found.

    Returns
    -------
    pandas.DataFrame
        Columns ``ROI_COLUMNS``, the most frequent organ first.
    """
    cases: dict[str, set[str]] = defaultdict(set)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for case, own in names.items():
        for name in set(own):
            organ = common_name(name)
            cases[organ].add(case)
            spellings[organ][name] += 1
    rows = []
    for organ in sorted(cases, key=lambda organ: (-len(cases[organ]), organ)):
        listed = "; ".join(f"{name} ({count})" for name, count in spellings[organ].most_common())
        first = spellings[organ].most_common(1)[0][0]
        suggestion = standard_name(first) or ""
        rows.append((suggestion or first, len(cases[organ]), len(names), listed, suggestion))
    return pd.DataFrame(rows, columns=list(ROI_COLUMNS))


def spelling_table(names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return each spelling with TG-263's name, empty where it is not known: the start of ``--roi-dictionary FILE``.

    Parameters
    ----------
    names
        Case -> names of its ROIs as found.

    Returns
    -------
    pandas.DataFrame
        Columns ``DICTIONARY_COLUMNS``, a row a spelling.
    """
    spelt = sorted({name for own in names.values() for name in own}, key=lambda name: (name.casefold(), name))
    return pd.DataFrame([(name, standard_name(name) or "") for name in spelt], columns=list(DICTIONARY_COLUMNS))


def gap_table(cohort: Cohort, names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Name what at least half of the cases have, where it is not.

    Parameters
    ----------
    cohort
        Cases with their images.
    names
        Case -> names of its ROIs as found.

    Returns
    -------
    pandas.DataFrame
        Columns ``MISSING_COLUMNS``, a row a gap; ``every`` where a case has nothing and nothing is usual.
    """
    organs = {case: {common_name(name) for name in own} for case, own in names.items()}
    held = {case.case_id: ({image.modality for image in case.images}, organs[case.case_id]) for case in cohort}
    rows = []
    for place, what in enumerate(("image", "ROI")):
        counts = Counter(name for own in held.values() for name in own[place])
        usual = [name for name, count in counts.items() if count >= USUAL_SHARE * len(held)]
        rows += [
            (case, what, name, counts[name], len(held))
            for case, own in held.items()
            for name in sorted(usual)
            if name not in own[place]
        ]
        rows += [(case, what, "every", 0, len(held)) for case, own in held.items() if not own[place] and not usual]
    return pd.DataFrame(rows, columns=list(MISSING_COLUMNS))
