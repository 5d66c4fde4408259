"""States and controls by ``plan``, ``work`` and ``tables``: the bytes of ``perturb`` and of ``extract --control``."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app

STATES = ["--states", "2", "--letters", "NV", "--seed", "7"]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory, manifest_of: Callable[[Path, int], Path]) -> list[str]:
    """A source of 70 images, which are more than a stripe, and settings."""
    folder = tmp_path_factory.mktemp("states")
    (folder / "plain.yaml").write_text("setting: {binWidth: 25}\nfeatureClass: {firstorder: [Mean, Entropy]}\n")
    return [str(manifest_of(folder, 70)), "-d", "manifest", "-p", str(folder / "plain.yaml")]


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "tables").glob("[!.]*")}


@pytest.mark.parametrize(
    ("together", "planned"),
    [(["perturb", *STATES], ["plan", *STATES]), (["extract"], ["plan"])],
    ids=["states", "control"],
)
def test_shards_give_the_tables_of_one_process(
    words: list[str], tmp_path: Path, together: list[str], planned: list[str]
) -> None:
    control = ["--control", "shuffled_roi"] if together == ["extract"] else []
    whole, out = tmp_path / "whole", tmp_path / "out"
    run(together[0], *words, *together[1:], *control, "-j", "2", "-o", str(whole))
    said = run(planned[0], *words, *planned[1:], *control, "--shards", "2", "-o", str(out))
    assert said.count("rows planned") == (2 if control else 3)
    for shard in ("1", "0"):
        run("work", str(out), "--shard", shard, "-j", "1")
    run("tables", str(out))
    assert written(out) == written(whole)
    assert ("robustness.csv" in written(out)) == (not control)


def test_letters_without_a_number_of_states_are_refused(words: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["plan", *words, "--letters", "NV", "-o", str(tmp_path / "out")])
    assert "--letters says how states are made: say with --states how many" in f"{done.output}{done.exception}"
    assert not (tmp_path / "out").exists()
