"""Options that several commands share: completed on the way, one sentence of help, values that are refused."""

from pathlib import Path

import pytest
import typer

from radpipe.cli.app import app
from radpipe.cli.options import codes_like, datasets_like, presets_like


def test_presets_are_completed_in_any_case_and_behind_a_modality() -> None:
    assert presets_like("PT=pe") == ["PT=pet"]
    assert "ct_head_neck" in presets_like("CT_H")
    assert presets_like("nothing") == []


def test_data_sets_and_codes_are_completed() -> None:
    assert datasets_like("han") == ["hanseg"]
    assert codes_like("w_few") == ["W_FEW_BINS"]


def helps() -> dict[str, set[str]]:
    """Option -> its helps in the commands that measure or check."""
    found: dict[str, set[str]] = {}
    commands = getattr(typer.main.get_command(app), "commands", {})
    for name in ("check", "extract", "perturb", "plan", "work"):
        for option in commands[name].params:
            for word in option.opts:
                found.setdefault(word, set()).add(getattr(option, "help", None) or "")
    return found


def test_an_option_says_the_same_in_every_command_that_has_it() -> None:
    assert {word for word, texts in helps().items() if len(texts) > 1} <= {"source", "out", "jobs"}


@pytest.mark.parametrize("number", ["0", "two"])
def test_a_number_of_processes_that_is_none_is_refused(radpipe, tmp_path: Path, number: str) -> None:
    done = radpipe("check", tmp_path, "-o", tmp_path / "out", "-j", number)
    assert (done.code, "Invalid value for '--jobs'" in done.err) == (2, True)
