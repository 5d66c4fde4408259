"""Pages that the package fills: every code, data set, preset and column stands on them, and no mark is left."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from radpipe.datasets import DATASETS
from radpipe.features.params_file import preset_names
from radpipe.problems import PROBLEMS


@pytest.fixture(scope="module")
def hook(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("generated", checkout / "docs" / "_generated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("codes.md", [f"`{code}`" for code in PROBLEMS]),
        ("datasets.md", [f"(`{entry.name}`)" for entry in DATASETS]),
        ("presets.md", [f"`{name}`" for name in preset_names()]),
        ("outputs.md", ["`case_id`", "`diag_bins`", "JointEntropy", "Sphericity"]),
    ],
)
def test_a_page_holds_all_that_the_package_knows(page: str, words: list[str], checkout: Path, hook: ModuleType) -> None:
    text = hook.on_page_markdown((checkout / "docs" / page).read_text(), page=None)
    assert [word for word in words if word not in text] == []
    assert "generated:" not in text


def test_every_mark_is_known_and_used(checkout: Path, hook: ModuleType) -> None:
    marks = [
        mark
        for path in sorted((checkout / "docs").glob("*.md"))
        for mark in re.findall(r"<!-- generated: (\w+) -->", path.read_text())
    ]
    assert sorted(marks) == sorted(hook.TABLES)
    with pytest.raises(KeyError, match="nothing"):
        hook.filled("<!-- generated: nothing -->")


def test_a_sign_that_ends_a_cell_is_escaped(hook: ModuleType) -> None:
    rows = [line for line in hook.filled("<!-- generated: codes -->").splitlines() if line.startswith("|")]
    assert len(rows) > 90
    assert all(row.count(" | ") == 3 for row in rows)
