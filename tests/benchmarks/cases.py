"""The work that users do, timed beside PyRadiomics 3.0.1 on the same arrays, with the peak memory of each engine.

Run by hand: ``python tests/benchmarks/cases.py [CASE ...] [--rounds 3] [--data FOLDER]``; prints a table in Markdown.
Cases: ``organs`` (30 organs on 512 x 512 x 200 with ``ct_head_neck``; PyRadiomics measures three of them), ``phantom``
(IBSI's CT phantom with PyRadiomics' CT example settings), ``sarcoma`` (three CTs with ``ct_head_neck``), ``radiograph``
(made, with ``xray_2d``). Real data lie in the folder of ``RADPIPE_TEST_DATA``. Engines take turns in one process, on
one thread each; medians of the seconds of CPU, which others on the machine disturb least. Memory is the peak of a
process that measures once with one engine, readers and libraries included.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from commands import make_radiographs
from files import read
from PIL import Image
from turns import LEAST_SECONDS, peak_gb, turn

from radpipe.errors import InputError
from radpipe.features.engine import choose_engine
from radpipe.features.params import Params
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GLCM = [
    "Autocorrelation",
    "JointAverage",
    "ClusterProminence",
    "ClusterShade",
    "ClusterTendency",
    "Contrast",
    "Correlation",
    "DifferenceAverage",
    "DifferenceEntropy",
    "DifferenceVariance",
    "JointEnergy",
    "JointEntropy",
    "Imc1",
    "Imc2",
    "Idm",
    "Idmn",
    "Id",
    "Idn",
    "InverseVariance",
    "MaximumProbability",
    "SumEntropy",
    "SumSquares",
]
"""What ``exampleCT.yaml`` of PyRadiomics names."""

EXAMPLE_CT = parse_params(
    {
        "imageType": {"Original": {}, "LoG": {"sigma": [1.0, 2.0, 3.0, 4.0, 5.0]}, "Wavelet": {}},
        "featureClass": {"shape": None, "firstorder": None, "glcm": GLCM, "glrlm": None, "glszm": None, "gldm": None},
        "setting": {
            "interpolator": "sitkBSpline",
            "resampledPixelSpacing": [1, 1, 1],
            "padDistance": 10,
            "binWidth": 25,
            "voxelArrayShift": 1000,
        },
    }
)
"""PyRadiomics 3.0.1, ``examples/exampleSettings/exampleCT.yaml``."""


@dataclass(frozen=True, slots=True)
class Case:
    """One image, its ROIs and settings; ``shared`` names the ROIs that both engines measure."""

    title: str
    volume: Volume
    masks: Mapping[str, Mask]
    params: Params
    shared: tuple[str, ...]


def organs(_data: Path) -> Iterator[Case]:
    """Make 30 balls of 0.3 to 70 mL in a noisy image of 0.8 x 0.8 x 2 mm."""
    random = np.random.default_rng(13)
    geometry = Geometry((200, 512, 512), (2.0, 0.8, 0.8))
    image = random.standard_normal(geometry.size_zyx, dtype=np.float32) * 60 + 20
    spacing = np.array(geometry.spacing_zyx_mm)
    masks = {}
    for number, volume_ml in enumerate(np.geomspace(0.3, 70, 30)):
        radius = (3000 * volume_ml / (4 * np.pi)) ** (1 / 3)
        centre = random.uniform(0.3, 0.7, 3) * np.array(geometry.size_zyx) * spacing
        first = np.floor((centre - radius) / spacing).astype(int) - 1
        shape = (np.ceil(2 * radius / spacing).astype(int) + 3).tolist()
        squares = [
            ((np.arange(n) + start) * step - middle) ** 2
            for n, start, step, middle in zip(shape, first, spacing, centre, strict=True)
        ]
        inside = squares[0][:, None, None] + squares[1][:, None] + squares[2] <= radius**2
        box = tuple(slice(int(start), int(start) + n) for start, n in zip(first, shape, strict=True))
        masks[f"organ{number}"] = Mask.within((box[0], box[1], box[2]), inside, geometry)
    volume = Volume(np.rint(image).astype(np.int16), geometry, "HU")
    yield Case(
        "30 organs, 512 x 512 x 200", volume, masks, load_params("ct_head_neck"), ("organ2", "organ15", "organ28")
    )


def phantom(data: Path) -> Iterator[Case]:
    """Read IBSI's CT phantom."""
    folder = data / "ibsi_ct_phantom" / "nifti"
    volume, mask = read([folder / "image" / "phantom.nii.gz"], folder / "mask" / "mask.nii.gz")
    yield Case("IBSI CT phantom, CT example settings", volume, {"GTV": mask}, EXAMPLE_CT, ("GTV",))


