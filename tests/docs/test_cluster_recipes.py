"""The recipes of clusters on the page, as far as they can be tried without one: job scripts, and a specification."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MADE = """
if __name__ == "__main__":
{recipe}
    print(cluster.job_script())
    cluster.close()
"""


@pytest.fixture
def recipe(checkout: Path) -> Callable[[str], str]:
    """Return the block of the page that begins with a comment on this kind of cluster."""
    page = (checkout / "docs/beyond-one-machine.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    return lambda kind: next(block for block in blocks if block.startswith(f"# {kind}"))


def job_script(recipe: str, folder: Path) -> str:
    """Carry a recipe out up to the cluster, whose scheduler listens on this machine; return what it would submit."""
    lines = [f"    {line}" for line in recipe.splitlines() if ".adapt(" not in line]
    (folder / "cluster.py").write_text(MADE.format(recipe="\n".join(lines)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, folder / "cluster.py"], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_job_of_slurm_is_one_dask_worker_with_one_thread(recipe: Callable[[str], str], tmp_path: Path) -> None:
    pytest.importorskip("dask_jobqueue", reason="needs dask-jobqueue, which is the user's")
    script = job_script(recipe("SLURM"), tmp_path)
    assert {"#SBATCH -n 1", "#SBATCH --cpus-per-task=4", "#SBATCH --mem=8G", "#SBATCH -t 04:00:00"} <= set(
        script.splitlines()
    )
    assert "--nworkers" not in script
    assert re.findall(r"--nthreads (\d+)", script)[-1] == "1"


def test_a_job_of_lsf_has_four_slots_on_one_host(recipe: Callable[[str], str], tmp_path: Path) -> None:
    pytest.importorskip("dask_jobqueue", reason="needs dask-jobqueue, which is the user's")
    script = job_script(recipe("LSF"), tmp_path)
    assert {"#BSUB -n 4", '#BSUB -R "span[hosts=1]"', "#BSUB -M 8000000", "#BSUB -W 04:00"} <= set(script.splitlines())
    assert "--nworkers" not in script
    assert re.findall(r"--nthreads (\d+)", script)[-1] == "1"


def test_pods_of_kubernetes_meet_the_schema_of_dasks_operator(recipe: Callable[[str], str]) -> None:
    operator = pytest.importorskip("dask_kubernetes.operator", reason="needs dask-kubernetes, which is the user's")
    yaml = pytest.importorskip("yaml")
    jsonschema = pytest.importorskip("jsonschema")
    made: dict[str, object] = {}
    exec(recipe("Kubernetes").rpartition("cluster = ")[0], made)
    crd = yaml.safe_load(
        (Path(operator.__file__).parent / "deployment/helm/dask-kubernetes-operator/crds/daskcluster.yaml").read_text()
    )
    (version,) = (one for one in crd["spec"]["versions"] if one["name"] == "v1")
    jsonschema.validate(made["spec"], version["schema"]["openAPIV3Schema"])
    worker = made["spec"]["spec"]["worker"]  # type: ignore[index]
    assert worker["replicas"] == 20
    (container,) = worker["spec"]["containers"]
    assert container["args"][:4] == ["dask", "worker", "--nthreads", "1"]
    assert container["resources"]["limits"]["cpu"] == "4"
    names = {volume["name"] for volume in worker["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == names == {"data"}
