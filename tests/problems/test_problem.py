"""Every code that is raised is in the registry, and every code of the registry is raised somewhere."""

import ast
import pickle
import string
from pathlib import Path

import pytest

from radpipe.errors import InputError
from radpipe.problems import PROBLEMS, Problem


def codes_in(checkout: Path, folder: str) -> set[str]:
    """All string constants that look like a code, except in the registry itself."""
    return {
        node.value
        for path in (checkout / folder).rglob("*.py")
        if path.parent.name != "problems"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(("E_", "W_"))
        if node.value.replace("_", "").isalnum() and node.value.isupper()
    }


def test_every_code_in_the_package_is_registered(checkout: Path) -> None:
    assert codes_in(checkout, "radpipe") - {"E_PARAMETER"} <= set(PROBLEMS)


def test_every_registered_code_is_used_by_the_package(checkout: Path) -> None:
    assert set(PROBLEMS) <= codes_in(checkout, "radpipe")


class AnyFact(dict[str, object]):
    """Facts of any name; numbers, because some sentences format them as such."""

    def __missing__(self, name: str) -> object:
        return 1.0


@pytest.mark.parametrize("entry", PROBLEMS.values(), ids=list(PROBLEMS))
def test_an_entry_reads_well(entry: Problem) -> None:
    sentence = entry.sentence(AnyFact())
    assert sentence.strip() == sentence
    assert not sentence.endswith(".")
    assert entry.remedy
    assert not entry.remedy.endswith(".")
    assert entry.meaning.endswith(".")
    assert entry.default in entry.allowed


@pytest.mark.parametrize("code", [code for code in PROBLEMS if code.startswith("E_")])
def test_an_error_of_each_code_pickles(code: str) -> None:
    facts = {name: 1.0 for _, name, _, _ in string.Formatter().parse(PROBLEMS[code].template) if name}
    error = InputError(code, path="a/b.dcm", case="HN1004", roi="GTV-1", **facts)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert str(copy) == str(error)
    assert (copy.code, copy.path, copy.case, copy.roi) == (code, "a/b.dcm", "HN1004", "GTV-1")
    assert "HN1004, GTV-1" in copy.message
