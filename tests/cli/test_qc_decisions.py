"""``radpipe qc import`` and ``status``: decisions come into a run, and are counted in words and as JSON."""

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.pipeline import extract
from radpipe.qc.flags import read_qc


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A run of two ROIs."""
    mask = np.zeros((6, 8, 8), np.uint8)
    mask[1:5, 2:6, 2:6] = 1
    sitk.WriteImage(sitk.GetImageFromArray(mask), tmp_path / "mask.nrrd")
    sitk.WriteImage(sitk.GetImageFromArray(mask.astype(np.int16) * 40), tmp_path / "image.nrrd")
    rows = ["case_id,image,mask,roi,modality", *(f"p{i},image.nrrd,mask.nrrd,GTV,CT" for i in (1, 2))]
    (tmp_path / "cases.csv").write_text("\n".join(rows) + "\n")
    params = {"featureClass": {"firstorder": ["Mean"]}}
    (tmp_path / "plain.yaml").write_text(json.dumps(params))
    extract(tmp_path / "cases.csv", dataset="manifest", params=tmp_path / "plain.yaml", out=tmp_path / "out")
    return tmp_path / "out"


def decided(out: Path, *verdicts: tuple[int, str, str]) -> Path:
    rows = read_qc(out).to_dict("records")
    keys = ("case_id", "image_id", "roi", "config", "task_key", "mask_sha256")
    with (out.parent / "decisions.jsonl").open("w") as file:
        for place, reviewer, verdict in verdicts:
            said = {"verdict": verdict, "reason": "" if verdict == "per_protocol" else "shifted", "reviewer": reviewer}
            line = {name: rows[place][name] for name in keys} | said | {"decided_at": "2026-11-21T09:30:00Z"}
            file.write(json.dumps(line) + "\n")
    return out.parent / "decisions.jsonl"


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def test_decisions_are_imported_and_counted(out: Path):
    file = decided(out, (0, "Ann", "per_protocol"), (0, "Bob", "exclude"), (1, "Ann", "variation"))
    code, said = run("qc", "import", out, file)
    assert (code, said.splitlines()) == (0, [f"{file}: 3 decisions added, 0 known already, 0 not taken"])
    code, said = run("qc", "status", out)
    assert code == 0
    assert "2 rows = 0 per protocol + 1 variation + 1 exclude + 0 stale + 0 not reviewed" in said
    assert "1 x excluded, shifted: the outline does not sit on the anatomy" in said
    assert "Ann and Bob: the same verdict for 0 of 1 masks, kappa 0.00" in said
    assert "GTV: differ, nobody adjudicated" in said
    told = json.loads(run("qc", "status", out, "--format", "json")[1])
    assert told["rows"] == {"per_protocol": 0, "variation": 1, "exclude": 1, "stale": 0, "not reviewed": 0}
    assert told["kappa"] == [["Ann", "Bob", 1, 0, 0.0]]


def test_lines_that_are_not_taken_are_told_and_the_exit_code_says_so(out: Path):
    file = decided(out, (0, "Ann", "per_protocol"), (1, "Ann", "fine"))
    code, said = run("qc", "import", out, file)
    assert code == 1
    assert "1 decisions added, 0 known already, 1 not taken" in said
    assert "line 2: verdict 'fine' is unknown" in said


def test_verdicts_stay_when_tables_are_made_again(out: Path):
    run("qc", "import", out, decided(out, (1, "Ann", "exclude")))
    (out / "tables" / "failures.csv").unlink()
    source = out.parent / "cases.csv"
    extract(source, dataset="manifest", params=out.parent / "plain.yaml", out=out)
    assert read_qc(out)["verdict"].tolist() == ["not reviewed", "exclude"]
