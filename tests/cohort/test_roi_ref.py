"""The reference of a ROI goes to JSON and back, and names the files that its row depends on."""

import json
from dataclasses import replace

import pytest

from radpipe.cohort import RoiRef

from .made import ROI, TWIN, at_default


def test_a_row_depends_on_the_file_of_the_roi_and_of_its_twin() -> None:
    assert ROI.paths == ("/data/rs.dcm", "/data/seg.dcm")
    assert TWIN.paths == ("/data/seg.dcm",)
    with pytest.raises(ValueError, match="its twin r1 has a twin"):
        replace(TWIN, twin=ROI)


def test_a_roi_is_itself_after_json() -> None:
    assert not at_default(ROI, replace(TWIN, twin=None)), "a field that JSON could forget"
    for roi in (ROI, TWIN):
        assert RoiRef.from_json(json.loads(json.dumps(roi.to_json()))) == roi
