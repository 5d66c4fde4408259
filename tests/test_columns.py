"""Columns made without pandas are those that pyarrow makes; and pandas stays out until tables are made."""

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.columns import bytes_column, integer_column, number_lists, text_column, text_lists

texts = st.text(st.characters(exclude_categories=["Cs"]))
whole = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(texts))
def test_texts(values: list[str]) -> None:
    assert text_column(values).equals(pa.array(values, pa.string()))


@given(st.lists(st.binary()))
def test_bytes(values: list[bytes]) -> None:
    assert bytes_column(values).equals(pa.array(values, pa.binary()))


@given(st.lists(st.one_of(whole, st.none())))
def test_integers_with_gaps(values: list[int | None]) -> None:
    column = integer_column(values)
    column.validate(full=True)
    assert column.equals(pa.array(values, pa.int64()))


@given(st.lists(st.lists(texts)), st.lists(st.lists(st.floats(allow_nan=False))))
def test_lists(words: list[list[str]], numbers: list[list[float]]) -> None:
    assert text_lists(words).equals(pa.array(words, pa.list_(pa.string())))
    assert number_lists(numbers).equals(pa.array(numbers, pa.list_(pa.float64())))


def test_more_than_arrow_can_say_is_refused() -> None:
    class Long(bytes):
        def __len__(self) -> int:
            return 2**31

    with pytest.raises(OverflowError, match="2147483648 bytes"):
        bytes_column([Long()])


def test_planning_does_not_import_pandas(tmp_path, checkout) -> None:
    script = (
        "import sys, numpy as np\n"
        "from PIL import Image\n"
        "from radpipe.planning import planned_source\n"
        "from radpipe.request import Request\n"
        "from radpipe.run.drive import share_of\n"
        "Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save('in/00000001_000.png')\n"
        "Image.fromarray(np.ones((8, 8), dtype=np.uint8)).save('in/00000001_000_labels.png')\n"
        "(plan,) = planned_source(Request('in', 'out', params='xray_2d', dataset='chestxray14'))\n"
        "assert len(share_of(plan, plan.path.parent.parent)) == 1\n"
        "print('pandas' in sys.modules)\n"
    )
    (tmp_path / "in").mkdir()
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "False\n", done.stderr
