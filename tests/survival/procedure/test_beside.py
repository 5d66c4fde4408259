"""Two validations beside each other: the same folds, a paired difference, nobody counted who was not judged."""

from dataclasses import replace

import numpy as np
import pytest

from radpipe.survival.procedure.beside import paired, validate_again
from radpipe.survival.procedure.concordances import concordances
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.validation import cross_validate


def test_two_risks_are_compared_as_two_models_of_one_validation_are(draw):
    study = draw(90, 3, (0.8,), seed=2)
    recipes = [Recipe(name, "", (place,)) for place, name in enumerate("abc")]
    seeds = np.random.SeedSequence(1).spawn(2)
    found = cross_validate(study, recipes, repeats=2, folds=4, horizons_years=(), seeds=seeds, jobs=1)
    expected = concordances(study, found)
    one, _ = paired(study, found, found.risk[:, 0], found.risk[:, 1])
    assert one.first == expected.interval(0)
    assert one.second == expected.interval(1)
    assert one.difference == expected.difference(0, 1)
    assert one.patients == 90
    lost = found.risk[:, 1].copy()
    lost[0, :6] = np.nan
    part, _ = paired(study, found, found.risk[:, 0], lost)
    assert part.patients == 84
    kept = replace(study, time_days=study.time_days[6:], event=study.event[6:])
    rest = replace(found, risk=found.risk[:, :, 6:], folds=found.folds[:, 6:])
    assert part.difference == concordances(kept, rest).difference(0, 1)


def test_other_views_of_held_out_patients_are_judged_by_the_models_made_without_them(draw):
    study = draw(60, 2, (1.0,), seed=3)
    same, lost = study.encoded.values.copy(), study.encoded.values.copy()
    lost[4] = np.nan
    opposite = -study.encoded.values
    seen = replace(study, views=np.array([same, lost, opposite]))
    seeds = np.random.SeedSequence(2).spawn(1)
    recipe = Recipe("both", "", (0, 1))
    found = cross_validate(seen, [recipe], repeats=1, folds=3, horizons_years=(), seeds=seeds, jobs=1)
    assert np.array_equal(found.viewed[0, 0, 0], found.risk[0, 0])
    assert np.flatnonzero(np.isnan(found.viewed[0, 0, 1])).tolist() == [4]
    plain = cross_validate(study, [recipe], repeats=1, folds=3, horizons_years=(), seeds=seeds, jobs=1)
    assert np.array_equal(plain.risk, found.risk)
    assert plain.viewed.shape == (1, 1, 0, 60)
    centre = (found.viewed[0, 0, 2] + found.risk[0, 0])[found.folds[0] == 0]
    assert np.ptp(centre) == pytest.approx(0, abs=1e-12)  # a linear model: the sum is the same for all of one fold


def test_validating_again_gives_the_same_numbers(made, quick, stage, volume_name):
    from radpipe.survival.procedure.scrutiny import Asked, prepared_setting

    setting = prepared_setting(made(80, terms=4).patients, stage, volume_name, quick, Asked())
    first, second = (validate_again(setting, setting.study, 5) for _ in range(2))
    assert np.array_equal(first.risk, second.risk)
    assert not np.array_equal(first.folds, validate_again(setting, setting.study, 6).folds)
