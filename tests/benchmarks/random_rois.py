"""Compare the native engine with PyRadiomics 3.0.1 on random small ROIs, settings and images; half of them resampled.

Run by hand: ``nice python tests/benchmarks/random_rois.py COUNT [--seed 1] [--seconds S]``. Prints how many ROIs were
compared, and each feature outside of the tolerance with the seed that makes it again.
"""

import argparse
import sys
import time
from typing import Any

import numpy as np

from radpipe.errors import InputError
from radpipe.features.comparison import compare_values
from radpipe.features.engine import choose_engine
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

CLASSES = ("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")
SPACINGS = (0.5, 0.8, 0.9765625, 1.0, 1.5, 2.0, 3.0, 3.27)
TURNED = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)
STRAIGHT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def made(seed: int) -> tuple[Volume, dict[str, Mask], Params]:
    """Make an image with three ROIs and the settings of a seed."""
    random = np.random.default_rng(seed)
    nz, ny, nx = (int(n) for n in random.integers(5, 17, 3))
    dz, dy, dx = (float(mm) for mm in random.choice(SPACINGS, 3))
    direction = TURNED if random.random() < 0.2 else STRAIGHT
    geometry = Geometry((nz, ny, nx), (dz, dy, dx), (-110.5, 33.3, float(random.normal(0, 99))), direction)
    z, y, x = np.indices(geometry.size_zyx)
    smooth = 60 * np.sin(x / 4 + random.normal()) + 40 * np.cos(y / 3 + z)
    values = smooth + random.normal(0, random.choice([3.0, 25.0, 200.0]), geometry.size_zyx)
    kind = np.int16 if random.random() < 0.6 else np.float32
    volume = Volume(np.rint(values).astype(kind) if kind == np.int16 else values.astype(kind), geometry, "HU")
    masks = {}
    for number in range(3):
        first = [int(random.integers(0, n - 3)) for n in geometry.size_zyx]
        last = [int(random.integers(a + 3, n + 1)) for a, n in zip(first, geometry.size_zyx, strict=True)]
        box = (slice(first[0], last[0]), slice(first[1], last[1]), slice(first[2], last[2]))
        inside = random.random([span.stop - span.start for span in box]) < random.choice([0.5, 0.8, 1.0])
        if inside.any():
            masks[f"roi{number}"] = Mask.within(box, inside, geometry)
    return volume, masks, _params(seed, random)


def _params(seed: int, random: np.random.Generator) -> Params:
    setting: dict[str, Any] = {"binWidth": float(random.choice([5, 10, 25])), "additionalInfo": False}
    if seed % 2:
        setting["resampledPixelSpacing"] = [float(mm) for mm in random.choice([0, 1.0, 1.25, 2.0, 3.0], 3)]
        setting["interpolator"] = str(random.choice(["sitkBSpline"] * 4 + ["sitkLinear", "sitkNearestNeighbor"]))
        setting["padDistance"] = int(random.integers(0, 7))
    elif random.random() < 0.3:
        setting |= {"preCrop": True, "padDistance": int(random.integers(0, 7))}
    if random.random() < 0.2:
        setting["weightingNorm"] = str(random.choice(["euclidean", "manhattan", "infinity"]))
    if random.random() < 0.2:
        setting["force2D"] = True
    if random.random() < 0.2:
        setting["distances"] = [1, 2]
    types: dict[str, Any] = {"Original": {}}
    if random.random() < 0.15:
        types["LoG"] = {"sigma": [float(random.choice([1.0, 2.5]))]}
    if random.random() < 0.1:
        types["Wavelet"] = {"binWidth": 10}
    return parse_params({"imageType": types, "featureClass": dict.fromkeys(CLASSES), "setting": setting})


def compared(seed: int) -> tuple[int, int, list[str]]:
    """Compare the ROIs of a seed; return how many were measured, how many both refused, and what differs."""
    volume, masks, params = made(seed)
    ours, theirs = (choose_engine(name).measure(volume, masks, params) for name in ("native", "pyradiomics"))
    good, refused, told = 0, 0, []
    for roi in masks:
        mine, other = ours[roi], theirs[roi]
        if isinstance(mine, FeatureVector) and isinstance(other, FeatureVector):
            good += 1
            for one in compare_values(roi, mine.as_dict(), other.as_dict()):
                if not one.accepted:
                    told.append(f"seed {seed} {roi} {one.feature}: {one.native!r} {one.reference!r}")
        elif isinstance(mine, InputError) and isinstance(other, InputError):
            refused += 1
        else:
            told.append(f"seed {seed} {roi}: {mine!r} {other!r}"[:300])
    return good, refused, told


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="ROIs to compare")
    parser.add_argument("--seed", type=int, default=1, help="of the first image (default 1)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long")
    options = parser.parse_args()
    began, seed = time.monotonic(), options.seed
    good = refused = resampled = different = 0
    while good < options.count and time.monotonic() - began < options.seconds:
        more, without, told = compared(seed)
        good, refused, different = good + more, refused + without, different + bool(told)
        resampled += more if seed % 2 else 0
        for line in told:
            sys.stdout.write(f"{line}\n")
        seed += 1
        if seed % 100 == 0:
            sys.stdout.write(f"# {good} ROIs, {resampled} resampled, {refused} refused by both\n")
            sys.stdout.flush()
    sys.stdout.write(f"{good} ROIs compared, {resampled} of them resampled; {refused} refused by both engines; ")
    sys.stdout.write(f"{different} images with a difference; seeds {options.seed} to {seed - 1}\n")


if __name__ == "__main__":
    main()
