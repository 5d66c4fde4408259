"""A selection that meets nothing is refused before anything is measured, with the names that are there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from radpipe.cohort import Case
from radpipe.errors import NothingUsableError
from radpipe.modalities import modality_of
from radpipe.rois import RoiRule

__all__ = ["refuse_nothing"]

SHOWN = 12
"""Most names that a refusal lists."""


def refuse_nothing(cases: Iterable[Case], rule: RoiRule, modalities: Iterable[str]) -> None:
    """Refuse a selection that no image, or no ROI, of the cases meets.

    Parameters
    ----------
    cases
        Those that are asked for.
    rule
        The ROIs that are asked for.
    modalities
        The modalities that are asked for; none means all.

    Raises
    ------
    NothingUsableError
        No image has one of the modalities, or no ROI one of the names; those that are there are listed. A cohort with
        damaged files is not refused: what they hold is not known, and its rows say so.
    """
    cases = tuple(cases)
    if any(note.code == "E_DAMAGED_FILE" for case in cases for note in case.problems):
        return
    images = Counter(image.modality.upper() for case in cases for image in case.images)
    wanted = tuple(dict.fromkeys(modality_of(word) for word in modalities))
    if wanted and images and not set(wanted) & set(images):
        message = f"--modality {' '.join(wanted)}: nothing is measured; {len(cases)} cases hold {_told(images)}"
        raise NothingUsableError(message)
    rois = [roi for case in cases for roi in case.rois]
    patterns = (*rule.patterns, *(pattern for _, pattern in rule.merges))
    if not patterns or not rois or rule.select(rois)[0]:
        return
    names = Counter(name for case in cases for name in {roi.name.strip() for roi in case.rois})
    near = [word for pattern in patterns for word in _near(pattern, names)]
    hint = f"did you mean {' or '.join(dict.fromkeys(near))}? " if near else ""
    message = f"--roi {' '.join(patterns)}: nothing is measured; {hint}{len(cases)} cases hold {_told(names)}"
    raise NothingUsableError(message)


def _near(pattern: str, names: Mapping[str, int]) -> list[str]:
    """Return the name that was probably meant; signs and case do not count."""
    plain = {_plain(name): name for name in names}
    return [plain[word] for word in get_close_matches(_plain(pattern), plain, 1, cutoff=0.6)]


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _told(counts: Counter[str]) -> str:
    told = ", ".join(f"{name} ({count})" for name, count in counts.most_common(SHOWN))
    more = len(counts) - SHOWN
    return told + (f" and {more} more names" if more > 0 else "")
