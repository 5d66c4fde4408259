"""Writing and reading whole files: the one writer of an output folder.

Four verbs are enough for everything that radpipe keeps: write whole, list, read, remove. An object store could stand
behind them. Beside them are the courtesies of a local disk: a damaged file is set aside, temporary files of
killed runs are swept. Every change of a file goes through the functions of :mod:`os` that are called in this room, so
that a test can make each of them fail in turn.
"""

from radpipe.files.disk import storage_error
from radpipe.files.file_in_making import WholeFile
from radpipe.files.folders import list_files, make_folder
from radpipe.files.reading import open_checked, read_whole
from radpipe.files.removing import remove, set_aside, sweep
from radpipe.files.text import unicode_text
from radpipe.files.writing import whole_file, write_text, write_whole

__all__ = [
    "WholeFile",
    "list_files",
    "make_folder",
    "open_checked",
    "read_whole",
    "remove",
    "set_aside",
    "storage_error",
    "sweep",
    "unicode_text",
    "whole_file",
    "write_text",
    "write_whole",
]
