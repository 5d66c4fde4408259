"""``radpipe plan``: what is planned, and the lines that submit it."""

from pathlib import Path

import pytest


def test_the_lines_of_slurm_and_lsf_name_all_shards(radpipe, planned_130: Path, tmp_path: Path) -> None:
    done = radpipe("plan", planned_130, "-d", "manifest", "-p", "ct_native", "--shards", "5", "-o", tmp_path / "out")
    assert done.code == 0, done.err
    said = done.out.splitlines()
    assert said[0] == "130 rows planned, 130 images to measure, 130 cases"
    assert "5 shards of about 26 images" in said[1]
    assert "#SBATCH --array=0-4" in said
    assert f"exec radpipe work {tmp_path / 'out'}" in said
    assert "LSF: bsub -J 'radpipe[1-5]'" in done.out  # LSF counts from 1
    assert f"radpipe tables {tmp_path / 'out'} --wait 60" in said[-1]


def test_one_share_is_two_lines_to_type(radpipe, planned_130: Path, tmp_path: Path) -> None:
    done = radpipe("plan", planned_130, "-d", "manifest", "-p", "ct_native", "-o", tmp_path / "out")
    out = tmp_path / "out"
    assert done.out.splitlines()[1:] == [f"to measure: radpipe work {out}", f"then:       radpipe tables {out}"]


def test_a_private_plan_is_named_because_it_lies_elsewhere(radpipe, planned_130: Path, tmp_path: Path) -> None:
    words = ("-p", "ct_native", "--private", tmp_path / "key", "-o", tmp_path / "out")
    done = radpipe("plan", planned_130, "-d", "manifest", *words)
    assert done.code == 0, done.err
    (plan,) = (tmp_path / "key.plans").glob("*.parquet")
    assert f"radpipe work {tmp_path / 'out'} --plan {plan}" in done.out


@pytest.mark.parametrize(("shards", "told"), [("0", "Invalid value for '--shards'"), ("1001", "from 1 to 1000")])
def test_more_shares_than_an_array_takes_are_refused(radpipe, planned_130, tmp_path, shards: str, told: str) -> None:
    words = ("-d", "manifest", "-p", "ct_native", "--shards", shards, "-o", tmp_path / "out")
    done = radpipe("plan", planned_130, *words)
    assert (done.code, told in done.err) == (2, True)
