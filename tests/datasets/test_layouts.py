"""Each layout tells all about itself."""

from radpipe.datasets import DATASETS


def test_each_data_set_tells_all_about_itself() -> None:
    for one in DATASETS:
        assert all((one.title, one.source, one.licence, one.layout))
        assert f"--dataset {one.name}" in one.command
