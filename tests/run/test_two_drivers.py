"""Two ``radpipe extract`` started at once on one output folder: one works to the end, the other is refused."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from radpipe.pipeline import extract

GATED = """
import os, time

import radpipe.run.drive
from radpipe.run import worker


def measure(task, out, known=frozenset()):
    deadline = time.monotonic() + 120
    while not os.path.exists(os.environ["GATE"]) and time.monotonic() < deadline:
        time.sleep(0.01)
    return worker.measure(task, out, known)


if __name__ == "__main__":
    import gated
    from radpipe.cli.app import main

    radpipe.run.drive.measure_task = gated.measure
    main()
"""


def test_one_of_two_drivers_works_and_the_other_is_refused(manifest: Path, tmp_path: Path, published: Any) -> None:
    out, gate = tmp_path / "out", tmp_path / "gate"
    (tmp_path / "gated.py").write_text(GATED)
    words = ("extract", manifest, "-d", "manifest", "-p", "ct_native", "-j", 2, "-o", out)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    drivers = [
        subprocess.Popen(
            [sys.executable, tmp_path / "gated.py", *map(str, words)],
            env={**os.environ, "PYTHONPATH": path, "GATE": str(gate)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        # Nothing is measured before the gate opens, so the one that works cannot end before the other has begun.
        deadline = time.monotonic() + 60
        while all(driver.poll() is None for driver in drivers) and time.monotonic() < deadline:
            time.sleep(0.01)
        gate.touch()
        said = [" ".join(driver.communicate(timeout=120)[0].split()) for driver in drivers]
    finally:
        for driver in drivers:
            driver.kill()
    ended = {driver.returncode: text for driver, text in zip(drivers, said, strict=True)}
    assert sorted(ended) == [0, 4], said
    assert ended[4] == f"radpipe: another run is writing to {out}; wait for it, or choose another folder"
    extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "alone")
    assert tables(out) == tables(tmp_path / "alone")
    assert published(out).keys() == published(tmp_path / "alone").keys()
    assert len(published(out)) == 6


def tables(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "tables").iterdir() if path.is_file()}
