"""Data sets of plain DICOM files, read one after the other: what a file says in the bytes of the last one is kept.

Files of one series differ in a few elements. pydicom reads and converts all of them for each file, and parses sequences
that nobody asks for; here the bytes of a file are walked through once, and pydicom's own elements are made of them, of
which it converts each value when it is first asked for. What is not plain (compressed or big-endian pixels, no meta
information, elements out of order, lengths beyond the end) is left to pydicom, and so is what it says of damage.
"""

import warnings
from collections.abc import Collection
from contextlib import suppress
from struct import Struct
from typing import TypeGuard, cast

from pydicom.charset import convert_encodings, default_encoding
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element, empty_value_for_VR
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import BaseTag
from pydicom.valuerep import EXPLICIT_VR_LENGTH_32, VR

from radpipe.imaging.damage import DAMAGE

__all__ = ["LikeFiles"]

IMPLICIT, EXPLICIT = b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1"
"""Transfer syntaxes Implicit and Explicit VR Little Endian (DICOM PS3.5, A.1 and A.2)."""

PREAMBLE = 132
"""Bytes before the meta information: a preamble of 128, and DICM."""

CHARACTER_SET, TRANSFER_SYNTAX, PIXEL_DATA = 0x00080005, 0x00020010, 0x7FE00010
PIXELS = frozenset({0x7FE00008, 0x7FE00009, PIXEL_DATA})

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF

KEPT = frozenset({"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UI", "US", "UT"})
"""What an element of these kinds means follows from its own bytes and the character set; the kind is the one that the
file spells, or the only one that the dictionary knows."""

_KINDS = {kind.value.encode(): kind.value for kind in VR if len(kind.value) == 2}
_LONG = frozenset(kind.value.encode() for kind in EXPLICIT_VR_LENGTH_32)

_element = Struct("<HHL").unpack_from
_spelt_element = Struct("<HH2sH").unpack_from
_length = Struct("<L").unpack_from

Raw = dict[int, RawDataElement]


class _NotPlainError(Exception):
    """Left to pydicom."""


class LikeFiles:
    """Reads files that are alike; it belongs to who reads them, and remembers the last one."""

    def __init__(self) -> None:
        self._words: object = None
        self._shareable: dict[int, bool] = {}
        self._last = Dataset()
        # Of the last file, by number: a look-up by pydicom's tags compares them in Python.
        self._alike: Raw = {}
        self._converted: dict[int, DataElement] = {}

    def read(
        self, content: bytes, *, whole: bool = True, wanted: Collection[int] = (), before_pixels: bool = False
    ) -> Dataset | None:
        """Read a file.

        Parameters
        ----------
        content
            The file, or its beginning.
        whole
            It is the whole file.
        wanted
            Tags of the elements that are kept; empty keeps all.
        before_pixels
            Stop before the pixels, which need not be there.

        Returns
        -------
        Dataset or None
            As pydicom gives it, with elements that others share: they are not to be changed. None where the file is not
            plain, or the beginning is too short.
        """
        try:
            meta, start = _meta_of(content)
            syntax = (meta[TRANSFER_SYNTAX].value or b"").rstrip(b"\0 ") if TRANSFER_SYNTAX in meta else b""
            if syntax not in (IMPLICIT, EXPLICIT):
                return None
            raw, ended = _elements(content, start, syntax == IMPLICIT, wanted, self._alike, before_pixels=before_pixels)
        except _NotPlainError:
            return None
        return self._dataset(raw, meta, implicit=syntax == IMPLICIT) if whole or ended else None

    def _dataset(self, raw: Raw, meta: Raw, *, implicit: bool) -> Dataset:
        alike = bool(self._alike) and _words(raw) == self._words
        if not alike:
            self._words, self._shareable, self._alike = _words(raw), {}, {}
        elements: dict[BaseTag, RawDataElement | DataElement] = {}
        converted: dict[int, DataElement] = {}
        for number, element in raw.items():
            shared = self._shared(number, element) if element is self._alike.get(number) else None
            if shared is None:
                elements[element.tag] = element
            else:
                elements[shared.tag] = converted[number] = shared
        dataset = Dataset(elements)
        encoding = self._last.original_character_set if alike else _encoding_of(raw)
        dataset.set_original_encoding(implicit, True, encoding)
        dataset.file_meta = FileMetaDataset({element.tag: element for element in meta.values()})
        dataset.file_meta.set_original_encoding(False, True, default_encoding)
        self._alike = {number: element for number, element in raw.items() if self._may_be_shared(number, element)}
        self._converted, self._last = converted, dataset
        return dataset

    def _may_be_shared(self, number: int, element: RawDataElement) -> bool:
        """Tell whether what an element means follows from its bytes; a vendor's depends on other elements."""
        known = self._shareable.get(number)
        if known is None:
            known = self._shareable[number] = not element.tag.is_private and _usual_kind(element) in KEPT
        return known

    def _shared(self, number: int, element: RawDataElement) -> DataElement | None:
        """Return the last file's element, converted for all that say the same; None where it cannot be."""
        known = self._converted.get(number)
        if known is None:
            with warnings.catch_warnings(), suppress(*DAMAGE):  # told where it is asked for
                warnings.simplefilter("ignore")
                known = self._last[element.tag]
        return known


