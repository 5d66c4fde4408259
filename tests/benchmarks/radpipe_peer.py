"""Time the native engine of another checkout on arrays.

Run as ``PYTHONPATH=CHECKOUT python radpipe_peer.py ARRAYS.npz SECONDS``.

The settings are those of ``engines.py``. It takes its turns when told (``turns.py``).
"""

import sys
from pathlib import Path

import numpy as np


def main() -> None:
    """Read the arrays, run, print."""
    from turns import PLAIN, take_turns

    from radpipe.features.engine import choose_engine
    from radpipe.features.params_file import parse_params
    from radpipe.geometry import Geometry
    from radpipe.volume import Mask, Volume

    stored = np.load(Path(sys.argv[1]))
    spacing_z, spacing_y, spacing_x = (float(mm) for mm in stored["spacing_zyx_mm"])
    geometry = Geometry(stored["image"].shape, (spacing_z, spacing_y, spacing_x))
    made_of = getattr(Mask, "of", Mask)  # masks of an older checkout are arrays of the image's size
    volume, mask = Volume(stored["image"], geometry, "HU"), made_of(stored["mask"], geometry)
    params = parse_params(PLAIN)
    engine = choose_engine("native")
    take_turns(lambda: engine.measure(volume, {"GTV": mask}, params), float(sys.argv[2]))


if __name__ == "__main__":
    main()
