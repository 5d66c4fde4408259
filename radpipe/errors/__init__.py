"""What can go wrong, as types: each error says where, what, and what to do.

::

    RadpipeError
    ├── InputError          one file, case or ROI cannot be used; becomes a row of the table
    ├── ParameterError      a settings file is invalid; lists all its faults (exit 2)
    ├── UsageError          a command or call that cannot be carried out as given (exit 2)
    ├── NothingUsableError  the source holds nothing to measure (exit 3)
    ├── StorageError        the output cannot be written or trusted; disk full, locked (exit 4)
    └── AccountsError       planned != ok + failed + skipped (exit 70)

Every error pickles, because workers are other processes. The sentences live in :mod:`radpipe.problems`.
"""

from radpipe.errors.input_error import InputError
from radpipe.errors.kinds import (
    AccountsError,
    NothingUsableError,
    ParameterError,
    RadpipeError,
    StorageError,
    UsageError,
)
from radpipe.errors.note import Note
from radpipe.errors.policy import Policy

__all__ = [
    "AccountsError",
    "InputError",
    "Note",
    "NothingUsableError",
    "ParameterError",
    "Policy",
    "RadpipeError",
    "StorageError",
    "UsageError",
]
