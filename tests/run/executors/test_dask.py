"""dask: two workers of a real LocalCluster give the tables of one process, also when one is killed in its chunk."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from radpipe.errors import UsageError
from radpipe.features.params_file import parse_params
from radpipe.pipeline import extract
from radpipe.run.executors.dask import make
from radpipe.run.executors.protocol import Place

CLUSTER = """
import json, os, signal, sys, threading, time
from pathlib import Path

from radpipe.batch import plan, tables, work
from radpipe.features.params_file import parse_params
from radpipe.parquet import parquet_table
from radpipe.run.executors.dask import DaskExecutor


def main():
    source, out, fate = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    from distributed import Client, LocalCluster

    params = parse_params({"featureClass": {"firstorder": ["Mean"]}}, name="plain")
    plan(source, dataset="manifest", params=params, out=out)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))

        def kill():
            deadline = time.monotonic() + 60
            while not list((out / "packs").glob("*/*.parquet")) and time.monotonic() < deadline:
                time.sleep(0.05)
            os.kill(victim, signal.SIGKILL)

        if fate == "kill":
            threading.Thread(target=kill, daemon=True).start()
        sent, submit = [], client.submit
        client.submit = lambda *given, key, **more: (sent.append(key), submit(*given, key=key, **more))[1]
        summary = work(out, executor=DaskExecutor(client, jobs=1))
    made, still_open = tables(out)
    keys = []
    for path in (out / "packs").glob("*/*.parquet"):
        keys += set(parquet_table(path, ["key"]).column("key").to_pylist())
    told = {"images": summary.images, "open": still_open, "account": str(made.account), "keys": len(keys), "sent": sent}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
"""


@pytest.fixture
def source(tmp_path: Path, manifest_of: Callable[[Path, int], Path]) -> Path:
    """A manifest of 200 rows on one small image."""
    (tmp_path / "source").mkdir()
    return manifest_of(tmp_path / "source", 200)


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "tables").glob("[!.]*")}


@pytest.mark.slow_ci
@pytest.mark.parametrize("fate", ["plain", "kill"])
def test_two_dask_workers_give_the_tables_of_one_process(fate: str, source: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    script = tmp_path / "script" / "cluster.py"
    script.parent.mkdir()
    script.write_text(CLUSTER)
    words = [sys.executable, str(script), str(source), str(tmp_path / "out"), fate]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["account"] == "200 planned = 200 ok + 0 failed + 0 skipped"
    assert told["keys"] == 200, "an image of a finished pack was measured again"
    assert told["sent"]
    assert all(re.fullmatch(r"radpipe-[0-9a-f]{8}-\d+", key) for key in told["sent"]), "a key names what it holds"
    params = parse_params({"featureClass": {"firstorder": ["Mean"]}}, name="plain")
    extract(source, dataset="manifest", params=params, out=tmp_path / "whole")
    assert written(tmp_path / "out") == written(tmp_path / "whole")


def test_an_address_without_scheduler_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")

    def client(*_: object, **__: object) -> None:
        raise TimeoutError("after 30 s")

    monkeypatch.setattr(distributed, "Client", client)
    with pytest.raises(UsageError, match=r"--dask tcp://there:1: no scheduler answers \(after 30 s\)"):
        make(Place(address="tcp://there:1"))


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'radpipe\[dask\]'"):
        make(Place(address="tcp://there:1"))


def test_dask_prints_no_traceback_of_a_connection_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "Client", lambda *_, **__: None)
    batched = logging.getLogger("distributed.batched")  # tells it as information
    before = batched.level
    try:
        make(Place(address="tcp://there:1"))
        assert not batched.isEnabledFor(logging.INFO)
        assert batched.isEnabledFor(logging.ERROR)
    finally:
        batched.setLevel(before)
