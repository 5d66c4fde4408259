"""The way in which a table was measured, and how two ways differ: coefficients belong to one of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from radpipe.errors import UsageError

__all__ = ["Measuring", "measuring_of"]

SPACING_TOLERANCE_MM = 1e-3
"""Voxel sizes that differ by less are the same."""

MOST_TOLD = 6


@dataclass(frozen=True, slots=True, eq=False)
class Measuring:
    """How a table of features was measured.

    Parameters
    ----------
    config, modality
        Name of the settings, modality; empty where the table does not tell one of all patients.
    settings_sha256
        Digest of everything in the settings that can change a value; empty where it is not known.
    settings
        The settings themselves, as ``tables/provenance.json`` has them; empty where they are not known.
    engine
        What measured, with its versions; for readers.
    spacing_mm
        ``measured_spacing_x_mm`` (y, z) -> size, where all patients have one.
    """

    config: str = ""
    modality: str = ""
    settings_sha256: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    engine: str = ""
    spacing_mm: Mapping[str, float] = field(default_factory=dict)

    def differences(self, other: "Measuring") -> list[str]:
        """List how another table was measured otherwise than this one; empty where models may be carried over.

        Parameters
        ----------
        other
            Of the other table.

        Returns
        -------
        list of str
            Sentences. Where both tell their settings these decide, whatever they are called; else name and voxel size
            must be the same.
        """
        sentences = _different("modality", other.modality, self.modality)
        if self.settings_sha256 and other.settings_sha256:
            if self.settings_sha256 != other.settings_sha256:
                sentences += _settings_apart(self.settings, other.settings) or ["settings differ (another digest)"]
            return sentences
        if self.settings_sha256:
            sentences.append(
                "the table does not tell its settings (tables/provenance.json); give the output folder of the run"
            )
        sentences += _different("config", other.config, self.config)
        for name, wanted in self.spacing_mm.items():
            own = other.spacing_mm.get(name)
            if own is None:
                sentences.append(f"the table does not tell one {name} for all patients, {wanted:g} is required")
            elif abs(own - wanted) > SPACING_TOLERANCE_MM:
                sentences.append(f"{name} is {own:g}, {wanted:g} is required")
        return sentences

    def to_mapping(self) -> dict[str, Any]:
        """Return plain values, for a file."""
        return {
            "config": self.config,
            "modality": self.modality,
            "settings_sha256": self.settings_sha256,
            "engine": self.engine,
            "spacing_mm": dict(self.spacing_mm),
            "settings": json.loads(json.dumps(dict(self.settings))),
        }

    @classmethod
    def from_mapping(cls, record: Mapping[str, Any]) -> "Measuring":
        """Read what :meth:`to_mapping` wrote.

        Raises
        ------
        UsageError
            Something in it is not what that writes.
        """
        try:
            return cls(
                str(record["config"]), str(record["modality"]), str(record["settings_sha256"]),
                dict(record["settings"]), str(record["engine"]),
                {str(name): float(size) for name, size in record["spacing_mm"].items()},
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            message = f"the way of measuring cannot be read ({fault!r})"
            raise UsageError(message) from fault


def measuring_of(source: "str | Path | pd.DataFrame", extraction: Mapping[str, str]) -> Measuring:
    """Tell how a table of features was measured.

    Parameters
    ----------
    source
        The table, or the output folder of a run; its settings stand in ``provenance.json`` beside the table.
    extraction
        What the rows of the table agree on.
    """
    config, spacing = extraction.get("config", ""), {}
    for name, value in extraction.items():
        if name.startswith("measured_spacing"):
            spacing[name] = float(value)
    run = _run(source, config)
    engine = run.get("engine", {})
    engine_text = ", ".join(str(engine[name]) for name in ("name", "version") if name in engine)
    return Measuring(config, extraction.get("modality", ""), str(run.get("settings_sha256", "")),
                     run.get("settings", {}), engine_text, spacing)  # fmt: skip


def _run(source: "str | Path | pd.DataFrame", config: str) -> Mapping[str, Any]:
    """Return what the provenance beside a table says of a configuration; nothing where there is none."""
    if isinstance(source, pd.DataFrame):
        return {}
    path = Path(source)
    folders = (path / "tables", path) if path.is_dir() else (path.parent,)
    file = next((folder / "provenance.json" for folder in folders if (folder / "provenance.json").is_file()), None)
    if file is None:
        return {}
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as fault:
        message = f"{file.name} beside the feature table cannot be read ({fault})"
        raise UsageError(message) from fault
    runs = [run for run in record.get("runs", [record]) if run.get("config") == config]
    return runs[0] if len({run.get("settings_sha256") for run in runs}) == 1 else {}


def _different(name: str, given: str, wanted: str) -> list[str]:
    if not wanted or given == wanted:
        return []
    if not given:
        return [f"the table does not tell one {name} for all patients, {wanted} is required"]
    return [f"{name} is {given}, {wanted} is required"]


def _settings_apart(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """Name the settings that differ."""
    first, second = dict(_leaves("", wanted)), dict(_leaves("", given))
    names = [name for name in {**first, **second} if first.get(name) != second.get(name)]
    lines = [f"{name} is {second.get(name, 'not set')}, {first.get(name, 'not set')} is required" for name in names]
    return lines[:MOST_TOLD] + ([f"and {len(lines) - MOST_TOLD} settings more"] if len(lines) > MOST_TOLD else [])


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(f"{path}.{name}" if path else str(name), part)
    elif path in ("imageType", "featureClass") and isinstance(value, list):
        for name, part in value:
            yield f"{path}.{name}", json.dumps(part)
    else:
        yield path, json.dumps(value)
