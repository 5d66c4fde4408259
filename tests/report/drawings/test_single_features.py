"""Every feature alone."""

from dataclasses import replace
from typing import Any

from radpipe.report.drawings.single_features import draw_screening


def test_features_are_drawn_against_evidence_and_against_volume(handmade: Any) -> None:
    volcano, volume = draw_screening(handmade.analysis)
    assert (volcano.name, volume.name) == ("volcano", "feature_volume")
    without = replace(handmade.analysis, models=handmade.analysis.models[1:])
    assert draw_screening(without)[1].svg != volume.svg, "the line of volume's own C"
