"""Commands of the pages are carried out, in their order, on made data."""

import importlib.util
import logging
import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import pytest

from radpipe.cli.app import main
from radpipe.demo import make_demo
from radpipe.demo.dicom_layouts import make_hn1
from radpipe.demo.layouts import make_layout

CHECKOUT = Path(__file__).resolve().parents[2]

NOT_HERE = {
    "--dask": "a cluster that runs",
    "qc serve": "serves until it is stopped",
    "--ct-phantom": "IBSI's phantom; tests/verify runs it",
    "radpipe validate": "a model of other patients; tests/survival runs it",
    "radpipe qc import": "decisions that a reviewer made in a browser; tests/qc runs it",
    "--qc out/qc/decisions.jsonl": "decisions that a reviewer made in a browser; tests/qc runs it",
}
"""Part of a line -> what it needs beside data; its words and options are checked by ``test_site.py`` all the same."""

BEFORE = {
    "radpipe tables out --wait 60": ["radpipe work out"],
    "radpipe tables /shared/out": ["radpipe work /shared/out"],
    "radpipe qc status out": ["radpipe qc out"],
}
"""Line -> what a reader has done before, where the page says it in words."""

ALSO = {
    "radpipe demo radpipe-demo -j 2": "--patients 3",
    "radpipe perturb HN1": "--states 2",
    "--register rigid": "--case case_01",
}
"""Part of a line -> options that make it small."""

ENDS = {"--register rigid": {0, 1}, "radpipe status": {0, 1}}
"""Part of a line -> exit codes that are right: synthetic organs give a registration nothing to hold on to."""


OF_A_RUN = tuple(f"radpipe {name}" for name in ("verify", "status", "join", "qc", "work", "tables", "describe"))
"""Lines that speak of a run that a reader has."""

CARRIED_OUT = (
    "README.md",
    "beyond-one-machine.md",
    "first-look.md",
    "from_pyradiomics.md",
    "help",
    "ibsi.md",
    "index.md",
    "manifests.md",
    "modalities.md",
    "mr.md",
    "organs-at-risk.md",
    "parameters.md",
    "pet.md",
    "qc.md",
    "radiographs.md",
    "registration.md",
    "reviewing.md",
)
"""Pages whose commands are carried out; of all others ``test_site.py`` checks the words and options."""


