"""Values of a header whose elements were converted before, as those that slices of a series share, without a detour."""

from collections.abc import MutableSequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pydicom takes a tenth of a second, which radiographs and NIfTI do not need
    from pydicom.dataset import Dataset
    from pydicom.tag import BaseTag

__all__ = ["is_given", "value_of"]


def value_of(dataset: "Dataset", keyword: str) -> Any:
    """Return a value as ``dataset.get(keyword)`` does, None where it is missing.

    Parameters
    ----------
    dataset
        A header; an element that was not yet converted is.
    keyword
        DICOM's.

    Raises
    ------
    Exception
        What pydicom raises of a value that cannot be read.
    """
    element = dataset._dict.get(_tag(keyword))
    if element is None:
        return None
    return dataset.get(keyword) if element.is_raw else element.value


def is_given(dataset: "Dataset", keyword: str) -> bool:
    """Tell whether a data set has a value that is not empty.

    Parameters
    ----------
    dataset, keyword
        As of :func:`value_of`.
    """
    value = value_of(dataset, keyword)
    if isinstance(value, int | float) or (isinstance(value, str | bytes | MutableSequence) and len(value) > 0):
        return True
    return keyword in dataset and not dataset[keyword].is_empty


@cache
def _tag(keyword: str) -> "BaseTag":
    from pydicom.tag import Tag

    return Tag(keyword)
