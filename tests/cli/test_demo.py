"""``radpipe demo``: the whole way on a made cohort, or one of the layouts alone."""

from pathlib import Path

import pandas as pd
import pytest

from radpipe.cli.demo import FITTING
from radpipe.demo.layouts import LAYOUTS


def test_the_demo_goes_the_whole_way(radpipe, tmp_path: Path) -> None:
    done = radpipe("demo", tmp_path / "demo", "--patients", "3", "-j", "1")
    assert done.code == 0, done.err
    frame = pd.read_csv(tmp_path / "demo" / "out" / "tables" / "features.csv")
    assert len(frame) == 3
    assert {"original_shape_MeshVolume", "original_gldm_DependenceEntropy"} <= set(frame.columns)
    assert "are too few for any model" in " ".join(done.out.split())
    assert "feature table" in done.out


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_each_layout_is_made_and_the_lines_that_measure_it_are_told(radpipe, tmp_path: Path, name: str) -> None:
    done = radpipe("demo", tmp_path, "--dataset", name)
    assert done.code == 0, done.err
    lines = [line for line in done.out.splitlines() if line.startswith(f"radpipe extract {tmp_path / name} -d {name}")]
    assert len(lines) == len(FITTING[name])
    assert ("radpipe join" in done.out) == (name in ("hn1", "hanseg"))  # the two with two modalities
