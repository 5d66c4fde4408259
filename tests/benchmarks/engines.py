"""Time the engines in turn on the same arrays.

Run by hand: ``python tests/benchmarks/engines.py [--rounds 3] [--organs] [--memory ENGINE] [--pictologics PYTHON]``.
Prints medians and ratios to PyRadiomics; a ratio above 1 is faster than PyRadiomics.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from radpipe.errors import InputError
from radpipe.features.engine import ENGINES, choose_engine
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

CLASSES = dict.fromkeys(("firstorder", "shape", "glcm", "glrlm", "glszm", "gldm", "ngtdm"))
PLAIN = parse_params({"setting": {"binWidth": 25}, "featureClass": CLASSES})
ORGANS = parse_params(
    {"imageType": {"Original": {}, "Wavelet": {}}, "setting": {"binWidth": 25}, "featureClass": CLASSES}
)


def ball(volume_mm3: float, spacing_zyx_mm: tuple[float, float, float]) -> tuple[Volume, Mask]:
    """Make a lumpy CT-like image with a ball of a volume in its middle."""
    radius = (3 * volume_mm3 / (4 * np.pi)) ** (1 / 3)
    shape = tuple(int(2 * radius / spacing) + 12 for spacing in spacing_zyx_mm)
    volume, (mask,) = scene((shape[0], shape[1], shape[2]), spacing_zyx_mm, [((0.5, 0.5, 0.5), radius)])
    return volume, mask


def scene(
    shape: tuple[int, int, int],
    spacing_zyx_mm: tuple[float, float, float],
    balls: list[tuple[tuple[float, float, float], float]],
) -> tuple[Volume, list[Mask]]:
    """Make an image and one mask per ball (centre as a share of the image, radius in mm)."""
    rng = np.random.default_rng(7)
    geometry = Geometry(shape, spacing_zyx_mm)
    image = rng.normal(20, 60, size=shape).astype(np.float32)
    masks = []
    axes = [np.arange(size) * step for size, step in zip(shape, spacing_zyx_mm, strict=True)]
    for centre, radius in balls:
        squares = [(axis - share * axis[-1]) ** 2 for axis, share in zip(axes, centre, strict=True)]
        inside = squares[0][:, None, None] + squares[1][None, :, None] + squares[2][None, None, :] <= radius**2
        masks.append(Mask.of(inside, geometry))
    return Volume(np.rint(image).astype(np.int16), geometry, "HU"), masks


def thirty_organs() -> tuple[Volume, dict[str, Mask]]:
    """Make a 512 x 512 x 100 image with 30 balls of 1 to 60 mL."""
    rng = np.random.default_rng(11)
    balls = []
    for _ in range(30):
        z, y, x = (float(share) for share in rng.uniform(0.2, 0.8, 3))
        balls.append(((z, y, x), float(rng.uniform(6, 24))))
    volume, masks = scene((100, 512, 512), (3.0, 0.98, 0.98), balls)
    return volume, {f"organ{number}": mask for number, mask in enumerate(masks)}


LEAST_SECONDS = 0.3
"""A contestant's turn lasts at least so long: small ROIs are measured again and again."""


def timed(call: Callable[[], object]) -> float:
    """Return the median seconds of the calls of one turn."""
    seconds: list[float] = []
    while sum(seconds) < LEAST_SECONDS:
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def pictologics(python: str, volume: Volume, mask: Mask, rounds: int) -> float:
    """Return the median seconds of pictologics on the same arrays, in an interpreter that has it."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "arrays.npz"
        np.savez(arrays, image=volume.array, mask=mask.full_array(), spacing_zyx_mm=volume.geometry.spacing_zyx_mm)
        peer = Path(__file__).with_name("pictologics_peer.py")
        told = subprocess.run(
            [python, peer, arrays, str(rounds * LEAST_SECONDS)], capture_output=True, text=True, check=True
        )
    return float(told.stdout)


def race(title: str, volume: Volume, masks: dict[str, Mask], params: Params, rounds: int) -> None:
    """Time all contestants in turn and print medians and ratios."""
    engines = {name: choose_engine(name) for name in ENGINES}
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for name, engine in engines.items():
        found = engine.measure(volume, masks, params)
        for fault in found.values():
            if isinstance(fault, InputError):
                sys.exit(f"{title}, {name}: {fault}")
    for _ in range(rounds):
        for name, engine in engines.items():
            seconds[name].append(timed(lambda engine=engine: engine.measure(volume, masks, params)))  # type: ignore[misc]
    medians = {name: statistics.median(some) for name, some in seconds.items()}
    voxels = sum(mask.voxel_count for mask in masks.values())
    told = "  ".join(
        f"{name} {median:.4f} s ({medians['pyradiomics'] / median:.1f}x)" for name, median in medians.items()
    )
    sys.stdout.write(f"{title}, {voxels} voxels: {told}\n")


def memory(engine: str) -> None:
    """Measure a 100 mL ROI of a 512 x 512 x 200 CT with ``ct_head_neck`` and print the peak of this process."""
    radius = (3 * 100_000 / (4 * np.pi)) ** (1 / 3)
    volume, (mask,) = scene((200, 512, 512), (2.0, 0.98, 0.98), [((0.5, 0.5, 0.5), radius)])
    found = choose_engine(engine).measure(volume, {"GTV": mask}, load_params("ct_head_neck"))["GTV"]
    if isinstance(found, InputError):
        sys.exit(str(found))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(f"peak memory, {engine}, 512 x 512 x 200, ct_head_neck, 100 mL: {peak:.2f} GB\n")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="times each contestant runs (default 3)")
    parser.add_argument("--memory", metavar="ENGINE", choices=ENGINES, help="print the peak memory only")
    parser.add_argument("--organs", action="store_true", help="also 30 organs on 512 x 512 x 100 (minutes)")
    parser.add_argument("--pictologics", metavar="PYTHON", help="interpreter that has pictologics, to time it too")
    options = parser.parse_args()
    if options.memory:
        memory(options.memory)
        return
    for title, size in (("nodule", 800), ("lesion", 4_000), ("tumour", 360_000)):
        volume, mask = ball(size, (1.0, 1.0, 1.0))
        race(title, volume, {"GTV": mask}, PLAIN, options.rounds)
        if options.pictologics:
            seconds = pictologics(options.pictologics, volume, mask, options.rounds)
            sys.stdout.write(f"{title}, pictologics (other definitions): {seconds:.4f} s\n")
    if options.organs:
        volume, masks = thirty_organs()
        race("30 organs", volume, masks, ORGANS, 1)
    for name in ENGINES:
        subprocess.run([sys.executable, __file__, "--memory", name], check=True)


if __name__ == "__main__":
    main()
