"""``radpipe datasets``: each layout with its source, its licence and one command to run."""

import json

from radpipe.datasets import DATASETS


def test_each_layout_tells_where_it_is_from_and_how_it_is_run(radpipe) -> None:
    lines = radpipe("datasets").out.splitlines()
    for dataset in DATASETS:
        first = lines.index(f"{dataset.name}: {dataset.title}")
        assert [line.split()[0] for line in lines[first + 1 : first + 5]] == ["source", "licence", "layout", "run"]
    assert any("--dataset hn1" in line for line in lines)


def test_the_list_is_also_json(radpipe) -> None:
    listed = json.loads(radpipe("datasets", "--format", "json").out)
    assert [entry["name"] for entry in listed] == [dataset.name for dataset in DATASETS]
    assert {"hn1", "hanseg", "structseg", "ctpel", "chestxray14"} <= {entry["name"] for entry in listed}
