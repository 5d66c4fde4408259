"""Text that every program reads, whatever bytes file names were made of."""

__all__ = ["unicode_text"]


def unicode_text(text: str) -> str:
    r"""Return a text in which what is not Unicode, as bytes of old file names, is written as escapes.

    Examples
    --------
    >>> unicode_text("M\udcfcller")
    'M\\udcfcller'
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