def lines() -> list[tuple[str, str]]:
    """Page and line, as ``test_site.py`` finds them."""
    spec = importlib.util.spec_from_file_location("site_lines", Path(__file__).with_name("test_site.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[tuple[str, str]] = module.lines(CHECKOUT)
    return found


def pages() -> dict[str, list[str]]:
    """Page -> its lines; the examples of all helps are one page."""
    by_page: dict[str, list[str]] = {}
    for page, line in lines():
        by_page.setdefault("help" if "--help" in page else page, []).append(line)
    return by_page


def make_world(folder: Path, add_mr: Callable[[Path], None]) -> None:
    """Write data under the names that the pages use: patients with CT and PET, organs, radiographs, tables."""
    folder.mkdir()
    make_hn1(folder / "HN1", 26)
    for home in sorted((folder / "HN1").glob("HN1*"))[2:]:
        shutil.rmtree(home)
    for path in (folder / "HN1").rglob("3.000000-PT"):  # the weight that the layout leaves out on purpose
        if "HN1002" in str(path):
            shutil.rmtree(path)
    for name in ("SCANS", "CTs", "FOLDER"):
        shutil.copytree(folder / "HN1", folder / name)
        for path in list((folder / name).rglob("300.000000-Segmentation")):  # it lies on the CT's grid, not the PET's
            shutil.rmtree(path)
        for path in () if name == "SCANS" else list((folder / name).rglob("3.000000-PT")):
            shutil.rmtree(path)
    add_mr(folder / "SCANS" / "HN1001")
    for name, layout in (("HaN-Seg", "hanseg"), ("CXR", "chestxray14")):
        make_layout(layout, folder / name, seed=26)
    image = next((folder / "HaN-Seg").rglob("case_01_IMG_CT.nrrd"))
    mask = image.with_name("case_01_OAR_SpinalCord.seg.nrrd")
    (folder / "cases.csv").write_text(f"ID,Image,Mask\np1,{image},{mask}\n")
    (folder / "Params.yaml").write_text("setting: {binWidth: 25, label: 1}\nfeatureClass: {firstorder: , glcm: }\n")
    (folder / "names.csv").write_text("found,standard\nParotid-Left,Parotid_L\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, add_mr: Callable[[Path], None]) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "world"
    make_world(folder, add_mr)
    return folder


@pytest.fixture
def world(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy to stand in; logging and rights as before afterwards."""
    home = tmp_path / "world"
    shutil.copytree(made, home)
    monkeypatch.chdir(home)
    logger, umask = logging.getLogger("radpipe"), os.umask(0o022)
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield home
    os.umask(umask)
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


def run(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Carry out a line of sh as ``radpipe`` would; return its exit code."""
    text, _, target = line.partition(" > ")
    words = shlex.split(text.replace("~/", "").replace("/shared/", "shared/"), comments=True)
    words += [word for part, more in ALSO.items() if part in line for word in more.split()]
    monkeypatch.setattr("sys.argv", words)
    path = Path(shlex.split(target, comments=True)[0] if target else os.devnull)
    with path.open("w") as told, redirect_stdout(told), pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.slow_ci
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("page", CARRIED_OUT)
def test_the_commands_of_a_page_run(
    page: str, world: Path, monkeypatch: pytest.MonkeyPatch, survivors: Callable[[Path], None]
) -> None:
    wrong = []
    for line in pages()[page]:
        if any(part in line for part in NOT_HERE):
            continue
        if line.startswith("radpipe survival"):
            survivors(world)
        if line.startswith(OF_A_RUN):
            _have_a_run(world, line, monkeypatch)
        if "verify" in line and importlib.util.find_spec("radiomics") is None:
            continue
        for before in next((more for part, more in BEFORE.items() if line.startswith(part)), ()):
            run(before, monkeypatch)
        code = run(line, monkeypatch)
        if code not in next((codes for part, codes in ENDS.items() if part in line), {0}):
            wrong.append(f"{line}: exit {code}")
    assert not wrong


def _have_a_run(world: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure something first where a page speaks of a run that a reader has."""
    out = "shared/out" if "/shared/" in line else "out"
    named = {"out", "/shared/out"} & set(shlex.split(line, comments=True))
    if named and "--ibsi" not in line and not (world / out / "plans.json").is_file():
        assert run(f"radpipe extract FOLDER -d dicom -r GTV-1 -p ct_native -o {out}", monkeypatch) == 0


@pytest.fixture(scope="module")
def survivors(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Puts a run of 40 patients in the place of ``out``, whose tumours were measured by one setting."""
    from radpipe.pipeline import extract

    home = tmp_path_factory.mktemp("survivors")
    ready: list[Path] = []

    def put(world: Path) -> None:
        if not ready:
            make_demo(home / "HN1", patients=40, seed=7)
            asked = {"dataset": "hn1", "params": "aerts2014", "rois": ["GTV-1"], "modalities": ["CT"]}
            extract(home / "HN1", out=home / "out", **asked)  # type: ignore[arg-type]
            ready.append(home)
        shutil.rmtree(world / "out", ignore_errors=True)
        shutil.copytree(home / "out", world / "out")
        shutil.copy(home / "HN1" / "clinical.csv", world / "HN1" / "clinical.csv")

    return put


def test_a_line_that_fails_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("radpipe status nowhere", monkeypatch) == 3
    assert run("radpipe params ct_native > mine.yaml      # begin with a preset", monkeypatch) == 0
    assert "binWidth" in (tmp_path / "mine.yaml").read_text()
    assert pd.notna(pages()["help"]).all()
