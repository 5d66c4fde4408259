"""What the text headers of NRRD and MetaImage share: sizes, lengths, and patterns of file names."""

import math
import re
from collections.abc import Mapping, Sequence

from radpipe.errors import InputError

__all__ = ["MOST_FILES", "Fields", "is_length", "is_number", "pattern_names", "shape_zyx"]


MOST_FILES = 100_000

Fields = Mapping[str, str]


def pattern_names(words: Sequence[str], path: str) -> list[str]:
    """Return the names of ``name%03d.raw first last step``; none where the words are no pattern.

    Parameters
    ----------
    words
        The field of the header, at its blanks.
    path
        Of the header, for the message.

    Returns
    -------
    list of str
        As many as the range has numbers, the last one included.

    Raises
    ------
    InputError
        ``E_UNREADABLE``: more than ``MOST_FILES``, or a second ``%``.
    """
    if len(words) < 4 or not re.search(r"%0?\d*d", words[0]):
        return []
    try:
        first, last, step = (int(word) for word in words[1:4])
        numbers = range(first, last + (1 if step > 0 else -1), step)
    except ValueError:
        return []
    if len(numbers) > MOST_FILES or words[0].count("%") != 1:
        raise InputError("E_UNREADABLE", path=path, reason=f"pattern of data files {words[0]}")
    return [words[0] % number for number in numbers]


def is_number(word: str) -> bool:
    """Say whether a word is a finite number.

    Parameters
    ----------
    word
        As it stands in the header.
    """
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def is_length(word: str) -> bool:
    """Say whether a word is a finite number other than 0, as a voxel size must be.

    Parameters
    ----------
    word
        As it stands in the header.
    """
    return is_number(word) and float(word) != 0


def shape_zyx(sizes: Sequence[int], path: str) -> tuple[int, ...]:
    """Return the shape of the array (z, y, x) from the sizes of a header.

    Parameters
    ----------
    sizes
        Voxels along the axes, x first; axes beyond the third have one.
    path
        Of the header, for the message.

    Raises
    ------
    InputError
        ``E_UNREADABLE``: no voxels, or more than three dimensions.
    """
    if not sizes or min(sizes) < 1:
        raise InputError("E_UNREADABLE", path=path, reason=f"its axes have {', '.join(map(str, sizes))} voxels")
    if any(size > 1 for size in sizes[3:]):
        raise InputError("E_UNREADABLE", path=path, reason=f"it has {len(sizes)} dimensions")
    x, y, z = (*sizes, 1, 1)[:3]
    return z, y, x
