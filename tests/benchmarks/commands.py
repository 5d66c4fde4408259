"""Whole commands beside scripts that users of PyRadiomics write: files in, table out, start of the programs included.

Run by hand: ``python tests/benchmarks/commands.py [radiographs sarcoma start] [--images 100] [--data FOLDER]``; prints
lines of Markdown. ``radiographs``: made pictures of 1024 x 1024 with two lungs and a heart, ``xray_2d``, two processes;
``sarcoma``: three CTs from DICOM with ``ct_head_neck``; ``start``: ``radpipe --help`` and one ROI. The peer reads each
picture, mask or series by SimpleITK and gives it to PyRadiomics' extractor, one process; of the radiographs it measures
a few. Seconds of wall and of CPU (user and system, child processes too), peak memory of the largest process; medians.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

RADPIPE = str(Path(sys.executable).with_name("radpipe"))

PEER = """
import glob, json, sys
import radiomics, SimpleITK as sitk
from radiomics.featureextractor import RadiomicsFeatureExtractor
radiomics.setVerbosity(60)
sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
settings, jobs = json.loads(sys.argv[1]), json.loads(sys.argv[2])
extractor = RadiomicsFeatureExtractor(settings)
for image, mask, labels in jobs:
    reader = sitk.ImageSeriesReader
    picture = sitk.ReadImage(reader.GetGDCMSeriesFileNames(image) if not image.endswith(".png") else image)
    if picture.GetDimension() == 2:
        picture = sitk.JoinSeries(picture)
    inside = sitk.ReadImage(mask)
    inside = sitk.JoinSeries(inside) if inside.GetDimension() == 2 else inside
    inside.CopyInformation(picture)
    for label in labels:
        extractor.execute(picture, inside, label=label)
"""


class Timed(NamedTuple):
    """Seconds of wall and of CPU, and the peak memory of the largest process in GB."""

    wall: float
    cpu: float
    peak_gb: float


def timed(command: Sequence[str]) -> Timed:
    """Run a command with Python's compiled modules kept, as an installed program has them."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "radpipe-benchmark-modules")}
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command[:4])}: {said.read().decode(errors='replace')[-2000:]}")
    return Timed(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20)


def median_of(turns: Sequence[Timed]) -> Timed:
    """Return the median of each number."""
    return Timed(*(statistics.median(turn[k] for turn in turns) for k in range(3)))


def peer(jobs: Sequence[tuple[str, str, Sequence[int]]], preset: str) -> Timed:
    """Time PyRadiomics on images with a mask and its labels."""
    import json

    from radpipe.features.params_file import load_params

    settings = load_params(preset).as_pyradiomics()
    return timed([sys.executable, "-W", "ignore", "-c", PEER, json.dumps(settings), json.dumps(jobs)])


def extracted(source: Path, *arguments: str) -> Timed:
    """Time ``radpipe extract`` into a folder of its own."""
    with tempfile.TemporaryDirectory() as out:
        return timed([RADPIPE, "extract", str(source), "-o", str(Path(out) / "out"), *arguments])


def make_radiographs(folder: Path, count: int) -> None:
    """Write pictures of 8 bits with noise as smooth as a detector's, two lungs (1, 2) and a heart (3)."""
    random = np.random.default_rng(14)
    y, x = np.mgrid[:1024, :1024]
    body = ndimage.gaussian_filter(random.normal(0, 1600, (1024, 1024)), 20)
    noise = ndimage.gaussian_filter(random.normal(0, 18, (1024, 1024)), 1.2)
    for number in range(1, count + 1):
        dx, dy = random.integers(-20, 20, 2)
        lungs = [((x - at - dx) / 150) ** 2 + ((y - 480 - dy) / 300) ** 2 < 1 for at in (700, 310)]
        heart = ((x - 520 - dx) / 140) ** 2 + ((y - 680 - dy) / 120) ** 2 < 1
        labels = np.select([heart, *lungs], [3, 1, 2]).astype(np.uint8)
        values = 120 + np.roll(body, 37 * number, 0) + np.roll(noise, 91 * number, 1) - 45 * (lungs[0] | lungs[1])
        Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).save(folder / f"{number:08d}_000.png")
        Image.fromarray(labels).save(folder / f"{number:08d}_000_labels.png")


def radiographs(options: argparse.Namespace) -> None:
    """Radiographs with two processes; the peer's seconds are those of one image times their number."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_radiographs(folder, options.images)
        few = max(2, options.images // 20)
        jobs = [(str(folder / f"{k:08d}_000.png"), str(folder / f"{k:08d}_000_labels.png"), (1, 2, 3)) for k in (1, 2)]
        jobs = (jobs * few)[:few]
        ours = [extracted(folder, "-d", "chestxray14", "-p", "xray_2d", "-j", "2") for _ in range(options.rounds)]
        own, first, several = median_of(ours), peer(jobs[:1], "xray_2d"), peer(jobs, "xray_2d")
        theirs = first.cpu + (several.cpu - first.cpu) / (few - 1) * (options.images - 1)
    title = f"{options.images} radiographs, `xray_2d`, `-j 2`: {options.images / own.wall:.0f} images/s"
    row(title, own, several._replace(cpu=theirs))


def sarcoma(options: argparse.Namespace) -> None:
    """Read and measure three CTs from DICOM."""
    folders = sorted((options.data / "sts").iterdir())
    with tempfile.TemporaryDirectory() as name:
        for folder in folders:
            shutil.copytree(folder / "CT", Path(name) / folder.name, ignore=shutil.ignore_patterns("mask.nii.gz"))
        ours = [extracted(Path(name), "-p", "ct_head_neck") for _ in range(options.rounds)]
    theirs = peer([(str(f / "CT" / "image"), str(f / "CT" / "mask.nii.gz"), (1,)) for f in folders], "ct_head_neck")
    row("Three sarcoma CTs from DICOM, `ct_head_neck`", median_of(ours), theirs)


def start(options: argparse.Namespace) -> None:
    """Start programs: the help, and one small ROI of a radiograph's size."""
    shown = [timed([RADPIPE, "--help"]) for _ in range(20)]
    row("`radpipe --help`, median of 20", median_of(shown))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_radiographs(folder, 1)
        command = ["-d", "chestxray14", "-p", "xray_2d", "--roi", "Heart"]
        ours = [extracted(folder, *command) for _ in range(options.rounds + 1)][1:]
    row("One ROI of a radiograph", median_of(ours))


def row(title: str, ours: Timed, theirs: Timed | None = None) -> None:
    """Print one line of the table."""
    beside = " |  |  | " if theirs is None else f"{theirs.cpu:.1f} | {theirs.cpu / ours.cpu:.0f} | {theirs.peak_gb:.2f}"
    sys.stdout.write(f"| {title} | {ours.wall:.2f} | {ours.cpu:.2f} | {ours.peak_gb:.2f} | {beside} |\n")
    sys.stdout.flush()


def main() -> None:
    """Parse and run."""
    known = {"start": start, "sarcoma": sarcoma, "radiographs": radiographs}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=list(known), help=f"which of {', '.join(known)}; all without")
    parser.add_argument("--images", type=int, default=100, help="radiographs (default 100)")
    parser.add_argument("--rounds", type=int, default=3, help="times each command runs (default 3)")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RADPIPE_TEST_DATA", "../shared/data")))
    options = parser.parse_args()
    sys.stdout.write(
        "| command | wall, s | CPU, s | GB | PyRadiomics, CPU s | ratio of CPU | GB |\n|---|--:|--:|--:|--:|--:|--:|\n"
    )
    for name in options.cases:
        known[name](options)


if __name__ == "__main__":
    main()
