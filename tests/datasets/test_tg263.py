"""Every standard name of the dictionary is one that TG-263 lists."""

from pathlib import Path

from radpipe.datasets.roi_dictionary import TG263, standard_name
from radpipe.datasets.tg263 import SIDED, UNSIDED


def test_each_name_of_the_dictionary_is_one_of_tg_263() -> None:
    lines = (Path(__file__).parent / "tg263_names.txt").read_text().splitlines()
    listed = {word for line in lines if not line.startswith("#") for word in line.split()}
    assert sorted(set(TG263.values()) - listed) == []
    assert [name for name in sorted(set(TG263.values())) if standard_name(name) != name] == []


def test_no_spelling_stands_for_two_organs() -> None:
    every = [word for table in (UNSIDED, SIDED) for name, others in table.items() for word in (name, *others)]
    assert sorted(word for word in set(every) if every.count(word) > 1) == []
