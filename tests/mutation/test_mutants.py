"""The mutation check itself: each mutant is one change that parses, and what does not run is left alone."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = '''"""Told 1 + 1."""
__all__ = ["f"]
LIMIT: int = 3

def f(x: int = 2) -> "int | None":
    """Never 1 < 2."""
    if not x and (x +
                  1) < LIMIT:
        raise ValueError(x + 1)
    return min(x, 7) if x is not None else -x
'''


@pytest.fixture(scope="module")
def mutation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", Path(__file__).with_name("mutants.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    spec.loader.exec_module(module)
    return module


def test_every_change_of_a_small_source_by_hand(mutation: ModuleType) -> None:
    found = {
        (one.line, " ".join(one.before.split()), " ".join(one.after.split())) for one in mutation.mutants_of(SOURCE)
    }
    assert found == {
        (3, "3", "4"),
        (5, "2", "3"),
        (7, "not x and (x + 1) < LIMIT", "not x or (x + 1) < LIMIT"),
        (7, "not x", "(x)"),
        (7, "(x + 1) < LIMIT", "(x + 1) <= LIMIT"),
        (7, "x + 1", "x - 1"),
        (8, "1", "2"),
        (10, "min(x, 7)", "max(x, 7)"),
        (10, "min(x, 7) if x is not None else -x", "(min(x, 7))"),
        (10, "min(x, 7) if x is not None else -x", "(-x)"),
        (10, "7", "8"),
        (10, "x is not None", "x is None"),
        (10, "-x", "(x)"),
    }


def test_mutants_of_the_package_parse_and_differ(mutation: ModuleType, checkout: Path) -> None:
    for name in ("imaging/slices.py", "kernels/zones.py", "store/ledger.py"):
        source = (checkout / "radpipe" / name).read_text()
        mutants = mutation.mutants_of(source)
        assert len(mutants) > 15
        for mutant in mutants:
            assert ast.dump(ast.parse(mutant.apply(source))) != ast.dump(ast.parse(source))
