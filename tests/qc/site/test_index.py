"""The index of a page: every mask, and pictures that show another one than was measured."""

from pathlib import Path

import SimpleITK as sitk  # noqa: N813

import radpipe
from radpipe.qc.site.run_page import write_page

from ..made_run import PARAMS, write_cohort


def test_pictures_of_files_that_changed_say_so(tmp_path: Path) -> None:
    from radpipe.features.params_file import parse_params

    manifest = write_cohort(tmp_path / "source", cases=2)
    params = parse_params(PARAMS, name="plain")
    radpipe.extract(manifest, dataset="manifest", params=params, out=tmp_path / "out", jobs=1)
    path = tmp_path / "source" / "mask-0-0.nrrd"
    mask = sitk.ReadImage(path)
    mask[20, 20, 10] = 1
    sitk.WriteImage(mask, path)
    (tmp_path / "source" / "mask-0-1.nrrd").unlink()
    page = write_page(tmp_path / "out")
    assert ("P0", "GTV-1") in {(case, roi) for case, roi, _ in page.faults}
    words = {roi: why for case, roi, why in page.faults if case == "P0"}
    assert "changed since the run" in words["GTV-1"]
    assert "E_MISSING_FILE" in words["SpinalCord"]
