"""Each module has a test file of its name, or stands in ``mirrors.toml`` with the tests that hold it.

A module that has no function or class to offer holds values only, and the tests of what reads them hold it.
"""

import ast
import tomllib
from pathlib import Path


def mirror_of(module: Path) -> Path:
    """Return where the tests of a module lie; both relative to the checkout."""
    inner = module.relative_to("radpipe")
    return Path("tests") / inner.parent / f"test_{inner.stem.removeprefix('_')}.py"


def does_something(module: Path) -> bool:
    acts = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(node, acts) and not node.name.startswith("_") for node in ast.parse(module.read_text()).body)


def modules(checkout: Path) -> list[Path]:
    return [
        path.relative_to(checkout)
        for path in sorted((checkout / "radpipe").rglob("*.py"))
        if not path.name.startswith("__") and does_something(path)
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
