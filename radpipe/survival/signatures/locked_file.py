"""The file of a locked model: YAML that a reader understands and that nobody may change unseen."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from radpipe.errors import ParameterError, RadpipeError, UsageError
from radpipe.files import write_text
from radpipe.survival.design.clinical_model import ClinicalModel, parse_clinical_model
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.signatures.files import find_signature
from radpipe.survival.signatures.locked import Baseline, LockedModel, LockedTerm, Origin, from_signature
from radpipe.survival.signatures.published import SIGNATURES
from radpipe.survival.statistics.combat import ComBat

__all__ = ["find_locked", "save_locked"]

FloatArray = npt.NDArray[np.float64]

MARK = "radpipe_model"
VERSION = 1

HEAD = """\
# A locked model of radpipe: risk = sum of coefficient * (transform(value) - centre) / scale over its terms. Under a
# logarithm values below 'floor' count as it; 'missing' stands for what is missing. Terms under 'harmonisation' are
# brought to the common scale first, by the patient's batch: ((x - mean) / scale - shift) / sqrt(spread) * scale + mean.
# Probability of the event until a day: 1 - exp(-hazard(day) * exp(risk)), where no other event competes.
# radpipe validate FILE FEATURES --clinical TABLE judges it on other patients. 'sha256' seals what follows it.
"""


def save_locked(model: LockedModel, path: str | Path) -> Path:
    """Write a locked model as YAML.

    Parameters
    ----------
    model
        What is written.
    path
        A new file.

    Raises
    ------
    UsageError
        The file exists: a locked model is not overwritten.
    StorageError
        It cannot be written.
    """
    target = Path(path)
    if target.exists():
        message = f"{target} exists; a locked model is not overwritten"
        raise UsageError(message)
    content = _mapping(model)
    sealed = {MARK: VERSION, "sha256": _seal(content), **content}
    target.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(sealed, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120)
    write_text(target, HEAD + text)
    return target


def find_locked(name_or_path: str | Path) -> LockedModel:
    """Return a locked model: one that was saved, or a signature by name or file.

    Raises
    ------
    UsageError
        There is neither such a signature nor such a file; the file was changed after it was saved.
    ParameterError
        It is no locked model and no signature.
    """
    path = Path(name_or_path)
    if str(name_or_path) in SIGNATURES or not path.is_file():
        return from_signature(find_signature(name_or_path))
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise ParameterError(path.name, [f"is no YAML: {' '.join(str(broken).split())}"]) from broken
    if not isinstance(content, dict) or MARK not in content:
        return from_signature(find_signature(path))
    if content[MARK] != VERSION:
        message = f"{path.name} is a model of version {content[MARK]}; this radpipe reads version {VERSION}"
        raise UsageError(message)
    body = {name: value for name, value in content.items() if name not in (MARK, "sha256")}
    if _seal(body) != content.get("sha256"):
        message = (
            f"{path.name} was changed after it was locked: its content is not what its sha256 seals. Get the file from "
            "whoever made it"
        )
        raise UsageError(message)
    try:
        return _model(body)
    except (KeyError, TypeError, ValueError, RadpipeError) as fault:
        raise ParameterError(path.name, [f"is no model that radpipe wrote ({fault!r})"]) from fault


def _dumper() -> Any:
    return getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _seal(content: Mapping[str, Any]) -> str:
    """Digest a model's content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=True).encode()).hexdigest()


def _mapping(model: LockedModel) -> dict[str, Any]:
    """Return a model as plain values."""
    origin, base = model.made_from, model.baseline
    content: dict[str, Any] = {
        "name": model.name,
        "title": model.title,
        "made_from": {name: _plain(getattr(origin, name)) for name in Origin.__dataclass_fields__},
        "measured": model.measuring.to_mapping(),
        "clinical": None if model.clinical is None else _clinical(model.clinical),
        "terms": [{name: _plain(getattr(term, name)) for name in LockedTerm.__dataclass_fields__}
                  for term in model.terms],
        "risk_groups": list(model.thresholds),
        "baseline": {name: _plain(getattr(base, name)) for name in Baseline.__dataclass_fields__},
        "harmonisation": None if model.combat is None else _harmonisation(model, model.combat),
        "notes": list(model.notes),
    }  # fmt: skip
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [float(number) for number in value.ravel()]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _clinical(model: ClinicalModel) -> dict[str, Any]:
    columns = {}
    for column in model.columns:
        columns[column.column] = {"kind": str(column.kind), "missing": str(column.missing),
                                  "levels": list(column.levels), "unit": column.unit, "why": column.why}  # fmt: skip
    return {"columns": columns}


def _harmonisation(model: LockedModel, combat: ComBat) -> dict[str, Any]:
    return {
        "column": model.batch_column,
        "batches": list(combat.batches),
        "reference": combat.reference,
        "covariates": list(model.covariates),
        "terms": {
            name: {
                "mean": float(combat.mean[place]),
                "scale": float(combat.scale[place]),
                "effects": _plain(combat.effects[:, place]),
                "shift": _plain(combat.shift[:, place]),
                "spread": _plain(combat.spread[:, place]),
            }
            for place, name in enumerate(model.harmonised)
        },
    }


def _model(body: Mapping[str, Any]) -> LockedModel:
    """Read a model's mapping."""
    origin = dict(body["made_from"])
    origin |= {name: tuple(map(float, origin[name])) for name in ("years", "risk")}
    terms = []
    for record in body["terms"]:
        knots = record["knots"]
        terms.append(LockedTerm(**{**record, "knots": None if knots is None else tuple(map(float, knots))}))
    combat, harmonised, covariates, column = _combat(body["harmonisation"])
    return LockedModel(
        str(body["name"]),
        str(body["title"]),
        tuple(terms),
        Measuring.from_mapping(body["measured"]),
        Origin(**origin),
        None if body["clinical"] is None else parse_clinical_model(body["clinical"], "the model's clinical columns"),
        Baseline(**{name: np.array(values, dtype=np.float64) for name, values in body["baseline"].items()}),
        tuple(map(float, body["risk_groups"])),
        column,
        combat,
        harmonised,
        covariates,
        tuple(map(str, body["notes"])),
    )


def _combat(record: Mapping[str, Any] | None) -> tuple[ComBat | None, tuple[str, ...], tuple[str, ...], str]:
    if record is None:
        return None, (), (), ""
    terms = list(record["terms"].values())

    def table(name: str) -> FloatArray:
        return np.array([term[name] for term in terms], dtype=np.float64).reshape(len(terms), -1).T

    learnt = ComBat(
        tuple(map(str, record["batches"])), table("mean")[0], table("effects"), table("scale")[0], table("shift"),
        table("spread"), record["reference"],
    )  # fmt: skip
    return learnt, tuple(record["terms"]), tuple(map(str, record["covariates"])), str(record["column"])
