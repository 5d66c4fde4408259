"""Options of ``radpipe survival``: each says what it means, once."""

import typing

from radpipe.cli import survival_options


def test_every_option_has_a_help_and_a_name_of_its_own() -> None:
    found = [typing.get_args(getattr(survival_options, name))[1] for name in survival_options.__all__]
    assert all(option.help and option.help.endswith(".") for option in found)
    # typer keeps the first name of an option in Annotated where a default stands elsewhere.
    words = [word for option in found for word in (option.default, *(option.param_decls or ()))]
    names = [word for word in words if isinstance(word, str)]
    assert len(names) == len(set(names)) > 20
