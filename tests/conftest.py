"""What all tests share: where real data lies, made data that workers share, and a deterministic hypothesis profile."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from radpipe.volume import Mask, Volume

settings.register_profile(
    "radpipe", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("radpipe")

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernels before tests or xdist's workers start, else each process would compile what it needs."""
    if not hasattr(config, "workerinput"):
        from radpipe.features.ready import get_ready

        get_ready("native", lambda line: print(line, flush=True))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Make a folder of test data once for all workers of xdist: the first one makes it, the others wait and read."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder_of(name: str, make: Callable[[Path], object]) -> Path:
        folder, ready = common / name, common / f"{name}.ready"
        with FileLock(common / f"{name}.lock"):
            if not ready.exists():
                make(folder)
                ready.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds ``pyproject.toml``."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real images: ``RADPIPE_TEST_DATA``, else ``../shared/data`` beside the checkout."""
    folder = Path(os.environ.get("RADPIPE_TEST_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder.name} is absent; set RADPIPE_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def digital_phantom() -> tuple["Volume", "Mask"]:
    """IBSI's digital phantom, and its ROI of 74 voxels; typed from the manual, see ``tests/numbers``."""
    from radpipe.geometry import Geometry
    from radpipe.volume import Mask, Volume

    lines = (CHECKOUT / "tests" / "numbers" / "ibsi_digital_phantom.txt").read_text().splitlines()
    words = np.array([line.split() for line in lines if line and not line.startswith("#")]).reshape(4, 4, 5)
    grid = Geometry((4, 4, 5), (2.0, 2.0, 2.0))
    levels = np.char.strip(words, "()").astype(np.int16)
    return Volume(levels, grid), Mask.of(~np.char.startswith(words, "("), grid)


@pytest.fixture(scope="session")
def hn1_cohort(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A synthetic cohort of five patients in HN1's layout; read only. The first and the fifth have a SEG too."""
    from radpipe.demo import make_demo

    return made_once("hn1", lambda folder: make_demo(folder, patients=5, seed=7))


@pytest.fixture
def hn1_copy(hn1_cohort: Path, tmp_path: Path) -> Path:
    """A copy of the synthetic cohort that a test may damage."""
    return Path(shutil.copytree(hn1_cohort, tmp_path / "hn1"))


@pytest.fixture(scope="session")
def manifest_of() -> Callable[[Path, int], Path]:
    """Write a manifest of so many rows on one small image to a folder, and return its path."""

    def write(folder: Path, rows: int) -> Path:
        import numpy as np
        import SimpleITK as sitk  # noqa: N813

        mask = np.zeros((4, 6, 6), np.uint8)
        mask[1:3, 1:5, 1:5] = 1
        sitk.WriteImage(sitk.GetImageFromArray(mask), folder / "mask.nrrd")
        values = np.arange(mask.size, dtype=np.int16).reshape(mask.shape)
        sitk.WriteImage(sitk.GetImageFromArray(values), folder / "image.nrrd")
        lines = ["case_id,image,mask,roi,modality", *(f"p{i:03d},image.nrrd,mask.nrrd,GTV,CT" for i in range(rows))]
        (folder / "cases.csv").write_text("\n".join(lines) + "\n")
        return folder / "cases.csv"

    return write


@pytest.fixture(scope="session")
def add_mr() -> Callable[[Path], None]:
    """Write a second series beside the CT of a demo patient, in its frame of reference, as an MR of the same grid."""

    def add(home: Path) -> None:
        import pydicom
        from pydicom.uid import MRImageStorage, generate_uid

        (folder,) = home.rglob("2.*-CT")
        target = folder.with_name("4.000000-MR")
        target.mkdir()
        series = generate_uid(entropy_srcs=[home.name, "mr"])
        for number, path in enumerate(sorted(folder.glob("*.dcm"))):
            data = pydicom.dcmread(path)
            data.PixelData = (data.pixel_array + 1100).astype(data.pixel_array.dtype).tobytes()
            for keyword in ("RescaleSlope", "RescaleIntercept", "RescaleType", "KVP", "ConvolutionKernel"):
                data.pop(keyword, None)
            data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = MRImageStorage
            data.Modality, data.SeriesInstanceUID, data.SeriesNumber = "MR", series, 4
            own = generate_uid(entropy_srcs=[series, str(number)])
            data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = own
            data.save_as(target / path.name, enforce_file_format=True)

    return add
