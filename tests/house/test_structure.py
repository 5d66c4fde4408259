"""The mechanical rules of the house: size, broad excepts, assertions, collected files, light start."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

MAX_LINES = 400
USUAL_LINES = 120
MAX_LINES_OF_A_FUNCTION = 80
ASSERTING_CALLS = re.compile(r"^(assert_.*|raises|warns|fail|check_.*)$")


def sources(checkout: Path, folder: str) -> Iterator[Path]:
    return (path for path in sorted((checkout / folder).rglob("*.py")))


def test_no_file_is_longer_than_400_lines(checkout: Path) -> None:
    long = [
        path.relative_to(checkout).as_posix()
        for path in sources(checkout, "radpipe")
        if len(path.read_text().splitlines()) > MAX_LINES
    ]
    assert not long, f"split these: {long}"


def test_half_of_the_files_are_short(checkout: Path) -> None:
    assert median(len(path.read_text().splitlines()) for path in sources(checkout, "radpipe")) < USUAL_LINES


def test_no_function_is_longer_than_80_lines(checkout: Path) -> None:
    long = [
        f"{path.relative_to(checkout)}:{node.lineno} {node.name}"
        for path in sources(checkout, "radpipe")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= MAX_LINES_OF_A_FUNCTION
    ]
    assert not long, f"take steps out of these: {long}"


def test_exception_is_caught_broadly_in_one_place(checkout: Path) -> None:
    broad = [
        path.relative_to(checkout).as_posix()
        for path in sources(checkout, "radpipe")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    assert broad == ["radpipe/run/worker.py"]


def parquet_reads(path: Path) -> Iterator[str]:
    """Names in a module that read Parquet through pandas or pyarrow."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pyarrow"):
            yield from (f"{node.module}.{one.name}" for one in node.names)
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            if re.search(r"read_parquet$|^pq\.read|^pyarrow\..*\.read|ParquetFile|ParquetDataset|\.dataset\(", name):
                yield name


def test_parquet_is_read_in_one_place(checkout: Path) -> None:
    found = {path.relative_to(checkout).as_posix(): set(parquet_reads(path)) for path in sources(checkout, "radpipe")}
    assert {path: names for path, names in found.items() if names} == {"radpipe/parquet.py": {"pq.ParquetFile"}}, (
        "use radpipe.parquet, which says why"
    )


def asserts_something(test: ast.AST) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if ASSERTING_CALLS.match(name):
                return True
    return False


def test_every_test_asserts(checkout: Path) -> None:
    idle = [
        f"{path.relative_to(checkout)}:{node.lineno} {node.name}"
        for path in sources(checkout, "tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not asserts_something(node)
    ]
    assert not idle


def test_every_file_with_tests_is_collected(checkout: Path) -> None:
    lost = [
        path.relative_to(checkout).as_posix()
        for path in sources(checkout, "tests")
        if not path.name.startswith("test_")
        and "benchmarks" not in path.parts
        and any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert not lost


@pytest.mark.parametrize("heavy", ["SimpleITK", "numba", "lifelines", "matplotlib", "pandas", "scipy"])
def test_help_starts_light(heavy: str) -> None:
    script = (
        "import sys; from typer.testing import CliRunner; from radpipe.cli.app import app; "
        "result = CliRunner().invoke(app, ['--help']); assert result.exit_code == 0, result.output; "
        f"sys.exit({heavy!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{heavy} is imported to show the help {done.stderr[-500:]}"


@pytest.mark.parametrize("heavy", ["pydicom", "scipy", "pandas", "numba", "SimpleITK", "PIL"])
def test_planning_and_workers_import_only_what_a_run_uses(heavy: str) -> None:
    script = (
        "import sys, radpipe.pipeline, radpipe.run.worker, radpipe.datasets.chestxray14, radpipe.imaging.planar; "
        f"sys.exit({heavy!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{heavy} is imported before anything asks for it {done.stderr[-500:]}"


def test_each_promise_of_the_readme_names_the_tests_that_hold_it(checkout: Path) -> None:
    section = (checkout / "README.md").read_text().split("\n## What radpipe promises\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").rsplit("|", 1) for line in section.splitlines() if line.startswith("|")][2:]
    assert len(rows) > 10
    named = {promise: re.findall(r"`(tests/[^`]+)`", tests) for promise, tests in rows}
    assert not [promise for promise, tests in named.items() if not tests]
    assert not [test for tests in named.values() for test in tests if not (checkout / test).exists()]


def test_the_public_names_are_what_is_visible() -> None:
    import radpipe

    assert sorted(name for name in dir(radpipe) if not name.startswith("_")) == sorted(radpipe.__all__)
    for name in radpipe.__all__:
        assert getattr(radpipe, name) is not None
