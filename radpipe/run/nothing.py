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
    wanted = tuple(dict.fromkeys(modality_of(word) for word in modalities))
    patterns = (*rule.patterns, *(pattern for _, pattern in rule.merges))
    images: Counter[str] = Counter()
    names: Counter[str] = Counter()
    count = 0
    met = not patterns
    for case in cases:  # most selections are met by the first of them, and no list of all is kept
        if any(note.code == "E_DAMAGED_FILE" for note in case.problems):
            return
        count += 1
        images.update(image.modality.upper() for image in case.images)
        names.update({roi.name.strip() for roi in case.rois})
        met = met or bool(rule.select(case.rois)[0])
        if met and (not wanted or set(wanted) & set(images)):
            return
    if wanted and images and not set(wanted) & set(images):
        message = f"--modality {' '.join(wanted)}: nothing is measured; {count} cases hold {_told(images)}"
        raise NothingUsableError(message)
    if met or not names:
        return
    near = [word for pattern in patterns for word in _near(pattern, names)]
    hint = f"did you mean {' or '.join(dict.fromkeys(near))}? " if near else ""
    message = f"--roi {' '.join(patterns)}: nothing is measured; {hint}{count} cases hold {_told(names)}"
    raise NothingUsableError(message)


def _near(pattern: str, names: Mapping[str, int]) -> list[str]:
    """Return the name that was probably meant; signs and case do not count."""
    plain = {_plain(name): name for name in names}
    return [plain[word] for word in get_close_matches(_plain(pattern), plain, 1, cutoff=0.6)]


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _told(counts: Counter[str]) -> str:
    listed = ", ".join(f"{name} ({count})" for name, count in counts.most_common(SHOWN))
    more = len(counts) - SHOWN
    return listed + (f" and {more} more names" if more > 0 else "")
