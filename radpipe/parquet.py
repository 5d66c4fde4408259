"""Parquet files, read and written: the one place, so that no thread of Arrow outlives a read.

``pyarrow.parquet.read_table`` and ``pandas.read_parquet`` return while a thread of Arrow's dataset scanner may
still hold the Python file they read. When the interpreter ends at that moment, the thread asks for the interpreter
to let go of the file, is ended instead, and takes the process with it: "terminate called without an active
exception", SIGABRT, after all work was done. So the scanner is not used here, nor any thread or read ahead.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import io

    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["parquet_columns", "parquet_file", "parquet_frame", "parquet_rows", "parquet_table", "parquet_writer"]


@contextmanager
def parquet_file(source: "Path | bytes | io.RawIOBase", *, checked: bool = False) -> "Iterator[pq.ParquetFile]":
    """Open a Parquet file to read some of its row groups; give ``use_threads=False`` to each read.

    Parameters
    ----------
    source
        A path, the content, or an open file.
    checked
        Compare the checksums of pages, where the file has them; pages that are not read are not compared.

    Raises
    ------
    OSError
        The file cannot be read, or a checksum is wrong.
    pyarrow.ArrowException
        It is not Parquet, or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.BufferReader(source) if isinstance(source, bytes) else source
    with pq.ParquetFile(content, pre_buffer=False, page_checksum_verification=checked) as file:
        yield file


def parquet_table(source: Path | bytes, columns: Sequence[str] | None = None) -> "pa.Table":
    """Read a Parquet file in the calling thread.

    Parameters
    ----------
    source
        A file, or its content.
    columns
        Names; None reads all.

    Raises
    ------
    KeyError
        A column is not in it.
    OSError
        The file cannot be read.
    pyarrow.ArrowException
        It is not Parquet, or damaged.

    Examples
    --------
    >>> import io
    >>> import pandas as pd
    >>> content = io.BytesIO()
    >>> pd.DataFrame({"case_id": ["p1", "p2"]}).to_parquet(content)
    >>> parquet_table(content.getvalue()).num_rows
    2
    """
    with parquet_file(source) as file:
        unknown = [name for name in columns or () if name not in file.schema_arrow.names]
        if unknown:
            message = f"no column {unknown[0]}"
            raise KeyError(message)
        return file.read(columns=None if columns is None else list(columns), use_threads=False)


def parquet_frame(source: Path | bytes, columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """Read a Parquet file as a data frame, as ``pandas.read_parquet`` gives it; see :func:`parquet_table`."""
    frame: pd.DataFrame = parquet_table(source, columns).to_pandas(use_threads=False)
    return frame


def parquet_columns(source: Path | bytes) -> tuple[str, ...]:
    """Return the names of a Parquet file's columns."""
    with parquet_file(source) as file:
        return tuple(file.schema_arrow.names)


def parquet_rows(source: Path | bytes, columns: Sequence[str], rows: Sequence[int]) -> "pd.DataFrame":
    """Read some rows of some columns; memory is that of these, and of one row group.

    Parameters
    ----------
    source
        A file, or its content.
    columns
        Names.
    rows
        Places of the rows, ascending; they are the index of the frame.

    Examples
    --------
    >>> import io
    >>> import pandas as pd
    >>> content = io.BytesIO()
    >>> pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}).to_parquet(content, row_group_size=2)
    >>> parquet_rows(content.getvalue(), ["b"], [0, 2])["b"].to_dict()
    {0: 4.0, 2: 6.0}
    """
    import numpy as np
    import pyarrow as pa

    wanted = np.asarray(rows, dtype=np.int64)
    pieces = []
    with parquet_file(source) as file:
        begin = 0
        for group in range(file.num_row_groups):
            end = begin + file.metadata.row_group(group).num_rows
            own = wanted[(wanted >= begin) & (wanted < end)] - begin
            if len(own):
                pieces.append(file.read_row_group(group, columns=list(columns), use_threads=False).take(pa.array(own)))
            begin = end
        table = pa.concat_tables(pieces) if pieces else file.schema_arrow.empty_table().select(list(columns))
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame.set_index(wanted)


@contextmanager
def parquet_writer(file: IO[bytes] | Any, schema: "pa.Schema") -> "Iterator[pq.ParquetWriter]":
    """Write a Parquet file group by group: compressed, with a checksum on each page.

    Parameters
    ----------
    file
        Open for writing; it is not closed.
    schema
        Text columns are written as dictionaries, numbers are not.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_dictionary(field.type)]
    numbers = [field.name for field in schema if pa.types.is_integer(field.type)]
    with pq.ParquetWriter(
        file, schema, compression="zstd", use_dictionary=text, write_statistics=numbers, write_page_checksum=True
    ) as writer:
        yield writer
