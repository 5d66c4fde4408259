"""StructSeg 2019: one numbered folder a case, ``data`` and ``label`` as NIfTI; tasks are told apart by their labels."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, Refusal, RoiRef
from radpipe.datasets.dicom import natural_order
from radpipe.datasets.options import DatasetOptions
from radpipe.errors import InputError, Note, NothingUsableError

__all__ = ["GTV", "ORGANS", "read_structseg"]

GTV: Mapping[int, str] = {1: "GTV"}
"""Tasks ``Naso_GTV`` and ``Lung_GTV``: one label."""

ORGANS: Mapping[int, str] = dict(
    enumerate(
        (
            *("Brainstem", "Eye_L", "Eye_R", "Lens_L", "Lens_R", "OpticNrv_L", "OpticNrv_R", "OpticChiasm"),
            *("Lobe_Temporal_L", "Lobe_Temporal_R", "Pituitary", "Parotid_L", "Parotid_R"),
            *("Ear_Internal_L", "Ear_Internal_R", "Ear_Middle_L", "Ear_Middle_R", "Joint_TM_L", "Joint_TM_R"),
            *("SpinalCord", "Bone_Mandible_L", "Bone_Mandible_R"),
        ),
        start=1,
    )
)
"""Task ``HaN_OAR``: 22 organs under TG-263's names.

The archive documents no label values. The order is that of programs which read the archive (a thesis' table of all 22;
a participant's program whose label 20 is the spinal cord) and of three papers' tables. The organisers' list of weights
names the organs in another order, the left eye first. It is not the order of the labels by those programs, but look at
one case before you rely on a name."""

_TASK_OF_FOLDER = {"han_oar": "organs", "naso_gtv": "gtv", "lung_gtv": "gtv", "thoracic_oar": "thorax"}

_ENDINGS = (".nii.gz", ".nii")


def read_structseg(source: Path, options: DatasetOptions | None = None) -> Cohort:
    """Read the folder of a task, ``HaN_OAR`` or ``Naso_GTV``, or one around several.

    Parameters
    ----------
    source
        Holds, at any depth, folders with ``data.nii.gz`` and ``label.nii.gz`` (or ``.nii``; of both, the compressed
        one is read and the case says so). A file that is missing ends in a row, not in silence.
    options
        ``labels`` replaces the table of label values; then no label file is opened here.

    Returns
    -------
    Cohort
        ROIs are named by the labels that the case's own label file holds: the 22 organs, or the GTV. Labels that fit
        neither, or not what the folder is called, are planned and refused with ``E_TASK``.

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
    order = sorted(named, key=natural_order)
    with ThreadPoolExecutor() as pool:
        cases = tuple(pool.map(lambda case_id: _case(case_id, named[case_id].resolve(), options.labels), order))
    problems: tuple[Note, ...] = ()
    if not options.labels and any(roi.name == ORGANS[1] for case in cases for roi in case.rois):
        what = (
            "the archive documents no labels; the 22 organs are named as programs that read it name them "
            "(1 is the brain stem, 20 the spinal cord): look at one case, or say --label VALUE=NAME"
        )
        problems = (Note.of("W_DATASET", what=what),)
    return Cohort("structseg", str(source), cases, problems)


def _id(folder: Path) -> str:
    """Name a case so that it collides with no other data set's bare numbers."""
    name = folder.resolve().name
    return f"structseg-{int(name):02d}" if name.isdecimal() else f"structseg-{name}"


def _case(case_id: str, folder: Path, labels: Mapping[int, str]) -> Case:
    problems: list[Note] = []
    data = _one(folder, "data", problems)
    label = _one(folder, "label", problems)
    image = ImageRef(case_id, "CT", "CT", ImageKind.ITK_FILE, (str(data),))
    rois = _named(label, labels) if labels else _told_apart(label, folder)
    return Case(case_id, (image,), rois, tuple(problems))


def _named(label: Path, table: Mapping[int, str]) -> tuple[RoiRef, ...]:
    return tuple(
        RoiRef(f"label-{value}", name, MaskKind.ITK_FILE, str(label), value, ("CT",)) for value, name in table.items()
    )


def _told_apart(label: Path, folder: Path) -> tuple[RoiRef, ...]:
    """Name the ROIs by the labels found; a file that cannot be read is refused when it is measured."""
    from radpipe.imaging.itk_files import labels_in_file

    names = [name.casefold() for name in folder.parts[::-1]]
    task = next((_TASK_OF_FOLDER[name] for name in names if name in _TASK_OF_FOLDER), "")
    try:
        labels = labels_in_file(str(label))
    except InputError:
        return _named(label, {1: "label"} if task in ("organs", "thorax") else GTV)
    why = _doubt(labels, task)
    if not why:
        return _named(label, GTV if labels == (1,) else {value: ORGANS[value] for value in labels})
    facts = {"found": ", ".join(map(str, labels)) or "none", "folder": folder.parent.name, "why": why}
    return (RoiRef("label", "label", MaskKind.ITK_FILE, str(label), None, ("CT",), refusal=Refusal("E_TASK", facts)),)


def _doubt(labels: Sequence[int], task: str) -> str:
    """Say why labels belong to no task for certain; empty where they do.

    Examples
    --------
    >>> _doubt((1,), ""), _doubt(tuple(range(1, 23)), "organs"), _doubt((1,), "organs")
    ('', '', 'label 1 alone is the GTV of another task, or one organ of this')
    """
    if labels == (1,):
        return "" if task in ("", "gtv") else "label 1 alone is the GTV of another task, or one organ of this"
    if not labels or labels[-1] > len(ORGANS):
        return f"the 22 organs are labels 1 to {len(ORGANS)}, the GTV is label 1"
    if task == "gtv":
        return "the GTV is label 1 alone"
    if task == "thorax" or labels[-1] <= 6:
        return "they may be organs of the thorax, whose names are not known here"
    if len(labels) < len(ORGANS) and task != "organs":
        return "only some of the 22 organs are there"
    return ""


def _one(folder: Path, stem: str, problems: list[Note]) -> Path:
    """Return the compressed file, else the plain one; the name that is expected where there is neither."""
    files = [folder / (stem + end) for end in _ENDINGS if (folder / (stem + end)).is_file()]
    if len(files) > 1:
        problems.append(Note.of("W_CASE", what=f"{files[0].name} was read, {files[1].name} beside it was not"))
    return files[0] if files else folder / (stem + _ENDINGS[0])
