"""Hook of MkDocs: fills pages from the package, so that they cannot age. ``<!-- generated: NAME -->`` is replaced."""

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["TABLES", "filled", "on_page_markdown"]


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill a page; called by MkDocs."""
    return filled(markdown)


def filled(markdown: str) -> str:
    """Replace each mark by what it names; an unknown name is a KeyError, which ends the build."""
    return re.sub(r"<!-- generated: (\w+) -->", lambda mark: TABLES[mark[1]](), markdown)


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _codes() -> str:
    from radpipe.problems import STAGES

    parts = []
    for stage, entries in STAGES.items():
        rows = []
        for entry in entries:
            others = ", ".join(sorted(str(action) for action in entry.allowed if action != entry.default)) or "-"
            told = f"{entry.meaning} *{entry.remedy[0].upper()}{entry.remedy[1:]}.*"
            rows.append((f"`{entry.code}`", told, str(entry.default), others))
        head = ("code", "what it means, and what to do", "default", "policy may say")
        parts.append(f"## {stage}\n\n{_table(head, rows)}\n")
    return "\n".join(parts)


def _datasets() -> str:
    from radpipe.datasets import DATASETS

    parts = []
    for entry in DATASETS:
        parts += [
            f"## {entry.title} (`{entry.name}`)\n",
            f"- **Where**: {entry.source}\n- **Licence**: {entry.licence}\n- **Folder**: {entry.layout}\n",
            f"```text\n{entry.command}\n```\n",
        ]
    return "\n".join(parts)


def _presets() -> str:
    from radpipe.features.params_file import load_params, preset_names, preset_path

    rows = []
    for name in preset_names():
        title = preset_path(name).read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        rows.append((f"`{name}`", title, str(load_params(name).purpose)))
    return _table(("preset", "what it is", "for"), rows)


def _columns() -> str:
    from radpipe.tables.dictionary import column_meanings

    return _table(
        ("column", "unit", "what it is"), [(f"`{name}`", unit or "-", told) for name, unit, told in column_meanings()]
    )


def _classes() -> str:
    from radpipe.features.catalogue import CLASS_NAMES, features_of

    rows = [
        (f"`{name}`", len(features_of(name)), ", ".join(feature.name for feature in features_of(name)))
        for name in CLASS_NAMES
    ]
    return _table(("class", "features", "names"), rows)


def _trials() -> str:
    from radpipe.report.codebook_trials import FILES
    from radpipe.tables.robustness_dictionary import ROBUSTNESS_FILES

    parts = []
    for asked, files in FILES.items():
        parts.append(f"### {asked}\n")
        for file, (told, columns) in files.items():
            rows = [(f"`{name}`", unit or "-", meaning) for name, (unit, meaning) in columns.items()]
            parts.append(f"`{file}`: {told}\n\n{_table(('column', 'unit', 'what it is'), rows)}\n")
    parts.append("### `perturb`\n")
    for file, columns in ROBUSTNESS_FILES.items():
        rows = [(f"`{name}`", unit or "-", meaning) for name, (unit, meaning) in columns.items()]
        parts.append(f"`{file}`\n\n{_table(('column', 'unit', 'what it is'), rows)}\n")
    return "\n".join(parts)


TABLES: Mapping[str, Callable[[], str]] = {
    "codes": _codes,
    "datasets": _datasets,
    "presets": _presets,
    "columns": _columns,
    "classes": _classes,
    "trials": _trials,
}
"""Name of a mark -> what fills it."""
