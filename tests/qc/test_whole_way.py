"""From images to an analysis by way of a reviewer: measured, drawn, decided by keyboard, imported, left out."""

import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.demo import make_demo
from radpipe.qc.serve import serve

from .browser import browsing

pytestmark = pytest.mark.slow_ci

PATIENTS = 30


def radpipe(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="session")
def demo(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """Thirty synthetic patients, measured, with their page."""

    def make(folder: Path) -> None:
        make_demo(folder / "HN1", patients=PATIENTS)
        radpipe(
            "extract", folder / "HN1", "-d", "hn1", "--roi", "GTV-1", "--modality", "CT", "-p", "ct_native", "--qc",
            "-o", folder / "out",
        )  # fmt: skip

    return made_once("reviewed-demo", make)


def test_five_exclusions_by_keyboard_reach_the_survival_report(demo: Path, tmp_path: Path) -> None:
    out = demo / "out"
    excluded = []
    with browsing() as watched:
        page = watched.open((out / "qc" / "index.html").as_uri())
        for _ in range(5):
            watched.wait_for_picture()
            excluded.append(watched.seen().split(" of ")[1].split(",")[0])
            page.keyboard.press("3")
            page.keyboard.press("3")  # shifted
        for _ in range(3):
            page.keyboard.press("1")
        assert page.text_content("#progress").startswith(f"8 of {PATIENTS} decided · 0 variation · 5 excluded")
        with page.expect_download() as download:
            page.keyboard.press("s")
        download.value.save_as(tmp_path / "decisions.jsonl")
        assert watched.violations == []
    assert "8 decisions added" in radpipe("qc", "import", out, tmp_path / "decisions.jsonl")
    verdicts = pd.read_csv(out / "tables" / "qc.csv")["verdict"].value_counts().to_dict()
    assert verdicts == {"not reviewed": PATIENTS - 8, "exclude": 5, "per_protocol": 3}
    radpipe(
        "survival", out, "--clinical", demo / "HN1" / "clinical.csv", "--roi", "GTV-1", "-o", tmp_path / "survival",
        "--qc", out / "qc" / "decisions.jsonl", "--repeats", 1, "--folds", 3, "--bootstraps", 2, "--permutations", 2,
        "--seeds", 1,
    )  # fmt: skip
    flow = (tmp_path / "survival" / "flow.csv").read_text()
    assert "QC: shifted" in flow
    digest = hashlib.sha256((out / "qc" / "decisions.jsonl").read_bytes()).hexdigest()
    assert digest in (tmp_path / "survival" / "settings.json").read_text()
    used = (tmp_path / "survival" / "out_of_fold.csv").read_text()
    analysed = [f"HN{1001 + i}" for i in range(PATIENTS) if f"HN{1001 + i}" in used]
    assert len(analysed) == PATIENTS - 5
    assert not set(analysed) & set(excluded)
    assert "QC: shifted" in (tmp_path / "survival" / "report.html").read_text()


def test_a_served_page_writes_each_decision_at_once(demo: Path, tmp_path: Path) -> None:
    import shutil

    out = Path(shutil.copytree(demo / "out", tmp_path / "out", ignore=shutil.ignore_patterns("decisions*")))
    file = out / "qc" / "decisions.jsonl"
    with serve(out) as here:
        thread = threading.Thread(target=here.server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            with browsing() as watched:
                page = watched.open(here.url)
                watched.wait_for_picture()
                case = watched.seen().split(" of ")[1].split(",")[0]
                page.keyboard.press("1")
                page.wait_for_timeout(400)
                assert [json.loads(line)["case_id"] for line in file.read_text().splitlines()] == [case]
                assert "all decisions are saved" in page.text_content("#saved")
                assert watched.violations == []
                assert not [asked for asked in watched.requests if not asked.startswith((here.url[:20], "data:"))]
            with browsing() as another:
                page = another.open(here.url, reviewer="B. Reader")
                page.wait_for_timeout(400)
                page.fill("#find", case)
                page.press("#find", "Escape")
                another.wait_for_picture()
                assert "shown after your own verdict" in page.text_content("#others")
                assert "A. Reader" not in page.text_content("#others")
                page.keyboard.press("1")
                page.wait_for_timeout(200)
                assert "A. Reader: per protocol" in page.text_content("#others")
        finally:
            here.server.shutdown()
            thread.join()
