"""What schedulers tell a job by its environment."""

import pytest

from radpipe.run.job import array_index, in_a_job


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


def test_a_job_knows_that_it_is_one() -> None:
    assert in_a_job({"SLURM_JOB_ID": "1"})
    assert not in_a_job({})
