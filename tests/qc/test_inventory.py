"""The inventory: images, scanners, names and gaps of a source, from headers."""

from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.datasets import open_cohort
from radpipe.datasets.roi_dictionary import open_dictionary
from radpipe.qc.inventory import inventory_of, write_inventory


def roi(name: str, number: int) -> RoiRef:
    return RoiRef(f"r{number}", name, MaskKind.ITK_FILE, f"{number}.nrrd", 1, ("ct",))


def case(case_id: str, names: list[str], modalities: tuple[str, ...] = ("CT",)) -> Case:
    images = tuple(ImageRef(case_id, word.lower(), word, ImageKind.ITK_FILE, ("absent.nrrd",)) for word in modalities)
    return Case(case_id, images, tuple(roi(name, number) for number, name in enumerate(names)))


COHORT = Cohort(
    "manifest",
    "",
    (
        case("p1", ["GTV-1", "Parotid_L", "Mystery"], ("CT", "PT")),
        case("p2", ["gtv-1", "parotid-left"], ("CT", "PT")),
        case("p3", ["GTV-1"]),
    ),
)


def test_spellings_of_one_organ_are_counted_together():
    rows = {row.roi: (row.cases, row.spellings, row.tg263) for row in inventory_of(COHORT).rois.itertuples()}
    assert rows["Parotid_L"] == (2, "Parotid_L (1); parotid-left (1)", "Parotid_L")
    assert rows["GTV-1"] == (3, "GTV-1 (2); gtv-1 (1)", "")
    assert rows["Mystery"] == (1, "Mystery (1)", "")


def test_what_half_of_the_cases_have_is_missing_where_it_is_not():
    missing = inventory_of(COHORT).missing
    assert missing.to_numpy().tolist() == [["p3", "image", "PT", 2, 3], ["p3", "ROI", "Parotid_L", 2, 3]]


def test_the_dictionary_is_a_start_that_can_be_read_back(tmp_path: Path):
    write_inventory(inventory_of(COHORT), tmp_path)
    table = pd.read_csv(tmp_path / "roi_dictionary.csv", keep_default_na=False)
    assert table.to_numpy().tolist() == [
        ["GTV-1", ""], ["gtv-1", ""], ["Mystery", ""], ["parotid-left", "Parotid_L"], ["Parotid_L", "Parotid_L"],
    ]  # fmt: skip
    assert open_dictionary(str(tmp_path / "roi_dictionary.csv")).wanted("parotid-left") == "Parotid_L"


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


def test_files_without_a_dicom_header_tell_their_grid_and_a_missing_one_stays_empty(tmp_path: Path):
    image = sitk.GetImageFromArray(np.zeros((4, 5, 6), np.int16))
    image.SetSpacing((0.5, 0.5, 2.5))
    sitk.WriteImage(image, tmp_path / "a.nrrd")
    images = tuple(
        ImageRef("p1", name, "MR", ImageKind.ITK_FILE, (str(tmp_path / f"{name}.nrrd"),)) for name in ("a", "gone")
    )
    rows = inventory_of(Cohort("manifest", "", (Case("p1", images, ()),))).images
    assert rows[["PixelSpacing", "SpacingBetweenSlices", "slices"]].to_numpy().tolist() == [
        ["0.5", "2.5", 4],
        ["", "", ""],
    ]
