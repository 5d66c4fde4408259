"""Files that cannot be opened, and the series that each belongs to, so that none is shortened in silence."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from radpipe.imaging.dicom_index import DicomFile, DicomIndex

__all__ = ["adopted_by_series"]

REGULAR_FORMS = 3
"""A series whose files have more forms of names than this is named without rule, and only endings are compared."""


def adopted_by_series(index: DicomIndex) -> dict[str, list[DicomFile]]:
    """Give each file that cannot be used to the series it belongs to.

    Parameters
    ----------
    index
        The crawl.

    Returns
    -------
    dict
        SeriesInstanceUID -> files. A damaged file belongs to the series that it names; else, like an empty file, an
        error page or a link to nothing, to the one series beside it in its folder whose files are named as it is
        (``1-042.dcm`` among ``1-001.dcm``, ``1-002.dcm`` ...). A file named otherwise is a stray and belongs to none.
    """
    names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for file in index.of_kind("image"):
        folder, name = os.path.split(file.path)
        names[folder][file.series_uid].append(name)
    forms = {folder: {uid: _forms(some) for uid, some in series.items()} for folder, series in names.items()}
    adopted: dict[str, list[DicomFile]] = defaultdict(list)
    for file in index.files:
        if file.kind not in ("damaged", "foreign"):
            continue
        folder, name = os.path.split(file.path)
        homes = [
            uid for uid, known in forms.get(folder, {}).items() if _form(name) in known or Path(name).suffix in known
        ]
        if file.series_uid:
            adopted[file.series_uid].append(file)
        elif len(homes) == 1:
            adopted[homes[0]].append(file)
    return dict(adopted)


def _form(name: str) -> str:
    """Return a file's name with every number replaced.

    Examples
    --------
    >>> _form("1-042.dcm"), _form("IM000001")
    ('#-#.dcm', 'im#')
    """
    return re.sub(r"\d+", "#", name.lower())


def _forms(names: Sequence[str]) -> set[str]:
    """Return the forms of a series' names, or only their endings where they follow no rule."""
    forms = Counter(_form(name) for name in names)
    return set(forms) if len(forms) <= REGULAR_FORMS else {Path(name).suffix for name in names} - {""}
