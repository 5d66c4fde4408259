"""What a batch scheduler tells a job by its environment: that it is one, and its place in an array."""

import os
from collections.abc import Mapping

__all__ = ["array_index", "in_a_job"]

INDICES = (
    "SLURM_ARRAY_TASK_ID",
    "PBS_ARRAY_INDEX",
    "PBS_ARRAYID",
    "SGE_TASK_ID",
    "JOB_COMPLETION_INDEX",
    "LSB_JOBINDEX",
)
"""Variables that hold a job's place in its array: SLURM, PBS, Torque, Grid Engine, Kubernetes, LSF."""

JOBS = ("SLURM_JOB_ID", "LSB_JOBID", "PBS_JOBID", "JOB_ID", "KUBERNETES_SERVICE_HOST")


def array_index(environment: Mapping[str, str] | None = None) -> int | None:
    """Return a job's place in its array, None where it is in none.

    The number of tasks in the array is not asked: it shrinks when only missing indices are submitted again.

    Parameters
    ----------
    environment
        Of the process; None is the own.

    Examples
    --------
    >>> array_index({"SGE_TASK_ID": "undefined"}), array_index({"LSB_JOBINDEX": "0"})
    (None, None)
    >>> array_index({"SLURM_ARRAY_TASK_ID": "17", "SLURM_ARRAY_TASK_COUNT": "1"})
    17
    """
    environment = os.environ if environment is None else environment
    for name in INDICES:
        word = environment.get(name, "")
        if word.isdecimal() and not (name == "LSB_JOBINDEX" and int(word) == 0):
            return int(word)
    return None


def in_a_job(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether a batch scheduler runs this process.

    Parameters
    ----------
    environment
        Of the process; None is the own.
    """
    environment = os.environ if environment is None else environment
    return any(environment.get(name) for name in JOBS)
