"""What of a machine this process may use: what a batch scheduler, a container or an affinity mask leaves it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["ITK_THREADS", "LINEAR_ALGEBRA", "ONE_THREAD", "cores_of_job", "memory_of_job", "usual_jobs"]

CORES = ("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "LSB_DJOB_NUMPROC", "PBS_NCPUS", "NSLOTS")
"""Variables that hold the number of cores that a job may use, the most certain first."""

ITK_THREADS = "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS"
"""How many threads ITK begins with, in the environment."""

LINEAR_ALGEBRA = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""The environment in which linear algebra has one thread."""

ONE_THREAD = {**LINEAR_ALGEBRA, "NUMBA_NUM_THREADS": "1", ITK_THREADS: "1"}
"""A worker's environment: workers fill the cores; libraries that start threads would only be in their way."""

USUAL_BYTES = 1_000_000_000
"""What a worker takes for a large CT with filters; the default number of processes leaves so much for each."""


def cores_of_job(environment: Mapping[str, str] | None = None, system: Path = Path("/")) -> int:
    """Return how many cores this process may use.

    That is what the scheduler gave; else the cores that the system lets it run on, or the quota of its container
    where that is less.

    Parameters
    ----------
    environment
        Of the process; None is the own.
    system
        Where ``proc`` and ``sys`` lie.
    """
    environment = os.environ if environment is None else environment
    for name in CORES:
        word = environment.get(name, "")
        if word.isdecimal() and int(word) > 0:
            return int(word)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([cores, *_quotas(system)]))


def memory_of_job(system: Path = Path("/")) -> int | None:
    """Return the bytes that are free for this process, None where the system does not tell.

    Parameters
    ----------
    system
        Where ``proc`` and ``sys`` lie.
    """
    free = []
    with suppress(OSError, ValueError, IndexError):
        lines = (system / "proc/meminfo").read_text().splitlines()
        free.append(next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")))
    pairs = (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))
    for folder in _groups(system):
        for most, used in pairs:
            with suppress(OSError, ValueError):  # no such file, or "max"
                free.append(int((folder / most).read_text()) - int((folder / used).read_text()))
    return max(0, min(free)) if free else None


def usual_jobs(environment: Mapping[str, str] | None = None, system: Path = Path("/")) -> int:
    """Return how many processes to run where nobody says: one a core, as far as memory goes; one on Windows.

    Parameters are those of :func:`cores_of_job`.
    """
    if not hasattr(os, "fork"):
        return 1
    memory = memory_of_job(system)
    cores = cores_of_job(environment, system)
    return cores if memory is None else max(1, min(cores, memory // USUAL_BYTES))


def _groups(system: Path) -> Iterator[Path]:
    """Give the folders of the control groups of this process and those above them, of both versions."""
    try:
        lines = (system / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        own = Path("/", *Path(path).parts[1:])
        for root in [f"sys/fs/cgroup/{controllers}", "sys/fs/cgroup"] if controllers else ["sys/fs/cgroup"]:
            for folder in (own, *own.parents):  # within a container the own path may be that of outside
                yield system / root / folder.relative_to("/")


def _quotas(system: Path) -> Iterator[int]:
    """Give the whole cores that limits of a container or a job leave."""
    for folder in _groups(system):
        with suppress(OSError, ValueError, ZeroDivisionError):  # no such file, or "max": no limit
            quota, period = map(int, (folder / "cpu.max").read_text().split())
            yield -(-quota // period)
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota = int((folder / "cpu.cfs_quota_us").read_text())
            if quota > 0:
                yield -(-quota // int((folder / "cpu.cfs_period_us").read_text()))
