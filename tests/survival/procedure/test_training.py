"""Training patients: components that are rotations, and ridges by degrees of freedom."""

import numpy as np
import pytest

from radpipe.survival.procedure.training import Block


@pytest.mark.parametrize("terms", [8, 70])
def test_components_are_uncorrelated_largest_first_and_span_the_features(draw, terms):
    training = draw(50, terms).training(np.arange(50))
    scores, directions = training.rotation(tuple(range(terms)))
    gram = scores.T @ scores
    assert gram - np.diag(np.diag(gram)) == pytest.approx(0, abs=1e-8)
    assert (np.diff(np.diag(gram)) <= 1e-8).all()
    assert scores @ directions.T == pytest.approx(training.terms, abs=1e-8)
    assert scores == pytest.approx(training.terms @ directions, abs=1e-8)


def test_ridges_leave_from_a_third_of_a_degree_of_freedom_to_a_quarter_of_the_events(draw):
    study = draw(137, 40)
    training = study.training(np.arange(137))
    block = Block(training, np.zeros((137, 0)), tuple(range(40)), ("",) * 40, 4)
    values, events = block.curvature.values, study.event.sum()
    left = [(values / (values + share * events)).sum() for share in block.ridges]
    assert left[0] == pytest.approx(0.3)
    assert left[-1] == pytest.approx(min(events / 4, 0.8 * 40))
