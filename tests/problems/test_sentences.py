"""Each code of the registry is rendered with facts as they occur, and each place that raises one gives its facts."""

import ast
import string
from pathlib import Path
from typing import Any

import pytest

from radpipe.errors import InputError, Note
from radpipe.problems import PROBLEMS, Problem

FACTS: dict[str, dict[str, Any]] = {
    "E_UNREADABLE": {"reason": "not a DICOM file"},
    "E_TRUNCATED": {"found": 10_000, "expected": 12_000},
    "E_DAMAGED_FILE": {"count": 2, "first": "1-07.dcm", "reason": "cut after 400 bytes"},
    "E_NUMBER_TWICE": {"count": 2, "number": 4},
    "E_ROI_VERSIONS": {"count": 2, "name": "GTV-1", "dates": "2014-05-01 and 2014-05-01"},
    "W_ROI_VERSIONS": {"count": 3, "newest": "RS2.dcm", "older": "RS1.dcm"},
    "E_SECOND_CHOICE": {"name": "GTV-1", "damage": "RS.dcm: cut after 400 bytes"},
    "E_CHECKSUM": {"reason": "CRC check failed"},
    "E_HEADER": {"what": "sizes are 4 x 4, but 3 spacings follow"},
    "E_NO_SPACING": {"what": "pixdim is 0"},
    "E_NOT_AN_IMAGE": {"high": 255.0},
    "E_REQUIRED_TAG": {"tags": "ImagePositionPatient"},
    "E_NO_DECODER": {"syntax": "JPEG 2000"},
    "E_MISSING_SLICE": {"spacing": 3.0, "gaps": "6.0 mm after z = -112.5 mm"},
    "E_IRREGULAR_SPACING": {"smallest": 2.5, "largest": 3.25},
    "E_DUPLICATE_POSITION": {"count": 2, "position": -112.5},
    "W_DUPLICATE_SLICE": {"count": 4},
    "E_MIXED_SERIES": {"what": "kernels B30f and B70f", "kept": 80, "total": 120},
    "E_SEVERAL_IMAGES": {"count": 2, "found": "CT of 80 slices, MR of 40 slices"},
    "W_MIXED_SERIES": {"dropped": 2, "total": 82, "what": "localizers"},
    "E_MIXED_SPACING": {"values": "0.977 and 1.27 mm"},
    "E_TILT": {"degrees": 12.5},
    "E_OFF_LINE": {"count": 1, "distance": 3.5, "position": 12.0},
    "E_VALUE_JUMP": {"count": 1, "jump": 1024.0, "position": 27.0},
    "E_RESCALE_TYPE": {"kind": "mm/s"},
    "W_STRAY_FILE": {"count": 1, "names": "1-07 copy.dcm"},
    "W_HU_RANGE": {"lowest": -3024.0, "highest": 3071.0},
    "E_NONFINITE": {"count": 17},
    "E_FLOAT_MASK": {"values": "0.25 and 0.5"},
    "E_MASK_VALUES": {"found": "-1", "why": "labels are not negative"},
    "E_SEVERAL_LABELS": {"found": "1 to 22"},
    "W_MASK_VALUE": {"label": 255, "asked": 1},
    "E_LABEL_MISSING": {"label": 3, "found": "1, 2"},
    "E_TINY_ROI": {"voxels": 1, "dimensions": 0, "what": "shape"},
    "E_PRESET_MODALITY": {"preset": "ct_native", "wanted": "CT in HU", "found": "PT in SUVbw units"},
    "W_COARSE_CONTOUR": {"volume_ml": 3.2},
    "W_FEW_BINS": {"bins": 2, "limit": 8},
    "W_MANY_BINS": {"bins": 2781, "limit": 1000},
    "W_SMALL_ROI": {"voxels": 12, "extent": "36 mm3"},
    "E_GRID_MISMATCH": {"difference": "size z, y, x 40 x 128 x 128 and 41 x 128 x 128"},
    "W_RESAMPLED_MASK": {"difference": "spacing 1.0 and 2.0 mm"},
    "E_FRAME_OF_REFERENCE": {"image": "1.2.3", "roi_frame": "1.2.4"},
    "E_UNREGISTERED": {"image": "MR_T1", "other": "CT", "distance": 84.2},
    "E_TRANSFORM": {"reason": "it scales by 1.02"},
    "E_DEFORMATION": {"reason": "space folds: the Jacobian's determinant falls to -0.20"},
    "W_DEFORMED": {"image": "MR_T1", "other": "CT", "percent": 3.2, "largest": 7.5},
    "E_REGISTRATION": {"image": "MR_T1", "other": "CT", "reason": "five starts end 12 mm apart"},
    "W_REGISTRATION": {"image": "MR_T1", "other": "CT", "reason": "the fields overlap by 41 %"},
    "E_NO_CONTOURS": {"found": "3 POINT"},
    "E_NO_IMAGE": {"reference": "CT 1.2.840.7"},
    "E_ROI_MISSING": {"pattern": "GTV-2", "found": "GTV-1, Parotid-Left"},
    "E_OUTSIDE": {"percent": 81.0},
    "W_OUTSIDE": {"percent": 4.5},
    "W_OPEN_CONTOURS": {"count": 2, "kinds": "POINT"},
    "W_NESTED_CONTOURS": {"count": 7, "effect": "inner contours are holes"},
    "W_OFF_SLICE": {"count": 3, "percent": 1.5, "displaced": 2},
    "W_GAP": {"missing": 4, "percent": 12.0, "where": "-30.0 to -21.0 mm", "effect": "they are empty"},
    "W_CUT": {"positions": "z = -112.5 mm"},
    "W_DOUBLED_CONTOURS": {"count": 5},
    "W_CROSSED_CONTOURS": {"count": 1, "filled": 60.0, "area": 80.0},
    "W_STRAY_CONTOURS": {"count": 1, "percent": 0.02, "positions": "z = 42.0 mm"},
    "W_DEGENERATE_CONTOURS": {"count": 2},
    "W_CONTOUR_IMAGE": {"count": 9},
    "E_SEGMENT_MISSING": {"number": 7, "found": "1, 2, 3"},
    "W_AGREEMENT": {"name": "GTV-1", "dice": 0.9871, "chosen": "the RTSTRUCT"},
    "W_AGREEMENT_UNKNOWN": {"name": "GTV-1", "chosen": "the RTSTRUCT", "reason": "the segmentation is fractional"},
    "E_SUV": {"missing": "PatientWeight"},
    "W_DECAY_TIME": {"told": "the earliest acquisition, 10:15:30,"},
    "W_CHANNELS": {"mode": "RGBA"},
    "W_MASK_RESIZED": {"mask": "512 x 512", "image": "1024 x 1024"},
    "E_DIMENSION": {"what": "featureClass shape", "wanted": "3D", "found": "2D"},
    "E_DEFINITION": {"engine": "pyradiomics", "definition": "ibsi"},
    "E_FILTER_SIZE": {"size": "3 x 64 x 64", "sigma": 5.0},
    "E_TOO_MANY_BINS": {"width": 0.001, "low": -1000.0, "high": 3000.0, "bins": 4_000_000, "limit": 100_000},
    "E_INTENSITY": {"what": "no voxel of the ROI lies in resegmentRange 0 .. 100"},
    "E_PARTIAL": {"value": "0.5"},
    "E_TASK": {"found": "1 to 6", "folder": "HaN_OAR", "why": "only some of the 22 organs are there"},
    "E_LOW_DICE": {"dice": 0.62, "wanted": 0.9},
    "E_DUPLICATE_ROW": {"rows": "3 and 7"},
    "W_CASE": {"what": "data.nii.gz was read, data.nii beside it was not"},
    "W_DATASET": {"what": "OAR_data.csv is not in the folder"},
    "W_ROI_TRANSLATED": {"found": "Parotid-Left", "asked": "Parotid_L"},
    "E_CRASHED": {"how": "signal 11"},
    "E_TIMEOUT": {"seconds": 600.0},
    "E_MEMORY": {"what": "3.1 GB were asked for, --mem-per-task allows 2"},
    "E_STOPPED": {"signal": "SIGTERM"},
    "E_UNEXPECTED": {"kind": "ValueError", "what": "operands could not be broadcast"},
}
"""Code -> facts, of the kinds that the places which raise it give; codes without facts are left out."""