def sarcoma(data: Path) -> Iterator[Case]:
    """Read the CTs of three sarcoma patients."""
    for folder in sorted((data / "sts").iterdir()):
        import SimpleITK as sitk  # noqa: N813

        files = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder / "CT" / "image"))
        volume, mask = read(files, folder / "CT" / "mask.nii.gz")
        yield Case(f"{folder.name}, CT", volume, {"GTV": mask}, load_params("ct_head_neck"), ("GTV",))


def radiograph(_data: Path) -> Iterator[Case]:
    """Make a radiograph of 1024 x 1024 with two lungs and a heart."""
    with tempfile.TemporaryDirectory() as name:
        make_radiographs(Path(name), 1)
        picture, labels = (np.asarray(Image.open(file))[None] for file in sorted(Path(name).iterdir()))
    geometry = Geometry(picture.shape, (1.0, 1.0, 1.0))
    masks = {organ: Mask.of(labels == k, geometry) for k, organ in enumerate(("lung1", "lung2", "heart"), 1)}
    yield Case("radiograph, `xray_2d`", Volume(picture, geometry, ""), masks, load_params("xray_2d"), tuple(masks))


CASES: Mapping[str, Callable[[Path], Iterator[Case]]] = {
    "organs": organs,
    "phantom": phantom,
    "sarcoma": sarcoma,
    "radiograph": radiograph,
}


def measure(engine: str, case: Case, rois: tuple[str, ...]) -> None:
    """Measure some ROIs together; a fault ends the program."""
    masks = {name: case.masks[name] for name in rois}
    for fault in choose_engine(engine).measure(case.volume, masks, case.params).values():
        if isinstance(fault, InputError):
            sys.exit(f"{case.title}, {engine}: {fault}")


def race(case: Case, rounds: int) -> dict[str, float]:
    """Time both engines in turn on the shared ROIs, and radpipe on all."""

    def seconds(engine: str, rois: tuple[str, ...]) -> float:
        return turn(lambda: measure(engine, case, rois), LEAST_SECONDS)

    everything = tuple(case.masks)
    measure("native", case, case.shared)  # loads kernels
    ours, theirs, whole = [], [], []
    for _ in range(rounds):
        ours.append(seconds("native", case.shared))
        theirs.append(seconds("pyradiomics", case.shared))
        whole.append(seconds("native", everything) if everything != case.shared else ours[-1])
    return {
        "radpipe": statistics.median(whole),
        "shared": statistics.median(ours),
        "pyradiomics": statistics.median(theirs),
        "ratio": statistics.median(slow / quick for slow, quick in zip(theirs, ours, strict=True)),
    }


def peak_of(case: Case, engine: str) -> float:
    """Measure once and return the peak of this process in GB."""
    measure(engine, case, tuple(case.masks) if engine == "native" else case.shared)
    return peak_gb()


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=list(CASES), help=f"which of {', '.join(CASES)}; all without")
    parser.add_argument("--rounds", type=int, default=3, help="times each engine runs (default 3)")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RADPIPE_TEST_DATA", "../shared/data")))
    parser.add_argument("--memory", metavar="ENGINE", help="print the peak memory of each case only, as JSON")
    options = parser.parse_args()
    if options.memory:
        (name,) = options.cases
        sys.stdout.write(json.dumps([peak_of(case, options.memory) for case in CASES[name](options.data)]))
        return
    sys.stdout.write("| case | voxels | radpipe, s | PyRadiomics, s | ratio | radpipe, GB | PyRadiomics, GB |\n")
    sys.stdout.write("|---|--:|--:|--:|--:|--:|--:|\n")
    for name in options.cases:
        memory = {}
        for engine in ("native", "pyradiomics"):
            command = [sys.executable, __file__, name, "--memory", engine, "--data", str(options.data)]
            memory[engine] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for number, case in enumerate(CASES[name](options.data)):
            told = race(case, options.rounds)
            voxels = sum(mask.voxel_count for mask in case.masks.values())
            shared = "" if case.shared == tuple(case.masks) else f" ({len(case.shared)} ROIs: {told['shared']:.2f})"
            sys.stdout.write(
                f"| {case.title} | {voxels:,} | {told['radpipe']:.3g}{shared} | {told['pyradiomics']:.3g} | "
                f"{told['ratio']:.0f} | {memory['native'][number]:.2f} | {memory['pyradiomics'][number]:.2f} |\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
