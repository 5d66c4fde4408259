"""The worker: a ROI in two files is measured once, and told how well the files agree, or why that is not known."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from numpy.testing import assert_array_equal

from radpipe.datasets import open_cohort
from radpipe.errors import Policy
from radpipe.features.params_file import load_params
from radpipe.features.variant import State
from radpipe.imaging.mask_metrics import MaskMetrics, mask_digest
from radpipe.machine import ONE_THREAD
from radpipe.outcome import Status
from radpipe.rois import RoiRule
from radpipe.run.opened import open_targets
from radpipe.run.plan import Selection, plan
from radpipe.run.tasks import ImageTask
from radpipe.run.worker import outcomes_of


@pytest.fixture
def seg(hn1_copy: Path) -> Path:
    """The SEG of the first patient, in which the primary tumour lies a second time."""
    (gtv,) = [roi for roi in open_cohort(hn1_copy, "hn1").cases[0].rois if roi.name == "GTV-1"]
    assert gtv.twin is not None
    return Path(gtv.twin.path)


def task(folder: Path, policy: Policy | None = None) -> ImageTask:
    selection = Selection(RoiRule.parse(["GTV-1"]), cases=("HN1001",))
    cohort = open_cohort(folder, "hn1")
    (one,) = plan(cohort, selection, load_params("ct_native"), engine="native", policy=policy).tasks
    return one


def cut(path: Path) -> None:
    """Cut off pixels: the header, which is all that the index reads, stays whole."""
    path.write_bytes(path.read_bytes()[:-512])


def test_both_files_agree_about_one_tumour(hn1_copy: Path, seg: Path) -> None:
    assert seg.is_file()
    (outcome,) = outcomes_of(task(hn1_copy))
    (note,) = [one for one in outcome.warnings if one.code.startswith("W_AGREEMENT")]
    assert note.code == "W_AGREEMENT"
    assert "RTSTRUCT and SEG of GTV-1 agree with Dice" in note.sentence


def test_a_measured_row_carries_the_numbers_of_its_mask(hn1_copy: Path) -> None:
    (outcome,) = outcomes_of(task(hn1_copy))
    numbers = dict(outcome.qc)
    assert numbers.pop("acquisition")["SpacingBetweenSlices"] == "3"
    metrics = MaskMetrics.from_json(numbers)
    _, masks = open_targets(task(hn1_copy))
    assert metrics.mask_sha256 == mask_digest(masks["GTV-1"])
    assert metrics.mean == pytest.approx(outcome.vector.diagnostics["mean"])
    assert (metrics.unit, metrics.voxels) == ("HU", outcome.vector.diagnostics["voxel_count"])


def test_a_ct_with_contours_and_segments_is_measured_without_loading_itk(hn1_cohort: Path) -> None:
    words = (
        "import sys; from radpipe.datasets import open_cohort; from radpipe.features.params_file import load_params\n"
        "from radpipe.rois import RoiRule; from radpipe.run.plan import Selection, plan\n"
        "from radpipe.run.worker import outcomes_of, prepare_process\n"
        "prepare_process(); selection = Selection(RoiRule.parse(['GTV-1']), cases=('HN1001',))\n"
        "cohort, params = open_cohort(sys.argv[1], 'hn1'), load_params('ct_head_neck')\n"
        "(task,) = plan(cohort, selection, params, engine='native').tasks\n"
        "(outcome,) = outcomes_of(task)\n"
        "print(outcome.status, len(outcome.qc) > 10, 'SimpleITK' in sys.modules)"
    )
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(
        [sys.executable, "-c", words, str(hn1_cohort)], env=environment, capture_output=True, check=True
    )
    assert done.stdout.decode().split() == ["ok", "True", "False"]


def test_a_perturbed_state_carries_none_as_nobody_drew_it(hn1_copy: Path) -> None:
    plain = task(hn1_copy)
    state = replace(plain, params=replace(plain.params, variant=State("V", 1, 2)))
    (outcome,) = outcomes_of(state)
    assert (outcome.status, outcome.qc) == (Status.OK, {})


def test_a_damaged_copy_leaves_the_values_and_is_told(hn1_copy: Path, seg: Path) -> None:
    (whole,) = outcomes_of(task(hn1_copy))
    cut(seg)
    (outcome,) = outcomes_of(task(hn1_copy))
    (note,) = [one for one in outcome.warnings if one.code.startswith("W_AGREEMENT")]
    assert note.code == "W_AGREEMENT_UNKNOWN"
    assert "the RTSTRUCT was measured, their agreement could not be computed: " in note.sentence
    assert outcome.status is Status.OK
    assert outcome.vector is not None
    assert whole.vector is not None
    assert_array_equal(outcome.vector.values, whole.vector.values)


def test_a_policy_refuses_a_copy_that_cannot_be_compared(hn1_copy: Path, seg: Path) -> None:
    cut(seg)
    (outcome,) = outcomes_of(task(hn1_copy, Policy.parse(["W_AGREEMENT_UNKNOWN=error"])))
    assert (outcome.status, outcome.code) == (Status.FAILED, "W_AGREEMENT_UNKNOWN")
