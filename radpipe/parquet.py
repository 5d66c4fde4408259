"""Reading Parquet files: the one place, so that no thread of Arrow outlives a read."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["parquet_frame", "parquet_table"]


def parquet_table(source: Path | bytes) -> "pa.Table":
    """Read a Parquet file in the calling thread.

    ``pyarrow.parquet.read_table`` and ``pandas.read_parquet`` return while a thread of Arrow's dataset scanner may
    still hold the Python file they read. When the interpreter ends at that moment, the thread asks for the interpreter
    to let go of the file, is ended instead, and takes the process with it: "terminate called without an active
    exception", SIGABRT, after all work was done. So the scanner is not used here, nor any thread or read ahead.

    Parameters
    ----------
    source
        A file, or its content.

    Raises
    ------
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
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(pa.BufferReader(source) if isinstance(source, bytes) else source, pre_buffer=False) as file:
        return file.read(use_threads=False)


def parquet_frame(source: Path | bytes) -> "pd.DataFrame":
    """Read a Parquet file as a data frame, as ``pandas.read_parquet`` gives it; see :func:`parquet_table`."""
    frame: pd.DataFrame = parquet_table(source).to_pandas(use_threads=False)
    return frame
