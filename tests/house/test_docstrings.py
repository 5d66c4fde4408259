"""Docstrings name what the signature has: a parameter section lists every parameter and nothing else."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString

Documented = ast.FunctionDef | ast.ClassDef


def is_public(path: tuple[str, ...]) -> bool:
    return not any(part.startswith("_") for part in path)


def documented(tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    """Public functions, methods and classes of a module that have a parameter section, with their dotted name."""
    todo: list[tuple[tuple[str, ...], ast.AST]] = [((), tree)]
    while todo:
        path, parent = todo.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and is_public((*path, node.name)):
                todo.append(((*path, node.name), node))
                if "\nParameters\n---" in (ast.get_docstring(node) or ""):
                    yield ".".join((*path, node.name)), node


def arguments(node: ast.FunctionDef) -> list[str]:
    names = [*node.args.posonlyargs, *node.args.args, node.args.vararg, *node.args.kwonlyargs, node.args.kwarg]
    return [name.arg for name in names if name is not None and name.arg not in {"self", "cls"}]


def parameters(node: Documented) -> set[str]:
    """What a call may give: arguments; of a class those of ``__init__``, else the fields of the dataclass."""
    if isinstance(node, ast.FunctionDef):
        return set(arguments(node))
    for child in node.body:
        if isinstance(child, ast.FunctionDef) and child.name == "__init__":
            return set(arguments(child))
    return {
        child.target.id
        for child in node.body
        if isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name)
        if "ClassVar" not in ast.unparse(child.annotation)
        if not child.target.id.startswith("_")
    }


def described(node: Documented) -> set[str]:
    section = NumpyDocString(ast.get_docstring(node) or "")["Parameters"]
    return {name.strip("* ") for entry in section for name in entry.name.split(",")}


def faults(source: str) -> list[str]:
    return [
        f"{name}: not described {sorted(parameters(node) - described(node))}, "
        f"described in vain {sorted(described(node) - parameters(node))}"
        for name, node in documented(ast.parse(source))
        if parameters(node) != described(node)
    ]


def test_a_parameter_section_lists_every_parameter_and_no_other(checkout: Path) -> None:
    found = {
        path.relative_to(checkout).as_posix(): faults(path.read_text())
        for path in sorted((checkout / "radpipe").rglob("*.py"))
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("parameter", "fault"),
    [("wide", []), ("narrow", ["f: not described ['wide'], described in vain ['narrow']"])],
)
def test_a_parameter_that_drifted_is_seen(parameter: str, fault: list[str]) -> None:
    docstring = f'"""Do.\n\n    Parameters\n    ----------\n    {parameter}\n        Width.\n    """'
    source = f"def f(wide: int) -> None:\n    {docstring}"
    assert faults(source) == fault


def test_numpydoc_finds_no_fault(checkout: Path) -> None:
    files = [path.relative_to(checkout) for path in sorted((checkout / "radpipe").rglob("*.py"))]
    command = [sys.executable, "-m", "numpydoc", "lint", *map(str, files)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
