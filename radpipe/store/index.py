"""The index of the packs: which task's outcomes lie where, and one rule for two results of one key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from radpipe.files import open_checked, read_whole, set_aside
from radpipe.outcome import Status
from radpipe.parquet import parquet_file
from radpipe.store.packs import PackName, digest_of, list_packs, pack_schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PackIndex", "read_columns", "scan"]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PackIndex:
    """What lies in the packs of an output folder: one entry for each task in each pack.

    Parameters
    ----------
    packs
        Sorted by name.
    keys, contents
        Of each entry (Arrow arrays of text).
    pack, group
        Which pack, and which row group of it.
    rows, failed, skipped
        Of the entry.
    damaged
        Names of packs that were set aside.
    """

    packs: tuple[PackName, ...]
    keys: "pa.Array"
    contents: "pa.Array"
    pack: Whole
    group: Whole
    rows: Whole
    failed: Whole
    skipped: Whole
    damaged: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pack)

    def best(self, keys: "pa.Array") -> Whole:
        """Return for each of some keys the entry that counts, -1 where there is none.

        Two results of one key: the one with the fewest rows that are not ok, then with the fewest skipped ones, then
        the one of the smaller pack name. Engines repeat work; that must not change tables.

        Parameters
        ----------
        keys
            Unique.
        """
        return self._best(self.keys, keys)

    def best_by_content(self, contents: "pa.Array") -> Whole:
        """Return for each of some content digests the entry that counts, -1 where there is none."""
        return self._best(self.contents, contents)

    def orphans(self, keys: "pa.Array") -> frozenset[str]:
        """Return content digests that were measured without a failure, under none of some keys.

        Parameters
        ----------
        keys
            Of a plan.
        """
        if not len(self):
            return frozenset()
        import pyarrow as pa
        import pyarrow.compute as pc

        known = pc.is_in(self.keys, value_set=keys).to_numpy(zero_copy_only=False)
        free = ~known & (self.failed + self.skipped == 0)
        contents = self.contents.filter(pa.array(free))
        return frozenset(text for text in contents.to_pylist() if text)

    def _best(self, own: "pa.Array", wanted: "pa.Array") -> Whole:
        best = np.full(len(wanted), -1, dtype=np.int64)
        if not len(self):
            return best
        import pyarrow.compute as pc

        place = pc.fill_null(pc.index_in(own, value_set=wanted), -1).to_numpy(zero_copy_only=False)
        order = np.lexsort((self.pack, self.skipped, self.failed + self.skipped))[::-1]
        order = order[place[order] >= 0]
        best[place[order]] = order  # the last one written is the best
        return best


def scan(out: Path, packs: Iterable[PackName] | None = None, *, whole: bool = False) -> PackIndex:
    """Read keys and status of all packs; what is provably damaged is set aside.

    Parameters
    ----------
    out
        The output folder.
    packs
        Those to read; None lists them.
    whole
        Read every byte and compare it with the digest in the name. Otherwise only the pages that are read are checked,
        by their own checksums.

    Raises
    ------
    StorageError
        A pack cannot be read, which is no proof of damage; or a damaged one cannot be moved.
    """
    import pyarrow as pa

    sound: list[PackName] = []
    parts: list[dict[str, Any]] = []
    damaged = []
    for pack in list_packs(out) if packs is None else packs:
        try:
            part = entries_of(pack, whole=whole)
        except FileNotFoundError:  # another process found it damaged
            continue
        if part is None:
            set_aside(pack.path, out / "damaged")
            damaged.append(pack.text)
            continue
        part["pack"] = np.full(len(part["group"]), len(sound), dtype=np.int64)
        sound.append(pack)
        parts.append(part)

    def joined(name: str) -> Any:
        pieces = [part[name] for part in parts]
        if name in ("keys", "contents"):
            return pa.concat_arrays(pieces) if pieces else pa.nulls(0, pa.string())
        return np.concatenate([np.empty(0, np.int64), *pieces]).astype(np.int64)

    names = ("keys", "contents", "pack", "group", "rows", "failed", "skipped")
    return PackIndex(tuple(sound), **{name: joined(name) for name in names}, damaged=tuple(damaged))


def entries_of(pack: PackName, *, whole: bool) -> dict[str, Any] | None:
    """Return the entries of a pack as columns, or None when it is damaged."""
    import pyarrow.compute as pc

    read = read_columns(pack, ("key", "content", "status"), whole=whole)
    if read is None:
        return None
    table, group_ends = read
    ends = pc.run_end_encode(table.column("key").combine_chunks()).run_ends.to_numpy().astype(np.int64)
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    status = table.column("status")
    counts = {}
    for name in (Status.FAILED, Status.SKIPPED):
        seen = np.concatenate([[0], np.cumsum(pc.equal(status, str(name)).to_numpy())])
        counts[name] = seen[ends] - seen[starts]
    first = table.take(starts)
    return {
        "keys": first.column("key").combine_chunks(),
        "contents": first.column("content").combine_chunks(),
        "group": np.searchsorted(group_ends, starts, side="right"),
        "rows": ends - starts,
        "failed": counts[Status.FAILED],
        "skipped": counts[Status.SKIPPED],
    }


def read_columns(
    pack: PackName, columns: Sequence[str], group: int | None = None, *, whole: bool = False
) -> tuple["pa.Table", Whole] | None:
    """Read columns of a pack, and where each of its row groups ends; None when the pack is provably damaged.

    Proof is: all its bytes were read, and they do not give the digest in its name, or they are no pack.

    Parameters
    ----------
    pack, columns
        What to read.
    group
        Only this row group; None reads all.
    whole
        Ask for the proof before anything is read.

    Raises
    ------
    FileNotFoundError
        It is not there.
    StorageError
        It cannot be read.
    """
    import pyarrow as pa

    if not whole:
        try:
            with open_checked(pack.path) as file:
                return _columns(file, columns, group)
        except (pa.ArrowException, OSError, _ForeignError) as fault:
            if isinstance(fault, FileNotFoundError):
                raise
    content = read_whole(pack.path)
    if digest_of(content) != pack.digest:
        return None
    try:
        return _columns(content, columns, group)
    except (pa.ArrowException, OSError, _ForeignError):
        return None


class _ForeignError(Exception):
    """A Parquet file that is not a pack."""


def _columns(source: Any, columns: Sequence[str], group: int | None) -> tuple["pa.Table", Whole]:
    with parquet_file(source, checked=True) as file:
        if not file.schema_arrow.equals(pack_schema()):
            raise _ForeignError
        lengths = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        groups = range(file.num_row_groups) if group is None else [group]
        table = file.read_row_groups(groups, columns=list(columns), use_threads=False)
    return table, np.cumsum(lengths, dtype=np.int64)
