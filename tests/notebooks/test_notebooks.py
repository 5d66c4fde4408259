"""The notebooks run from top to bottom, as a new user would, and carry outputs without this machine's paths."""

import gc
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

NOTEBOOKS = ("01_extract", "02_survival_hn1", "03_pet", "04_mr", "05_contours", "06_two_centres")

FASTER = {
    "PATIENTS = 200": "PATIENTS = 80",
    "Plan(repeats=2, bootstraps=5, permutations=3, seeds=0)": "Plan(1, 3, bootstraps=0, permutations=0, seeds=0)",
    "PATIENTS = 12": "PATIENTS = 3",
    "STATES = 4": "STATES = 2",
    "SIZE = 40": "SIZE = 24",
    "PATIENTS = 100": "PATIENTS = 30",
    "Plan(repeats=5, bootstraps=20, permutations=10)": "Plan(1, 3, bootstraps=2, resamples=20, permutations=2)",
}
"""Settings that a test makes smaller; the notebook's text must hold them."""


def read(checkout: Path, name: str) -> Any:
    return nbformat.read(checkout / "notebooks" / f"{name}.ipynb", as_version=4)


def words_of(notebook: Any) -> str:
    """All outputs as text; images left out."""
    parts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            parts += [str(output.get("text", "")), *(str(data[kind]) for kind in data if kind.startswith("text/"))]
    return "\n".join(parts)


def run(notebook: Any, folder: Path) -> Any:
    """Run a notebook in a folder with the interpreter of the tests."""
    kernels = folder / "kernels"
    home = kernels / "python3"
    home.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (home / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    manager = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(kernels)])
    )
    client = NotebookClient(notebook, timeout=300, km=manager, resources={"metadata": {"path": str(folder)}})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of the notebook machinery: event loops and sockets it leaves open.
        done = client.execute()
        del client, manager
        gc.collect()
    return done


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_short_and_was_run_from_top_to_bottom(checkout: Path, name: str) -> None:
    cells = read(checkout, name).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert len(cells) <= 25
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert cells[0].cell_type == "markdown"
    assert code[0].source.count("=") >= 2
    assert any(cell.outputs for cell in code)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_tell_no_paths_names_or_errors_of_the_machine(checkout: Path, name: str) -> None:
    text = words_of(read(checkout, name))
    assert not [word for word in text.split() if word.strip("'\"(").startswith(("/", "C:\\"))]
    assert "Traceback" not in text
    assert "Warning" not in text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_with_demo_data(checkout: Path, tmp_path: Path, name: str) -> None:
    notebook = read(checkout, name)
    changed = 0
    for cell in notebook.cells:
        for there, instead in FASTER.items():
            changed += there in cell.source
            cell.source = cell.source.replace(there, instead)
    assert changed or name == "03_pet"
    done = run(notebook, tmp_path)
    assert not [output for cell in done.cells for output in cell.get("outputs", ()) if output.output_type == "error"]
    assert words_of(done)
