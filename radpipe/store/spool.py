"""A spool: rows that are put on the disk while they go by, and read again in blocks once all have."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radpipe.files import WholeFile, whole_file
from radpipe.parquet import parquet_file, parquet_writer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Spool", "spool"]

BLOCK_ROWS = 4_000
"""Rows that are in memory at once."""


class Spool:
    """Rows of a table that is too long for the memory; see :func:`spool`.

    Parameters
    ----------
    file
        Open for writing.
    schema
        Of the rows.
    """

    def __init__(self, file: WholeFile, schema: "pa.Schema") -> None:
        self._file = file
        self._schema = schema
        self._rows: list[Sequence[Any]] = []
        self._writing = ExitStack()
        self._writer = self._writing.enter_context(parquet_writer(file, schema))
        self._few: pa.Table | None = schema.empty_table()  # all rows once none comes; None: they are on the disk

    def add(self, row: Sequence[Any]) -> None:
        """Take a row: a cell for each column of the schema, in its order."""
        self._rows.append(row)
        if len(self._rows) == BLOCK_ROWS:
            self._put_down()

    def blocks(self, columns: Sequence[str] | None = None) -> "Iterator[pa.Table]":
        """Give the rows again in their order, a block at a time; without rows one empty block. No row comes later.

        Parameters
        ----------
        columns
            Those to read; None reads all.

        Raises
        ------
        OSError
            The disk is full, or the rows cannot be read.
        """
        wanted = list(columns or self._schema.names)
        self.close()
        if self._few is not None:
            yield self._few.select(wanted)
            return
        with parquet_file(self._file.temporary) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=wanted, use_threads=False).select(wanted)

    def close(self) -> None:
        """Put down what is left, or keep it where it is all there is; nothing is added from now on."""
        if not self._writer.is_open:
            return
        if self._few is None:
            self._put_down()
            self._writing.close()
            self._file.finish()
        else:
            self._few = self._table()
            self._writing.close()

    def _put_down(self) -> None:
        if self._rows:
            self._writer.write_table(self._table())
            self._few = None

    def _table(self) -> "pa.Table":
        import pyarrow as pa

        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in self._schema)
        arrays = [pa.array(cells, field.type) for cells, field in zip(columns, self._schema, strict=True)]
        self._rows = []
        return pa.Table.from_arrays(arrays, schema=self._schema)


@contextmanager
def spool(folder: Path, schema: "pa.Schema") -> Iterator[Spool]:
    """Open a spool in a temporary file, which is gone when it is left.

    Parameters
    ----------
    folder
        Where the file lies; made when it is not there.
    schema
        Of the rows.

    Raises
    ------
    StorageError
        The disk is full, or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import pyarrow as pa
    >>> with tempfile.TemporaryDirectory() as folder, spool(Path(folder), pa.schema([("n", pa.int64())])) as rows:
    ...     rows.add([1])
    ...     rows.add([2])
    ...     [block.to_pydict() for block in rows.blocks()]
    [{'n': [1, 2]}]
    """
    with whole_file(folder) as file:
        rows = Spool(file, schema)
        yield rows
        rows.close()
