"""The writer of packs: it gathers outcomes and writes them whole when some seconds or megabytes have come together."""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from radpipe.files import write_whole
from radpipe.store.packs import Measured, Receipt, digest_of, encoded

__all__ = ["FLUSH_BYTES", "Flush", "PackWriter"]

FLUSH_BYTES = 64_000_000
PACKS_A_FOLDER = 1_000


@dataclass(frozen=True, slots=True)
class Flush:
    """When outcomes are written: at most so much is measured again after a kill.

    Parameters
    ----------
    seconds
        Since the first outcome that waits: 5 on one machine, 60 on a cluster, where files are dear.
    size_bytes
        Of the values that wait.
    """

    seconds: float = 5.0
    size_bytes: int = FLUSH_BYTES


class PackWriter:
    """Writes the outcomes of one process; no other writer ever uses one of its file names.

    Parameters
    ----------
    out
        The output folder.
    unit
        What it works on: ``run``, a shard, a chunk; lower-case letters and digits.
    flush
        When to write.

    Notes
    -----
    A receipt is given when the outcomes are taken; they are durable after the next :meth:`flush`.
    """

    def __init__(self, out: Path, unit: str = "run", flush: Flush | None = None) -> None:
        self._out = out
        self._unit = unit
        self._rule = flush or Flush()
        self._writer = secrets.token_hex(4)
        self._number = 0
        self._waiting: list[tuple[int, Measured]] = []
        self._size = 0
        self._since = 0.0

    def add(self, position: int, image: Measured) -> Receipt:
        """Take the outcomes of an image at a position of the plan; write when it is time.

        Raises
        ------
        StorageError
            What waits could not be written.
        """
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append((position, image))
        for outcome in image.outcomes or ():
            self._size += 1000 + (0 if outcome.vector is None else 8 * len(outcome.vector.values))
        self.tick()
        return Receipt.of(image)

    def tick(self) -> None:
        """Write when it is time; called while nothing comes in.

        Raises
        ------
        StorageError
            What waits could not be written.
        """
        overdue = self._waiting and time.monotonic() - self._since >= self._rule.seconds
        if overdue or self._size >= self._rule.size_bytes:
            self.flush()

    def flush(self) -> None:
        """Write what waits, durably.

        Raises
        ------
        StorageError
            It could not be written; it is lost with this writer, and nothing that was written before.
        """
        if not self._waiting:
            return
        content = encoded(self._waiting)
        name = f"{self._unit}-{self._writer}-{self._number:06d}-{digest_of(content)}.parquet"
        # Writers begin with random digits, so that few share a folder; one writer goes on to the next after 1,000.
        folder = self._out / "packs" / f"{self._writer[:2]}-{self._number // PACKS_A_FOLDER:03d}"
        write_whole(folder / name, content)
        self._number += 1
        self._waiting, self._size = [], 0
