"""Cut copies of slices that lie beside whole ones."""

from collections.abc import Sequence
from pathlib import Path

from radpipe.errors import Note, Policy
from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_header import pixel_bytes
from radpipe.imaging.slices import Slice

__all__ = ["without_stray_files"]


def without_stray_files(slices: Sequence[Slice], policy: Policy) -> tuple[list[Slice], list[Note]]:
    """Set a cut file aside where a whole one lies at its position: the series is complete without it.

    Parameters
    ----------
    slices
        Of one series.
    policy
        What to do about ``W_STRAY_FILE``.

    Returns
    -------
    kept, notes
        The slices without cut copies; and how many were set aside.

    Raises
    ------
    InputError
        The policy made the warning an error.
    """
    places: dict[tuple[float, ...], list[Slice]] = {}
    for part in slices:
        header = part.header
        places.setdefault((*header.position_xyz_mm, *header.orientation, *header.size_yx), []).append(part)
    strays = []
    for some in places.values():
        cut = [part for part in some if len(some) > 1 and _is_cut(part)]
        strays += cut if len(cut) < len(some) else []
    if not strays:
        return list(slices), []
    names = ", ".join(Path(part.path).name for part in strays[:4])
    note = policy.meet("W_STRAY_FILE", path=strays[0].path, count=len(strays), names=names)
    aside = {id(part) for part in strays}
    return [part for part in slices if id(part) not in aside], [note]


def _is_cut(part: Slice) -> bool:
    if part.whole is not None:
        return False
    with reading(part.path):
        syntax = part.dataset.file_meta.TransferSyntaxUID
        return not syntax.is_compressed and len(part.dataset.get("PixelData") or b"") < pixel_bytes(part.dataset)