def _usual_kind(element: RawDataElement) -> str | None:
    return element.VR or (dictionary_VR(element.tag) if dictionary_has_tag(element.tag) else None)


def _words(raw: Raw) -> object:
    """Return what is said of the character set; an empty word is not none."""
    return raw[CHARACTER_SET].value or b"" if CHARACTER_SET in raw else None


def _encoding_of(raw: Raw) -> str | list[str]:
    words = raw.get(CHARACTER_SET)
    return default_encoding if words is None else convert_encodings(convert_raw_data_element(words).value)


def _meta_of(content: bytes) -> tuple[Raw, int]:
    """Read the meta information, which is always spelt and little-endian; return where it ends too."""
    if content[PREAMBLE - 4 : PREAMBLE] != b"DICM":
        raise _NotPlainError
    raw: Raw = {}
    at = PREAMBLE
    while content[at : at + 2] == b"\2\0":
        tag, kind, begin, length = _spelt(content, at)
        if length == UNDEFINED or begin + length > len(content):
            raise _NotPlainError
        raw[tag] = _raw_element(tag, kind, content[begin : begin + length], begin, implicit=False)
        at = begin + length
    return raw, at


def _elements(
    content: bytes, at: int, implicit: bool, wanted: Collection[int], alike: Raw, *, before_pixels: bool
) -> tuple[Raw, bool]:
    """Read the elements of a data set, and tell whether the pixels were met.

    What says the same as the last file's is the last file's.
    """
    raw: Raw = {}
    last = 0x0007FFFF  # below are meta information and commands, which have rules of their own
    if implicit and content[at + 4 : at + 6] in _KINDS:
        raise _NotPlainError
    end = len(content)
    while at + 8 <= end:
        if implicit:
            group, number, length = _element(content, at)
            tag, kind, begin = group << 16 | number, None, at + 8
        else:
            tag, kind, begin, length = _spelt(content, at)
        if tag in PIXELS and before_pixels:
            return raw, True
        if tag <= last or (length == UNDEFINED and tag in PIXELS):
            raise _NotPlainError
        last = tag
        if length == UNDEFINED:
            if kind not in (None, "SQ"):
                raise _NotPlainError
            kind, at = "SQ", _end_of_sequence(content, begin, implicit)
            length = at - 8 - begin
        else:
            at = begin + length
            if at > end:
                raise _NotPlainError
        if not wanted or tag in wanted or tag == CHARACTER_SET:
            value = content[begin : begin + length]
            known = alike.get(tag)
            raw[tag] = known if _says(known, kind, value) else _raw_element(tag, kind, value, begin, implicit=implicit)
    return raw, False


def _spelt(content: bytes, at: int) -> tuple[int, str, int, int]:
    """Read tag, kind, begin and length of an element that says its kind."""
    if at + 12 > len(content):
        raise _NotPlainError
    group, number, letters, length = _spelt_element(content, at)
    kind = _KINDS.get(letters)
    if kind is None:
        raise _NotPlainError
    if letters in _LONG:
        return group << 16 | number, kind, at + 12, _length(content, at + 8)[0]
    return group << 16 | number, kind, at + 8, length


def _says(element: RawDataElement | None, kind: str | None, value: bytes) -> TypeGuard[RawDataElement]:
    """Tell whether an element of the last file has this kind and these bytes."""
    return element is not None and kind == element.VR and (element.value or b"") == value


def _raw_element(tag: int, kind: str | None, value: bytes, begin: int, *, implicit: bool) -> RawDataElement:
    given = value or empty_value_for_VR(kind, raw=True)
    return RawDataElement(BaseTag(tag), kind, len(value), cast("bytes | None", given), begin, implicit, True)


def _end_of_sequence(content: bytes, at: int, implicit: bool) -> int:
    """Return where a sequence of undefined length ends; what its items hold is walked through."""
    while at + 8 <= len(content):
        group, number, length = _element(content, at)
        tag = group << 16 | number
        at += 8
        if tag == SEQUENCE_END and length == 0:
            return at
        if tag != ITEM:
            break
        at = _end_of_item(content, at, implicit) if length == UNDEFINED else at + length
    raise _NotPlainError


def _end_of_item(content: bytes, at: int, implicit: bool) -> int:
    while at + 8 <= len(content):
        group, number, length = _element(content, at)
        tag = group << 16 | number
        begin = at + 8
        if tag == ITEM_END and length == 0:
            return begin
        if not implicit:
            tag, kind, begin, length = _spelt(content, at)
            if length == UNDEFINED and kind != "SQ":
                break
        at = _end_of_sequence(content, begin, implicit) if length == UNDEFINED else begin + length
    raise _NotPlainError
