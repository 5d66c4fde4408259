"""Kinds of errors beside those of the input, each with the exit code of the command line."""

from collections.abc import Sequence

__all__ = ["AccountsError", "NothingUsableError", "ParameterError", "RadpipeError", "StorageError", "UsageError"]


class RadpipeError(Exception):
    """Base of all errors that radpipe raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1


class ParameterError(RadpipeError):
    """A settings file is invalid; ``faults`` lists every fault with its path in the file.

    Examples
    --------
    >>> print(ParameterError("ct.yaml", ["setting.binWith is unknown; did you mean binWidth?"]))
    E_PARAMETER  ct.yaml: setting.binWith is unknown; did you mean binWidth?
    """

    exit_code = 2

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__(source, self.faults)

    def __str__(self) -> str:
        """One line a fault."""
        return "\n".join(f"E_PARAMETER  {self.source}: {fault}" for fault in self.faults)


class UsageError(RadpipeError):
    """A command or call that cannot be carried out as given."""

    exit_code = 2


class NothingUsableError(RadpipeError):
    """The source holds nothing that could be measured."""

    exit_code = 3


class StorageError(RadpipeError):
    """The output folder cannot be written or trusted: disk full, locked by another run, foreign files."""

    exit_code = 4


class AccountsError(RadpipeError):
    """Planned is not ok + failed + skipped: a fault of radpipe itself."""

    exit_code = 70
