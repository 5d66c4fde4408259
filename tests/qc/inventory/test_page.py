"""What an inventory writes can be read back."""

from pathlib import Path

import pandas as pd

from radpipe.datasets.roi_dictionary import open_dictionary
from radpipe.qc.inventory.contents import inventory_of
from radpipe.qc.inventory.page import write_inventory

from .made_cohort import COHORT


def test_the_dictionary_is_a_start_that_can_be_read_back(tmp_path: Path):
    write_inventory(inventory_of(COHORT), tmp_path)
    table = pd.read_csv(tmp_path / "roi_dictionary.csv", keep_default_na=False)
    assert table.to_numpy().tolist() == [
        ["GTV-1", ""], ["gtv-1", ""], ["Mystery", ""], ["parotid-left", "Parotid_L"], ["Parotid_L", "Parotid_L"],
    ]  # fmt: skip
    assert open_dictionary(str(tmp_path / "roi_dictionary.csv")).wanted("parotid-left") == "Parotid_L"
