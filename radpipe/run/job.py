"""What a batch scheduler tells a job by its environment: its cores, and its place in an array."""

import os
from collections.abc import Mapping

__all__ = ["array_index", "cores_of_job", "in_a_job"]

CORES = ("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "LSB_DJOB_NUMPROC", "PBS_NCPUS", "NSLOTS")
"""Variables that hold the number of cores that a job may use, the most certain first."""

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


def cores_of_job(environment: Mapping[str, str] | None = None) -> int:
    """Return how many cores this process may use: what the scheduler gave, else what the system lets it run on.

    Parameters
    ----------
    environment
        Of the process; None is the own.
    """
    environment = os.environ if environment is None else environment
    for name in CORES:
        word = environment.get(name, "")
        if word.isdecimal() and int(word) > 0:
            return int(word)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
