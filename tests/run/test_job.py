"""What schedulers tell a job by its environment."""

import os

import pytest

from radpipe.run.job import array_index, cores_of_job, in_a_job


@pytest.mark.parametrize(
    ("environment", "index"),
    [
        ({"SLURM_ARRAY_TASK_ID": "17", "SLURM_ARRAY_TASK_COUNT": "1"}, 17),
        ({"SLURM_ARRAY_TASK_ID": "0"}, 0),
        ({"LSB_JOBINDEX": "3"}, 3),
        ({"LSB_JOBINDEX": "0"}, None),  # LSF: not in an array
        ({"PBS_ARRAY_INDEX": "4"}, 4),
        ({"SGE_TASK_ID": "5"}, 5),
        ({"SGE_TASK_ID": "undefined"}, None),  # Grid Engine: not in an array
        ({"JOB_COMPLETION_INDEX": "6"}, 6),  # Kubernetes, indexed Job
        ({}, None),
    ],
)
def test_the_place_in_an_array(environment: dict[str, str], index: int | None) -> None:
    assert array_index(environment) == index


@pytest.mark.parametrize(
    ("environment", "cores"),
    [
        ({"SLURM_CPUS_PER_TASK": "4", "SLURM_CPUS_ON_NODE": "64"}, 4),
        ({"SLURM_CPUS_ON_NODE": "8"}, 8),
        ({"LSB_DJOB_NUMPROC": "6"}, 6),
        ({"SLURM_CPUS_PER_TASK": ""}, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None),
    ],
)
def test_the_cores_that_a_job_was_given(environment: dict[str, str], cores: int | None) -> None:
    assert cores_of_job(environment) == (cores or os.cpu_count())


def test_a_job_knows_that_it_is_one() -> None:
    assert in_a_job({"SLURM_JOB_ID": "1"})
    assert not in_a_job({})
