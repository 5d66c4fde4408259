"""The file of a plan, read in groups: only what a worker's share needs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import StorageError
from radpipe.files import open_checked
from radpipe.parquet import parquet_file
from radpipe.store.packs import STRIPE

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

from radpipe.store.plans.entry import PlanEntry, entry_of, plan_schema

__all__ = ["PlanFile"]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan of an output folder.

    Parameters
    ----------
    path
        The file that is read; of a private run one outside of the output folder.
    header
        What holds for all tasks: source, settings, policy, engine, versions. JSON values.
    scope
        Digest of what was asked for: a plan of the same scope takes the place of an older one.
    tasks, rows, cases
        How many.
    shards
        Into how many shares it is cut.
    """

    path: Path
    header: Mapping[str, Any]
    scope: str
    tasks: int
    rows: int
    cases: int
    shards: int = 1

    @property
    def config(self) -> str:
        """Name of the settings."""
        return str(self.header["config"])

    @property
    def digest(self) -> str:
        """What its name says of its content."""
        return self.path.stem.rsplit("-", 1)[-1]

    def shard_of(self, position: int) -> int:
        """Return the shard of a task: stripes of neighbours are dealt round."""
        return position // STRIPE % self.shards

    def keys(self) -> "pa.Array":
        """Return the keys of all tasks, by position.

        Raises
        ------
        StorageError
            The plan cannot be read.
        """
        import pyarrow as pa

        with _opened(self.path) as file:
            table = file.read(columns=["key", "position"], use_threads=False)
        if table.column("position").null_count:
            table = table.filter(table.column("position").is_valid())
        keys = table.column("key").combine_chunks()
        return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys

    def entries(
        self, wanted: npt.NDArray[np.bool_] | None = None, *, with_tasks: bool = True
    ) -> Iterator[list[PlanEntry]]:
        """Read entries in their order, some hundred at a time.

        Parameters
        ----------
        wanted
            For each position, whether its task is wanted; ended rows are then left out, and groups without a wanted
            task are not read. None: everything.
        with_tasks
            Read the column ``task`` too; else it is empty.

        Raises
        ------
        StorageError
            The plan cannot be read.
        """
        columns = [name for name in plan_schema().names if with_tasks or name != "task"]
        with _opened(self.path) as file:
            place = file.schema_arrow.get_field_index("position")
            for group in range(file.num_row_groups):
                known = file.metadata.row_group(group).column(place).statistics
                if wanted is not None and not (known.has_min_max and wanted[known.min : known.max + 1].any()):
                    continue
                rows = file.read_row_group(group, columns=columns, use_threads=False).to_pylist()
                entries = [entry_of(row) for row in rows]
                if wanted is not None:
                    entries = [entry for entry in entries if entry.position >= 0 and wanted[entry.position]]
                yield entries


@contextmanager
def _opened(path: Path) -> "Iterator[pq.ParquetFile]":
    import pyarrow as pa

    try:
        with open_checked(path) as source, parquet_file(source, checked=True) as file:
            yield file
    except FileNotFoundError:
        message = f"the plan {path} is not there; plan again"
        raise StorageError(message) from None
    except (pa.ArrowException, OSError) as fault:
        message = f"the plan {path} cannot be read ({fault}); plan again"
        raise StorageError(message) from fault
