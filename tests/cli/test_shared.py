"""Commands that share options show all of them, and make the same request of the same words."""

import inspect

import pytest
import typer

from radpipe.cli.app import app
from radpipe.cli.shared import takes


def options_of(command: str) -> dict[str, str | None]:
    """Option -> its help."""
    found = getattr(typer.main.get_command(app), "commands", {})[command]
    return {name: getattr(option, "help", None) for option in found.params for name in option.opts}


@pytest.mark.parametrize("command", ["extract", "perturb", "plan"])
def test_what_measures_takes_all_that_check_takes_of_a_source(command: str) -> None:
    of_check, own = options_of("check"), options_of(command)
    where = {"--jobs", "-j", "--task-timeout", "--mem-per-task", "--retries"}
    assert not {name for name in of_check if name not in where and of_check[name] != own.get(name)}
    assert {"--params", "--setting", "--engine", "--register", "--transform", "--private"} <= set(own)


def test_values_are_made_of_the_options_that_belong_to_them() -> None:
    def area(width: int, height: int = 2) -> int:
        return width * height

    @takes(area=area)
    def volume(depth: int, area: int, unit: str = "mm3") -> str:
        return f"{area * depth} {unit}"

    assert list(inspect.signature(volume).parameters) == ["depth", "width", "height", "unit"]
    assert volume(depth=5, width=3) == "30 mm3"
    assert volume(depth=5, width=3, height=1, unit="L") == "15 L"


def test_makers_may_stand_on_each_other() -> None:
    def length(number: int) -> int:
        return number

    @takes(length=length)
    def area(length: int, width: int = 1) -> int:
        return length * width

    @takes(area=area)
    def told(area: int) -> int:
        return area

    assert told(number=4, width=3) == 12
