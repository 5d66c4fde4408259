"""Each module has a test file of its name, or stands in ``mirrors.toml`` with the tests that hold it.

A module that offers no function with a body, alone or in a class, holds values only (protocols, records without
rules of their own), and the tests of what reads it hold it.
"""

import ast
import tomllib
from pathlib import Path


def mirror_of(module: Path) -> Path:
    """Return where the tests of a module lie; both relative to the checkout."""
    inner = module.relative_to("radpipe")
    return Path("tests") / inner.parent / f"test_{inner.stem.removeprefix('_')}.py"


def has_a_body(function: ast.AST) -> bool:
    """More than a docstring or an ellipsis."""
    return isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and not all(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in function.body
    )


def does_something(source: str) -> bool:
    """Tell whether a name that it offers acts."""
    acts = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    offered = [node for node in ast.parse(source).body if isinstance(node, acts) and not node.name.startswith("_")]
    return any(has_a_body(inner) for node in offered for inner in ast.walk(node))


def modules(checkout: Path) -> list[Path]:
    return [
        path.relative_to(checkout)
        for path in sorted((checkout / "radpipe").rglob("*.py"))
        if not path.name.startswith("__") and does_something(path.read_text())
    ]


def listed(checkout: Path) -> dict[str, list[str]]:
    return tomllib.loads((checkout / "tests" / "house" / "mirrors.toml").read_text())


def test_each_module_has_its_test_file_or_is_listed(checkout: Path) -> None:
    known = listed(checkout)
    bare = [
        f"{module.as_posix()}: write {mirror_of(module).as_posix()}"
        for module in modules(checkout)
        if not (checkout / mirror_of(module)).is_file() and module.as_posix() not in known
    ]
    assert not bare


def test_the_list_only_becomes_shorter(checkout: Path) -> None:
    known = listed(checkout)
    exist = {module.as_posix() for module in modules(checkout)}
    assert not sorted(set(known) - exist), "these modules are gone or hold values only: take them out of mirrors.toml"
    own = [name for name in known if (checkout / mirror_of(Path(name))).is_file()]
    assert not own, "these have their test file now: take them out of mirrors.toml"


def test_the_tests_of_the_list_exist(checkout: Path) -> None:
    known = listed(checkout)
    assert not [name for name, tests in known.items() if not tests]
    assert not [test for tests in known.values() for test in tests if not (checkout / test).is_file()]


def test_a_protocol_and_a_record_do_nothing_and_a_rule_of_a_record_is_something() -> None:
    record = "class Row:\n    name: str\n"
    protocol = 'class Table:\n    def rows(self) -> int:\n        """Rows."""\n    def name(self) -> str: ...\n'
    rule = "class Row:\n    def __post_init__(self) -> None:\n        raise ValueError\n"
    assert [does_something(source) for source in (record, protocol, rule)] == [False, False, True]
