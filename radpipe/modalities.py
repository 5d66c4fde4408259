"""DICOM's words for modalities, and the words that people use."""

__all__ = ["modality_of"]

_SPOKEN = {"PET": "PT", "MRI": "MR", "MRT": "MR", "IRM": "MR", "TDM": "CT", "XRAY": "CR", "X-RAY": "CR"}


def modality_of(word: str) -> str:
    """Return DICOM's modality for a word, whatever its case.

    Examples
    --------
    >>> [modality_of(word) for word in ("ct", " PET", "mri", "CR")]
    ['CT', 'PT', 'MR', 'CR']
    """
    upper = word.strip().upper()
    return _SPOKEN.get(upper, upper)
