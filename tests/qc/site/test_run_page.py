"""The page of a run as the commands write it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import radpipe
from radpipe.cli.app import app
from radpipe.qc.site.run_page import write_page
from radpipe.run.draw import FOLDER, script_content

from ..made_run import HOSTILE, PARAMS
from .written import index


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


def test_extract_draws_a_private_run_while_its_images_are_open(
    review_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from radpipe.features.params_file import parse_params
    from radpipe.run import opened as images

    opened = []
    open_image = images.open_image
    monkeypatch.setattr(images, "open_image", lambda *given: (opened.append(given), open_image(*given))[1])
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
