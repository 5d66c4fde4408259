"""Drawings of a description: which features are drawn, and how many."""

import re

import pandas as pd

from radpipe.qc.describe.drawings import distribution_drawing, volume_drawing
from radpipe.report.blocks import Drawing


def titles(drawing: Drawing) -> list[str]:
    svg = drawing.svg.decode()
    words = re.findall(r"<text[^>]*>([^<]*)</text>", svg) + re.findall(r"<!-- (.*?) -->", svg)
    return [word for word in words if re.match("own|glcm|shape|firstorder", word)]


def test_usual_features_are_drawn_first_and_twelve_at_most(table: pd.DataFrame) -> None:
    more = table.assign(original_firstorder_Mean=1.5, **{f"own_feature_{i}": float(i) for i in range(9)})
    drawn = titles(distribution_drawing(more))
    assert drawn[:2] == ["shape_MeshVolume", "firstorder_Mean"]
    assert len(drawn) == 12


def test_features_without_a_correlation_are_not_drawn() -> None:
    few = pd.DataFrame({"rho_volume": [0.95, float("nan"), -0.2]})
    assert volume_drawing(few).svg != volume_drawing(few.fillna(0.5)).svg
    assert volume_drawing(few).svg == volume_drawing(few.dropna()).svg
