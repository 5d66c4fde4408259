"""Machine code comes from disk without its compiler, and can still be inlined into what is compiled."""

import os
import subprocess
import sys
from pathlib import Path


def test_loading_a_kernel_imports_nothing_that_only_its_compiler_needed() -> None:
    program = """
import sys
from radpipe.kernels.lanczos import second_eigenvalues
import numpy as np

p = np.array([[[0.25, 0.25], [0.25, 0.25]]])
second_eigenvalues(p, p.sum(2), p.sum(1), 2.2e-16)
assert sum(second_eigenvalues.stats.cache_hits.values()) == 1
print(sorted(name for name in ("scipy.linalg", "numba.np.linalg", "numba.np.arraymath") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_kernel_compiled_beside_loaded_ones_calls_them(copy: Path) -> None:
    for path in copy.glob("*/distance.squared_distances*"):
        path.unlink()
    program = """
import numpy as np
from radpipe.kernels import distance

inside = np.zeros((2, 3, 4), dtype=bool)
inside[1, 1, 1] = True
squares = distance.squared_distances(~inside, (2.0, 1.0, 1.0))
print(distance.squared_distances.stats.cache_misses.total(), squares[0, 2].tolist())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "RADPIPE_KERNELS": str(copy)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    # By hand: 2 mm up, 1 mm across, and -1, 0, 1, 2 mm along the row.
    assert done.stdout == "1 [6.0, 5.0, 6.0, 9.0]\n"
