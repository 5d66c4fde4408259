"""The inventory of a DICOM source, from headers."""

from pathlib import Path

from radpipe.datasets import open_cohort
from radpipe.qc.inventory.contents import inventory_of
from radpipe.qc.inventory.page import write_inventory


def test_a_dicom_source_tells_scanners_and_grids(hn1_cohort: Path, tmp_path: Path):
    found = inventory_of(open_cohort(hn1_cohort, "hn1"))
    ct = found.images[found.images["modality"] == "CT"]
    assert set(ct["SpacingBetweenSlices"]) == {"3"}
    assert (ct["slices"].astype(int) > 10).all()
    assert "5 cases" in found.sentence
    page = write_inventory(found, tmp_path).read_text()
    assert "What the source holds" in page
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "acquisition_summary.csv", "cases.csv", "images.csv", "inventory.html", "missing.csv", "roi_dictionary.csv",
        "rois.csv",
    ]  # fmt: skip
