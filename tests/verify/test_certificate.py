"""A finished run is measured again; an altered value, a lost file and a folder without a run are told."""

import json
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

import radpipe
from radpipe.errors import NothingUsableError, UsageError
from radpipe.features.params_file import parse_params
from radpipe.outcome import FeatureVector
from radpipe.store.index import scan
from radpipe.store.ledger import read_rows
from radpipe.store.packs import Measured
from radpipe.store.plans import list_plans
from radpipe.store.writer import PackWriter
from radpipe.verify.certificate import verify

pytestmark = pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning")  # pykwalify, for PyRadiomics


PARAMS = {"featureClass": {"firstorder": None, "shape": None}, "setting": {"binWidth": 10}}


@pytest.fixture
def run(tmp_path):
    """A run of three cases on small NRRD files."""
    pytest.importorskip("radiomics")
    rng = np.random.default_rng(5)
    lines = ["case_id,image,mask,roi"]
    for number in range(3):
        image = rng.normal(size=(8, 9, 10)) * 40
        mask = np.zeros(image.shape, dtype=np.uint8)
        mask[2:6, 2:7, 3 : 7 + number] = 1
        sitk.WriteImage(sitk.GetImageFromArray(image.astype(np.float32)), tmp_path / f"image{number}.nrrd")
        sitk.WriteImage(sitk.GetImageFromArray(mask), tmp_path / f"mask{number}.nrrd")
        lines.append(f"P{number},image{number}.nrrd,mask{number}.nrrd,GTV")
    manifest = tmp_path / "cases.csv"
    manifest.write_text("\n".join(lines) + "\n")
    out = tmp_path / "out"
    summary = radpipe.extract(
        manifest, dataset="manifest", params=parse_params(PARAMS, name="plain"), out=out, engine="pyradiomics"
    )
    assert summary.account.ok == 3
    return out


def alter_first_value(out):
    """Publish the first image again with its first value changed by one part in a million."""
    plans, index = list_plans(out), scan(out)
    first = next(read_rows(plans, index))
    values = first.outcome.vector.values.copy()
    values[0] *= 1 + 1e-6
    vector = FeatureVector(first.outcome.vector.names, values, first.outcome.vector.diagnostics)
    rows = {row.key: row for row in read_rows(plans, index)}
    for pack in index.packs:
        pack.path.unlink()
    writer = PackWriter(out)
    for key, row in rows.items():
        outcome = replace(row.outcome, vector=vector) if key == first.key else row.outcome
        writer.add(row.entry.position, Measured(row.entry.key, row.content, (outcome,)))
    writer.flush()
    return first.outcome


def test_a_true_run_passes_and_the_certificate_says_what_was_compared(run):
    certificate = verify(run, sample=None)
    assert certificate.passed
    assert len(certificate.rows) == 3
    # 18 first-order and 14 shape features a row (PyRadiomics' documentation).
    assert certificate.features == 3 * 32
    told = json.loads((run / "verify.json").read_text())
    assert told["passed"] is True
    assert told["largest_relative_difference"] == 0.0
    assert "PyRadiomics 3.0.1" in told["reference"]


def test_a_value_changed_by_a_millionth_is_found_and_named(run):
    first = alter_first_value(run)
    certificate = verify(run, sample=None)
    assert not certificate.passed
    ((case_id, _, difference),) = certificate.beyond
    assert (case_id, difference.feature) == (first.case_id, first.vector.names[0])
    assert difference.relative == pytest.approx(1e-6, rel=1e-3)


def test_a_row_whose_file_is_gone_does_not_pass(run):
    (run.parent / "image1.nrrd").unlink()
    certificate = verify(run, sample=None)
    assert not certificate.passed
    assert [row.case_id for row in certificate.rows if row.fault] == ["P1"]


def test_a_sample_is_the_same_rows_every_time(run):
    first, second = verify(run, sample=2), verify(run, sample=2)
    assert len(first.rows) == 2
    assert first.rows == second.rows


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(NothingUsableError, match=r"holds no run that can be measured again"):
        verify(tmp_path)


def test_an_empty_sample_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"--sample 0: at least 1 row"):
        verify(tmp_path, sample=0)


def test_controls_and_perturbed_states_are_not_compared(run):
    manifest = run.parent / "cases.csv"
    asked = {"dataset": "manifest", "params": parse_params(PARAMS, name="plain"), "out": run}
    radpipe.extract(manifest, engine="pyradiomics", controls=["shuffled_roi"], states=radpipe.states("V", 2), **asked)
    assert {plan.config for plan in list_plans(run)} > {"plain", "plain~shuffled_roi"}
    certificate = verify(run, sample=None)
    assert certificate.passed
    assert certificate.of_rows == 3
