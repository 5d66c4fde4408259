"""What IBSI leaves to choose, valid at birth."""

import pytest

from radpipe.features.ibsi.settings import Aggregation, Discretisation


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"method": "FBS"}, "FBS takes"),
        ({"method": "FBN", "width": 5.0}, "FBN takes"),
        ({"method": "none", "bins": 3}, "none takes nothing"),
        ({"method": "FBS", "width": 0.0}, "above 0"),
        ({"method": "FBS", "width": float("inf")}, "above 0"),
        ({"method": "FBN", "bins": 0}, "at least one"),
        ({"method": "lloyd"}, "not one of"),
    ],
)
def test_a_discretisation_that_means_nothing_is_refused(arguments: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Discretisation(**arguments)  # type: ignore[arg-type]


def test_an_aggregation_tells_its_extent_and_whether_directions_are_merged() -> None:
    assert [aggregation.extent for aggregation in Aggregation] == ["2D", "2D", "2_5D", "2_5D", "3D", "3D"]
    assert [aggregation.directions_merged for aggregation in Aggregation] == [False, True] * 3
