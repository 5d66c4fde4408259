"""HaN-Seg: CT with up to 30 organs at risk and an MR that is not registered to it, as NRRD."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, Refusal, RoiRef
from radpipe.datasets.dicom import natural_order
from radpipe.datasets.options import DatasetOptions
from radpipe.datasets.side_tables import grid_of_file, number_of, read_table
from radpipe.errors import Note, NothingUsableError

__all__ = ["read_hanseg"]

_Table = Mapping[str, Mapping[str, str]]


def read_hanseg(source: Path, options: DatasetOptions | None = None) -> Cohort:
    """Read the folder ``set_1``, or one around it.

    Parameters
    ----------
    source
        Holds, at any depth, ``case_01/case_01_IMG_CT.nrrd``, ``case_01_IMG_MR_T1.nrrd`` and
        ``case_01_OAR_<NAME>.seg.nrrd``; ``OAR_data.csv`` (an organ whose value is below 1 is skipped) and
        ``patient_data.csv`` (its columns become facts of the case).
    options
        ``include_partial`` measures organs below 1 too.

    Returns
    -------
    Cohort
        Organs may be measured on the CT. On an MR whose grid is not the CT's they are planned and refused, each with
        ``E_UNREGISTERED`` and the distance of the two images, unless a registration is asked for.

    Raises
    ------
    NothingUsableError
        No such file is there.
    """
    options = options or DatasetOptions()
    folders: dict[str, Path] = {}
    for path in sorted(source.rglob("case_*_*.nrrd")):
        match = re.match(r"(case_\d+)_(IMG|OAR)_", path.name)
        if match:
            folders.setdefault(match[1], path.resolve().parent)
    if not folders:
        message = f"{source} holds no case_NN_IMG_CT.nrrd"
        raise NothingUsableError(message)
    problems: list[Note] = []
    usable = _table(source, "OAR_data.csv", problems)
    patients = _table(source, "patient_data.csv", problems)
    cases = tuple(
        _case(case_id, folders[case_id], usable.get(case_id), patients.get(case_id, {}), options)
        for case_id in sorted(folders, key=natural_order)
    )
    return Cohort("hanseg", str(source), cases, tuple(problems))


def _table(source: Path, name: str, problems: list[Note]) -> _Table:
    """Read a table beside the cases; its first column may say ``case_01``, ``Case 1`` or ``1``."""
    tables = sorted(source.rglob(name))
    if not tables:
        problems.append(Note.of("W_DATASET", what=f"{name} is not in the folder"))
        return {}
    return {_case_name(key): row for key, row in read_table(tables[0]).items()}


def _case_name(word: str) -> str:
    digits = re.search(r"(\d+)(?:\.0)?$", word)
    return f"case_{int(digits[1]):02d}" if digits else word


def _case(
    case_id: str, folder: Path, usable: Mapping[str, str] | None, facts: Mapping[str, str], options: DatasetOptions
) -> Case:
    problems: list[Note] = []
    ct = _image(case_id, folder, "CT", "CT")
    mr = _image(case_id, folder, "MR_T1", "MR")
    if usable is None:
        problems.append(
            Note.of("W_CASE", what="OAR_data.csv has no row for this case; every organ was taken as usable")
        )
    columns = {_plain(name): value for name, value in (usable or {}).items()}
    rois: list[RoiRef] = []
    for path in sorted(folder.glob(f"{case_id}_OAR_*.nrrd")):
        name = path.name.removeprefix(f"{case_id}_OAR_").removesuffix(".nrrd").removesuffix(".seg")
        value = number_of(columns.get(_plain(name)))
        skipped = value is not None and value < 1 and not options.include_partial
        partial = Refusal("E_PARTIAL", {"value": f"{value:g}"}) if skipped else None
        reference = f"{case_id}_IMG_CT.nrrd"
        on_mr, refusal = _pairing(ct, mr)
        own = (*(("CT",) if ct else ()), *(("MR_T1",) if on_mr else ()))
        rois.append(RoiRef(name, name, MaskKind.ITK_FILE, str(path), 1, own, reference=reference, refusal=partial))
        if refusal is not None:
            rois.append(
                RoiRef(
                    f"{name}-on-MR_T1", name, MaskKind.ITK_FILE, str(path), 1, ("MR_T1",), refusal=partial or refusal
                )
            )
    if ct is None:
        problems.append(Note.of("E_NO_IMAGE", reference=f"{case_id}_IMG_CT.nrrd"))
    images = tuple(image for image in (ct, mr) if image is not None)
    return Case(case_id, images, tuple(rois), tuple(problems), facts=dict(facts))


def _image(case_id: str, folder: Path, name: str, modality: str) -> ImageRef | None:
    path = folder / f"{case_id}_IMG_{name}.nrrd"
    if not path.is_file():
        return None
    return ImageRef(case_id, name, modality, ImageKind.ITK_FILE, (str(path),), grid_of_file(path))


def _pairing(ct: ImageRef | None, mr: ImageRef | None) -> tuple[bool, Refusal | None]:
    """Tell whether the CT's organs may be measured on the MR, and if not, why they are refused."""
    if ct is None or mr is None or ct.geometry is None or mr.geometry is None:
        return False, None
    if ct.geometry.same_grid(mr.geometry):
        return True, None
    centres = [grid.corners_mm().mean(axis=0) for grid in (ct.geometry, mr.geometry)]
    distance = float(np.linalg.norm(centres[0] - centres[1]))
    return False, Refusal("E_UNREGISTERED", {"image": "MR_T1", "other": "CT", "distance": distance})


def _plain(name: str) -> str:
    """Spell an organ so that file and column agree; the eyes' columns are named otherwise than the files.

    Examples
    --------
    >>> _plain("Eye_AL") == _plain("Eye_Ant_L") == _plain("A_Eye_L") == _plain("Eye_L_A")
    True
    >>> _plain("Parotid_L") == _plain("OAR_Parotid_L")
    True
    """
    letters = re.sub(r"^oar_|\.seg$|\.nrrd$", "", name.strip().casefold())
    if "eye" not in letters:
        return re.sub(r"[^a-z0-9]", "", letters)
    rest = re.sub(r"[^a-z]", " ", letters.replace("eye", " ").replace("seg", " "))
    rest = re.sub(r"anterior|ant\b|ant(?=[ lr])", "a", rest)
    rest = re.sub(r"posterior|post\b|post(?=[ lr])", "p", rest)
    rest = re.sub(r"left", "l", re.sub(r"right", "r", rest))
    return "eye" + "".join(sorted(set(rest) & set("aplr")))
