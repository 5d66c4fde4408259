"""A nursery that is started ahead goes to the first pool that wants one, and ends where nobody took it."""

import os
import sys
from pathlib import Path

import pytest

from radpipe.run.executors.ahead import begun_ahead, nursery_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes of Linux")


def children() -> set[int]:
    """Processes of this one."""
    return {int(word) for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def test_the_first_pool_takes_the_nursery_and_the_second_one_starts_its_own() -> None:
    before = children()
    with begun_ahead(["no_such_module"]):
        (ahead,) = children() - before
        first, second = nursery_for(["no_such_other"]), nursery_for([])
        assert first.libraries == ("radpipe.run.worker", "no_such_module", "no_such_other")
        assert second.libraries == ("radpipe.run.worker",)
        (other,) = children() - before - {ahead}
        second.kill_all()
        assert other not in children()
    assert ahead in children()  # it belongs to who took it
    first.kill_all()
    assert ahead not in children()


def test_a_nursery_that_nobody_took_ends_also_where_the_command_failed() -> None:
    before = children()

    def failing() -> None:
        with begun_ahead([]):
            assert len(children() - before) == 1
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert children() == before


def test_outside_of_the_context_a_nursery_is_new() -> None:
    with begun_ahead([]):
        pass
    before = children()
    nursery = nursery_for([])
    assert len(children() - before) == 1
    nursery.kill_all()
