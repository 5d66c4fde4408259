"""Time the engines in turn on the same arrays.

Run by hand: ``python tests/benchmarks/engines.py [--rounds 3] [--organs] [--memory ENGINE] [--pictologics PYTHON]
[--radpipe CHECKOUT]``. Prints the medians of seconds of CPU and of their ratios to the native engine's in each round.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from files import read
from turns import CLASSES, LEAST_SECONDS, PLAIN, Peer, peak_gb, turn

from radpipe.errors import InputError
from radpipe.features.engine import ENGINES, choose_engine
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

SETTINGS = parse_params(PLAIN)
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


HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Others:
    """Contestants of other environments: the Python that has pictologics, the checkout of another radpipe."""

    pictologics: str | None = None
    radpipe: str | None = None

    def peers(self, volume: Volume, mask: Mask) -> dict[str, Peer]:
        """Start those that are wanted, on the arrays of one ROI."""
        spacing_zyx_mm = np.array(volume.geometry.spacing_zyx_mm)
        arrays = {"image": volume.array, "mask": mask.full_array(), "spacing_zyx_mm": spacing_zyx_mm}
        peers = {}
        if self.pictologics:
            command = [self.pictologics, str(HERE / "pictologics_peer.py")]
            peers["pictologics (other definitions)"] = Peer(command, arrays, LEAST_SECONDS, os.environ)
        if self.radpipe:
            command = [sys.executable, str(HERE / "radpipe_peer.py")]
            environment = {**os.environ, "PYTHONPATH": self.radpipe}
            peers[f"radpipe of {self.radpipe}"] = Peer(command, arrays, LEAST_SECONDS, environment)
        return peers


def race(
    title: str, volume: Volume, masks: dict[str, Mask], params: Params, rounds: int, others: Others | None = None
) -> None:
    """Time all contestants in turn and print medians of seconds, and of the ratios of each round."""
    calls = {}
    for name in ENGINES:
        engine = choose_engine(name)
        for fault in engine.measure(volume, masks, params).values():
            if isinstance(fault, InputError):
                sys.exit(f"{title}, {name}: {fault}")
        calls[name] = lambda engine=engine: engine.measure(volume, masks, params)
    turns: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        started = others.peers(volume, next(iter(masks.values()))) if others else {}
        peers = {name: stack.enter_context(peer) for name, peer in started.items()}
        for _ in range(rounds):
            for name, call in calls.items():
                turns[name].append(turn(call, LEAST_SECONDS))
            for name, peer in peers.items():
                turns[name].append(peer.turn())
    voxels = sum(mask.voxel_count for mask in masks.values())
    sys.stdout.write(f"{title}, {voxels} voxels\n")
    for name, seconds in turns.items():
        ratio = statistics.median(theirs / ours for theirs, ours in zip(seconds, turns["native"], strict=True))
        sys.stdout.write(f"  {statistics.median(seconds):.4f} s  {ratio:6.2f} times native's  {name}\n")
    sys.stdout.flush()


def real_rois(data: Path) -> Iterator[tuple[str, Volume, Mask]]:
    """Read PyRadiomics' brain lesion (4,137 voxels) and the lung tumour of IBSI's phantom, resampled to 1 mm."""
    folder = data / "pyradiomics"
    yield "brain lesion", *read([folder / "brain1_image.nrrd"], folder / "brain1_label.nrrd")
    folder = data / "ibsi_ct_phantom" / "nifti"
    tumour = read([folder / "image/phantom.nii.gz"], folder / "mask/mask.nii.gz", spacing_mm=1.0)
    yield "lung tumour at 1 mm", *tumour


def memory(engine: str) -> None:
    """Measure a 100 mL ROI of a 512 x 512 x 200 CT with ``ct_head_neck`` and print the peak of this process."""
    radius = (3 * 100_000 / (4 * np.pi)) ** (1 / 3)
    volume, (mask,) = scene((200, 512, 512), (2.0, 0.98, 0.98), [((0.5, 0.5, 0.5), radius)])
    found = choose_engine(engine).measure(volume, {"GTV": mask}, load_params("ct_head_neck"))["GTV"]
    if isinstance(found, InputError):
        sys.exit(str(found))
    peak = peak_gb()
    sys.stdout.write(f"peak memory, {engine}, 512 x 512 x 200, ct_head_neck, 100 mL: {peak:.2f} GB\n")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="times each contestant runs (default 3)")
    parser.add_argument("--memory", metavar="ENGINE", choices=ENGINES, help="print the peak memory only")
    parser.add_argument("--organs", action="store_true", help="also 30 organs on 512 x 512 x 100 (minutes)")
    parser.add_argument("--pictologics", metavar="PYTHON", help="interpreter that has pictologics, to time it too")
    parser.add_argument("--radpipe", metavar="FOLDER", help="checkout of another radpipe, to time it too")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RADPIPE_TEST_DATA", "../shared/data")))
    options = parser.parse_args()
    if options.memory:
        memory(options.memory)
        return
    others = Others(options.pictologics, options.radpipe)
    for title, size in (("nodule", 800), ("lesion", 4_000), ("tumour", 360_000)):
        volume, mask = ball(size, (1.0, 1.0, 1.0))
        race(f"made {title}", volume, {"GTV": mask}, SETTINGS, options.rounds, others)
    if options.data.is_dir():
        for title, volume, mask in real_rois(options.data):
            race(title, volume, {"GTV": mask}, SETTINGS, options.rounds, others)
    if options.organs:
        volume, masks = thirty_organs()
        race("30 organs", volume, masks, ORGANS, 1)
    for name in ENGINES:
        subprocess.run([sys.executable, __file__, "--memory", name], check=True)


if __name__ == "__main__":
    main()
