"""Patients are dealt into folds with their share of events, and rows of one person together."""

import numpy as np

from radpipe.survival.procedure.folds import stratified_folds


def test_each_fold_has_its_share_of_events():
    event = np.arange(53) % 4 == 0
    folds = stratified_folds(event, np.arange(53), 5, np.random.default_rng(0))
    assert np.ptp(np.bincount(folds)) <= 1
    assert np.ptp(np.bincount(folds, event)) <= 1


def test_folds_share_out_events_and_keep_persons_together():
    random = np.random.default_rng(0)
    event, person = np.arange(50) % 5 == 0, np.repeat(np.arange(25), 2)
    folds = stratified_folds(event[person], person, 5, random)
    assert all(len(set(folds[person == one])) == 1 for one in range(25))
    assert set(folds) == {0, 1, 2, 3, 4}
    own = [np.unique(person[folds == fold]) for fold in range(5)]
    assert [int(event[persons].sum()) for persons in own] == [1, 1, 1, 1, 1], "five of 25 persons have the event"


def test_each_stratum_is_dealt_in_turn():
    event, strata = np.arange(60) % 2 == 0, np.arange(60) // 20
    folds = stratified_folds(event, np.arange(60), 5, np.random.default_rng(3), strata)
    for stratum in range(3):
        assert (np.bincount(folds[strata == stratum]) == 4).all()
