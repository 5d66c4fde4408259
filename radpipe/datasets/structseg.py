"""StructSeg 2019, task 2: one numbered folder a case, ``data`` and ``label`` as NIfTI, label 1 is the GTV."""

from collections import defaultdict
from pathlib import Path

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.datasets.dicom import natural_order
from radpipe.datasets.options import DatasetOptions
from radpipe.errors import Note, NothingUsableError

__all__ = ["LABELS", "read_structseg"]

LABELS = {1: "GTV"}
"""What the label values mean unless the user says otherwise."""

_ENDINGS = (".nii.gz", ".nii")


def read_structseg(source: Path, options: DatasetOptions | None = None) -> Cohort:
    """Read the folder ``HaN_OAR`` or ``Naso_GTV``, or one around it.

    Parameters
    ----------
    source
        Holds, at any depth, folders with ``data.nii.gz`` and ``label.nii.gz`` (or ``.nii``; of both, the compressed
        one is read and the case says so). A file that is missing ends in a row, not in silence.
    options
        ``labels`` replaces the table of label values.

    Raises
    ------
    NothingUsableError
        No such folder is there.
    """
    options = options or DatasetOptions()
    folders = {path.parent for stem in ("data", "label") for end in _ENDINGS for path in source.rglob(stem + end)}
    if not folders:
        message = f"{source} holds no folder with data.nii.gz and label.nii.gz"
        raise NothingUsableError(message)
    numbered: dict[str, list[Path]] = defaultdict(list)
    for folder in folders:
        numbered[_id(folder)].append(folder)
    named = {
        (case_id if len(some) == 1 else f"{case_id}-{'-'.join(folder.relative_to(source).parts[:-1])}"): folder
        for case_id, some in numbered.items()
        for folder in some
    }
    cases = tuple(
        _case(case_id, named[case_id].resolve(), dict(options.labels) or LABELS)
        for case_id in sorted(named, key=natural_order)
    )
    return Cohort("structseg", str(source), cases)


def _id(folder: Path) -> str:
    """Name a case so that it collides with no other data set's bare numbers."""
    name = folder.resolve().name
    return f"structseg-{int(name):02d}" if name.isdecimal() else f"structseg-{name}"


def _case(case_id: str, folder: Path, labels: dict[int, str]) -> Case:
    problems: list[Note] = []
    data = _one(folder, "data", problems)
    label = _one(folder, "label", problems)
    image = ImageRef(case_id, "CT", "CT", ImageKind.ITK_FILE, (str(data),))
    rois = tuple(
        RoiRef(f"label-{value}", name, MaskKind.ITK_FILE, str(label), value, ("CT",)) for value, name in labels.items()
    )
    return Case(case_id, (image,), rois, tuple(problems))


def _one(folder: Path, stem: str, problems: list[Note]) -> Path:
    """Return the compressed file, else the plain one; the name that is expected where there is neither."""
    found = [folder / (stem + end) for end in _ENDINGS if (folder / (stem + end)).is_file()]
    if len(found) > 1:
        problems.append(Note.of("W_CASE", what=f"{found[0].name} was read, {found[1].name} beside it was not"))
    return found[0] if found else folder / (stem + _ENDINGS[0])
