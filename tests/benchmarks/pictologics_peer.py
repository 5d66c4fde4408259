"""Time pictologics on arrays, in an interpreter that has it: ``PYTHON pictologics_peer.py ARRAYS.npz SECONDS``.

All its classes on the original image, one thread, bins of 25, through its pipeline on arrays in memory, as
``engines.py`` measures radpipe through its engine. It takes its turns when told (``turns.py``).
"""

import sys
from pathlib import Path

import numba
import numpy as np


def main() -> None:
    """Read the arrays, run, print."""
    from pictologics import Image, RadiomicsPipeline
    from turns import take_turns

    numba.set_num_threads(1)
    stored = np.load(Path(sys.argv[1]))
    spacing = tuple(float(mm) for mm in stored["spacing_zyx_mm"][::-1])
    image, mask = (
        Image(np.ascontiguousarray(stored[name].astype(np.float64).transpose(2, 1, 0)), spacing, (0.0, 0.0, 0.0))
        for name in ("image", "mask")
    )
    pipeline = RadiomicsPipeline(load_standard=False)
    families = ["intensity", "histogram", "ivh", "morphology", "texture"]
    pipeline.add_config(
        "plain",
        [
            {"step": "discretise", "params": {"method": "FBS", "bin_width": 25.0, "min_val": -2000.0}},
            {"step": "extract_features", "params": {"families": families}},
        ],
    )

    take_turns(lambda: pipeline.run(image, mask), float(sys.argv[2]))


if __name__ == "__main__":
    main()
