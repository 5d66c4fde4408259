"""Signatures found by name or file, and saved for another centre."""

from pathlib import Path
from typing import Any

import yaml

from radpipe.errors import ParameterError, UsageError
from radpipe.survival.signatures.published import SIGNATURES
from radpipe.survival.signatures.signature import Signature, Term

__all__ = ["find_signature", "save_signature"]


def find_signature(name_or_path: str | Path) -> Signature:
    """Return a built-in signature, or one that was saved.

    Raises
    ------
    UsageError
        There is neither such a name nor such a file.
    ParameterError
        All faults of the file.
    """
    name = str(name_or_path)
    if name in SIGNATURES:
        return SIGNATURES[name]
    path = Path(name_or_path)
    if not path.is_file():
        message = f"signature {name!r} is neither a file nor one of {', '.join(SIGNATURES)}"
        raise UsageError(message)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise ParameterError(path.name, [f"is no YAML: {' '.join(str(broken).split())}"]) from broken
    faults: list[str] = []
    signature = _parsed(content, faults)
    if signature is None or faults:
        raise ParameterError(path.name, faults)
    return signature


def _parsed(content: Any, faults: list[str]) -> Signature | None:
    """Read a signature's mapping; faults are added to the list."""
    known = ("name", "title", "source", "terms", "threshold", "requires", "notes")
    if not isinstance(content, dict):
        faults.append("must be a mapping")
        return None
    faults.extend(f"{key} is unknown; allowed: {', '.join(known)}" for key in content if key not in known)
    faults.extend(f"{key} must be text" for key in ("name", "title", "source") if not isinstance(content.get(key), str))
    terms = content.get("terms")
    if not isinstance(terms, list) or not terms:
        faults.append("terms must be a list of at least one")
        terms = []
    for number, term in enumerate(terms):
        if not isinstance(term, dict) or not isinstance(term.get("column"), str):
            faults.append(f"terms[{number}].column must be text")
        elif not isinstance(term.get("weight"), int | float):
            faults.append(f"terms[{number}].weight must be a number")
    threshold, requires = content.get("threshold"), content.get("requires") or {}
    if threshold is not None and not isinstance(threshold, int | float):
        faults.append("threshold must be a number")
    if not isinstance(requires, dict) or not all(isinstance(value, str | int | float) for value in requires.values()):
        faults.append("requires must be a mapping of settings to words or numbers")
    if faults:
        return None
    return Signature(
        content["name"],
        content["title"],
        content["source"],
        tuple(Term(term["column"], float(term["weight"]), str(term.get("variant", ""))) for term in terms),
        None if threshold is None else float(threshold),
        requires,
        tuple(map(str, content.get("notes") or ())),
    )


def save_signature(signature: Signature, path: str | Path) -> Path:
    """Write a signature as YAML that another centre can apply.

    Raises
    ------
    UsageError
        The file exists.
    """
    target = Path(path)
    if target.exists():
        message = f"{target} exists; a saved signature is not overwritten"
        raise UsageError(message)
    content = {
        "name": signature.name,
        "title": signature.title,
        "source": signature.source,
        "terms": [{"column": t.column, "weight": t.weight, "variant": t.variant} for t in signature.terms],
        "threshold": signature.threshold,
        "requires": dict(signature.requires),
        "notes": list(signature.notes),
    }
    target.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return target
