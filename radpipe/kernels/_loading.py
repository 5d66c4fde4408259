"""Machine code from disk into this process, with no more of numba than running it takes.

numba's own way imports the module of every function that a kernel has inlined (of NumPy's sorting alone that is a
quarter of a second, with SciPy's linear algebra), and parses the intermediate code of every kernel, which only a
compiler wants that inlines it into another one. Both are done here when they are asked for, which is hardly ever.
"""

import pickle
import sys
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
from numba.core.caching import CompileResultCacheImpl, IndexDataCacheFile
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompileResult
from numba.core.environment import Environment, lookup_environment

__all__ = ["DataFile", "Rebuilt"]


class _Library(JITCodeLibrary):  # type: ignore[misc]
    """Machine code whose intermediate code is parsed once another kernel is compiled that inlines it."""

    _intermediate = b""
    _shared_module: Any

    @classmethod
    def of(cls, codegen: Any, state: tuple[str, str, tuple[bytes, bytes]], symbols: set[str]) -> "_Library":
        """Make the machine code ready; ``symbols`` are those of it that are asked for by name."""
        name, _, (machine_code, intermediate) = state
        library = cls(codegen, name)
        library._intermediate = intermediate
        library.enable_object_caching()
        library._set_compiled_object(machine_code)
        library._finalize_final_module()
        codegen._engine._defined_symbols |= symbols
        return library

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            self._shared_module = llvm.parse_bitcode(self._intermediate)
            self._codegen._engine._load_defined_symbols(self._shared_module)
        return self._shared_module


class Rebuilt(CompileResultCacheImpl):  # type: ignore[misc]
    """Makes the result of a compilation from what stands in a file."""

    def rebuild(self, target_context: Any, payload: tuple[Any, ...]) -> Any:
        """Make it; as numba's method of this name, whose order of the payload this is.

        Parameters
        ----------
        target_context
            numba's, of this process.
        payload
            What ``CompileResult._reduce`` gave.
        """
        machine_code, description, environment, signature, objectmode, lifted, types, reload_init, referenced = payload
        for function in reload_init:
            function()
        symbols = {description.llvm_func_name, description.llvm_cpython_wrapper_name}
        library = _Library.of(target_context.codegen(), machine_code, symbols)
        for other in referenced:
            library.codegen.set_env(other.env_name, other)
        return CompileResult(
            target_context=target_context,
            typing_context=target_context.typing_context,
            library=library,
            environment=environment,
            entry_point=target_context.get_executable(library, description, environment),
            fndesc=description,
            type_annotation=types,
            signature=signature,
            objectmode=objectmode,
            lifted=lifted,
            typing_error=None,
            call_helper=None,
            metadata=None,
            reload_init=reload_init,
            referenced_envs=referenced,
        )


def _environment(module: str, constants: list[Any], name: str) -> Any:
    """Make the environment of a function; its globals are what code uses that Python itself carries out, never ours."""
    known = lookup_environment(name)
    if known is not None:
        return known
    loaded = sys.modules.get(module)
    environment = Environment({"__name__": module} if loaded is None else vars(loaded))
    environment.consts[:] = constants
    environment.env_name = name
    Environment._memo[name] = environment
    return environment


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) == ("numba.core.environment", "_rebuild_env"):
            return _environment
        return super().find_class(module_name, global_name)


class DataFile(IndexDataCacheFile):  # type: ignore[misc]
    """Reads a kernel's file without importing what the kernel has inlined."""

    def _load_data(self, name: str) -> Any:
        with Path(self._data_path(name)).open("rb") as file:
            return _Unpickler(file).load()
