"""The page as files: what it holds, what its policy allows, and what it refuses."""

import base64
import hashlib
import re
import shutil
from pathlib import Path

import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

import radpipe
from radpipe.cli.app import app
from radpipe.errors import NothingUsableError
from radpipe.qc.site import page_html, write_page, write_single
from radpipe.run.draw import FOLDER, script_content

from .made_run import HOSTILE, PARAMS, write_cohort


def index(out: Path) -> dict:
    return script_content((out / "qc" / "index.js").read_text())


@pytest.fixture
def out(review_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(review_run, tmp_path / "out", ignore=shutil.ignore_patterns("qc")))


def test_the_command_writes_a_page_that_shows_every_mask(out: Path) -> None:
    result = CliRunner().invoke(app, ["qc", str(out)])
    assert result.exit_code == 0, result.output
    assert "16 masks, 16 with pictures" in result.output
    content = index(out)
    assert len(content["masks"]["roi"]) == 16
    assert set(HOSTILE[:3]) <= set(content["rois"])
    assert sorted(content["queue"]) == list(range(16))
    for number, file in enumerate(content["masks"]["file"]):
        pictures = script_content((out / FOLDER / f"{content['files'][file]}.js").read_text())
        roi = content["rois"][content["masks"]["roi"][number]]
        assert pictures["digests"][roi] == content["masks"]["sha"][number]


def test_a_second_run_of_the_command_draws_nothing_and_sweeps_what_is_not_used(out: Path) -> None:
    write_page(out)
    times = {path: path.stat().st_mtime_ns for path in (out / FOLDER).iterdir()}
    (out / FOLDER / "0123456789abcdef.js").write_text("old")
    write_page(out)
    assert {path: path.stat().st_mtime_ns for path in (out / FOLDER).iterdir()} == times


def test_pictures_of_files_that_changed_say_so(tmp_path: Path) -> None:
    from radpipe.features.params_file import parse_params

    manifest = write_cohort(tmp_path / "source", cases=2)
    params = parse_params(PARAMS, name="plain")
    radpipe.extract(manifest, dataset="manifest", params=params, out=tmp_path / "out", jobs=1)
    path = tmp_path / "source" / "mask-0-0.nrrd"
    mask = sitk.ReadImage(path)
    mask[20, 20, 10] = 1
    sitk.WriteImage(mask, path)
    (tmp_path / "source" / "mask-0-1.nrrd").unlink()
    page = write_page(tmp_path / "out")
    assert ("P0", "GTV-1") in {(case, roi) for case, roi, _ in page.faults}
    words = {roi: why for case, roi, why in page.faults if case == "P0"}
    assert "changed since the run" in words["GTV-1"]
    assert "E_MISSING_FILE" in words["SpinalCord"]


def test_pages_in_parallel_are_the_same(out: Path, review_run: Path, tmp_path: Path) -> None:
    write_page(out, jobs=2)
    other = Path(shutil.copytree(review_run, tmp_path / "other", ignore=shutil.ignore_patterns("qc")))
    write_page(other, jobs=1)
    assert index(out) | {"title": ""} == index(other) | {"title": ""}


def test_one_file_runs_only_what_its_policy_names(out: Path) -> None:
    path = write_single(out, write_page(out))
    html = path.read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert "unsafe" not in policy[1]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    for text in (*scripts, *re.findall(r"<style>(.*?)</style>", html, re.DOTALL)):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy[1]
    assert len(scripts) == len(re.findall(r"<script", html))
    assert "<img" not in html


def test_a_page_too_large_for_one_file_is_refused(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.qc.site.LARGEST_SINGLE_BYTES", 1000)
    with pytest.raises(NothingUsableError, match=r"more than 20.*index\.html"):
        write_single(out, write_page(out))


def test_the_page_asks_nothing_of_a_network_unless_it_is_served() -> None:
    assert "connect-src" not in page_html()
    assert "connect-src 'self'" in page_html(served=True)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page_html())


def test_a_private_run_without_pictures_is_told_how_to_get_them(review_run: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out", tmp_path / "key"
    source = str(review_run.parent / "source" / "cases.csv")
    asked = ["-d", "manifest", "-p", "ct_native", "--roi", "GTV-1", "--private", str(key)]
    assert CliRunner().invoke(app, ["plan", source, *asked, "-o", str(out)]).exit_code == 0
    (plan,) = Path(f"{key}.plans").rglob("*.parquet")
    assert CliRunner().invoke(app, ["work", str(out), "--plan", str(plan)]).exit_code == 0
    with pytest.raises(NothingUsableError, match=r"private run.*extract --qc.*--plan FILE"):
        write_page(out)
    result = CliRunner().invoke(app, ["qc", str(out), "--plan", str(plan)])
    assert result.exit_code == 0, result.output
    text = "".join(path.read_text() for path in (out / "qc").rglob("*.js"))
    assert '"P0"' not in text
    assert str(tmp_path) not in text
    assert index(out)["title"] == ""


def test_extract_draws_a_private_run_while_its_images_are_open(
    review_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from radpipe.features.params_file import parse_params
    from radpipe.run import worker

    opened = []
    open_image = worker.open_image
    monkeypatch.setattr(worker, "open_image", lambda *given: (opened.append(given), open_image(*given))[1])
    source, out = review_run.parent / "source" / "cases.csv", tmp_path / "out"
    params = parse_params(PARAMS, name="plain")
    radpipe.extract(source, dataset="manifest", params=params, out=out, private=tmp_path / "key", qc=True, jobs=1)
    assert len(opened) == 6, "each image is opened once"
    content = index(out)
    assert len(content["masks"]["roi"]) == 16
    assert min(content["masks"]["file"]) >= 0
    text = "".join(path.read_text() for path in (out / "qc").rglob("*.js"))
    assert '"P0"' not in text
    assert str(tmp_path) not in text
    assert all(case.startswith("P-") for case, _, _ in content["images"])
    assert write_page(out).drawn == 16, "the page is written again from what was drawn"