PLACES = {"path", "case", "roi"}


def named(entry: Problem) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(entry.template) if name}


def render(entry: Problem) -> str:
    """Render all that a user reads of a code."""
    facts = FACTS.get(entry.code, {})
    if entry.code.startswith("W_"):
        return str(Note.of(entry.code, **facts))
    return str(InputError(entry.code, path="HN1004/RS.dcm", case="HN1004", roi="GTV-1", **facts))


@pytest.mark.parametrize("entry", PROBLEMS.values(), ids=list(PROBLEMS))
def test_a_code_is_rendered_with_real_facts_and_nothing_is_left_unfilled(entry: Problem) -> None:
    facts = FACTS.get(entry.code, {})
    assert set(facts) == named(entry)
    for text in (render(entry), entry.remedy, entry.meaning):
        assert not set("{}") & set(text)
        assert "  " not in text.removeprefix(f"{entry.code}  ")
        assert "None" not in text
    for fact in facts.values():
        shown = str(fact) if isinstance(fact, str | int) else f"{fact:g}"
        assert shown.rstrip("0").rstrip(".") in render(entry)


def calls(checkout: Path) -> list[tuple[str, str, set[str]]]:
    """Every call of the package whose first argument is a code: place, code and the names of the facts it gives."""
    found = []
    for path in sorted((checkout / "radpipe").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            code = node.args[0].value
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if code not in PROBLEMS or called not in {"InputError", "of", "meet", "Refusal"}:
                continue
            names = {word.arg or "**" for word in node.keywords}
            if called == "Refusal" and len(node.args) > 1:
                given = node.args[1]
                keys = given.keys if isinstance(given, ast.Dict) else [None]
                names |= {str(key.value) if isinstance(key, ast.Constant) else "**" for key in keys}
            found.append((f"{path.name}:{node.lineno}", str(code), names))
    return found


def test_each_place_that_raises_a_code_gives_the_facts_of_its_sentence(checkout: Path) -> None:
    every = calls(checkout)
    wrong = [
        (place, code, sorted(names))
        for place, code, names in every
        if "**" not in names and names - PLACES != named(PROBLEMS[code])
    ]
    assert len(every) > 100
    assert wrong == []
