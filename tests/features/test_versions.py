"""The engine's version names each library that computes, and nothing that computes is imported to say so."""

import subprocess
import sys

from radpipe.features.engine import choose_engine, engine_version
from radpipe.features.versions import native_version


def test_the_version_names_every_library_that_computes() -> None:
    words = dict(part.split(" ") for part in native_version().split(", "))
    assert list(words) == ["radpipe", "numpy", "scipy", "numba", "SimpleITK", "PyWavelets"]
    assert engine_version("native") == choose_engine("native").version == native_version()


def test_the_process_that_plans_does_not_load_numba() -> None:
    script = (
        "import sys; from radpipe.features.engine import engine_version; engine_version('native'); "
        "import radpipe.pipeline; sys.exit('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
