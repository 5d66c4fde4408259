"""Another disk behind the files of radpipe."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import radpipe.files


@contextmanager
def standing_for_os(disk: Any) -> Iterator[None]:
    """Let an object stand for :mod:`os` in every module of the room that changes and reads files."""
    names = [found.name for found in pkgutil.iter_modules(radpipe.files.__path__, "radpipe.files.")]
    modules = [module for module in map(importlib.import_module, names) if hasattr(module, "os")]
    assert len(modules) > 3
    with ExitStack() as stack:
        for module in modules:
            stack.enter_context(mock.patch.object(module, "os", disk))
        yield
