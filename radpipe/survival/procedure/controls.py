"""Negative controls: the same models on voxels without order or meaning, in the same folds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.procedure.beside import Paired, paired, validate_again
from radpipe.survival.procedure.setting import Setting
from radpipe.survival.procedure.validation import CrossValidation
from radpipe.survival.statistics.interval import Interval

__all__ = ["ControlResult", "Controls", "controls_of"]

FloatArray = npt.NDArray[np.float64]

_DONE = {"shuffled": "shuffled", "sampled": "drawn anew from their own values", "randomized": "replaced by random ones"}
_WHERE = {"full": "all voxels of the image", "roi": "the tumour's voxels", "non_roi": "the voxels around the tumour"}
_LOST = {
    "shuffled_roi": "the order of voxels inside the tumour",
    "sampled_roi": "the order of voxels inside the tumour",
    "randomized_roi": "what the tumour's voxels hold beyond their range",
    "shuffled_non_roi": "what lies around the tumour",
    "sampled_non_roi": "what lies around the tumour",
    "randomized_non_roi": "what lies around the tumour",
    "shuffled_full": "what the image holds beyond the outline",
    "sampled_full": "what the image holds beyond the outline",
    "randomized_full": "what the image holds beyond the outline",
}

APPLIED = "trained on the image, applied to the control"
ANEW = "trained anew on the control"


@dataclass(frozen=True, slots=True)
class ControlResult:
    """One model on one control.

    Parameters
    ----------
    control, model
        Names.
    way
        Whether the trained model was applied to the control, or the whole recipe trained anew on it.
    paired
        C of the image, C of the control, and their difference.
    """

    control: str
    model: str
    way: str
    paired: Paired

    @property
    def sentence(self) -> str:
        """What was found, in words; that something is absent is never said."""
        permutation, region = self.control.split("_", 1)
        gap = self.paired.difference
        gap_text = f"{gap.value:+.3f}, 95 % interval {gap.low:+.3f} to {gap.high:+.3f}"
        where = f"With {_WHERE[region]} {_DONE[permutation]}, {self.model}"
        lost = _LOST[self.control]
        if not np.isfinite(gap.low):
            return f"{where} has a difference in C of {gap.value:+.3f} without an interval: nothing is shown."
        if gap.low > 0:
            return f"{where} predicts patients not seen worse (C falls by {gap_text}): {lost} contributes."
        if gap.high < 0:
            return f"{where} predicts patients not seen better (C falls by {gap_text}), which asks for an explanation."
        return (
            f"{where} predicts patients not seen no worse that can be shown (C falls by {gap_text}): that {lost} "
            "matters is not shown."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Controls:
    """All controls.

    Parameters
    ----------
    results
        By control, model and way.
    volume
        C of tumour volume alone: the floor that models are to be compared with, since controls keep size and form.
    main
        The model whose sentences are told.
    """

    results: tuple[ControlResult, ...]
    volume: Interval
    main: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found of the main model, trained anew on each control; and the floor."""
        sentences = [result.sentence for result in self.results if result.model == self.main and result.way == ANEW]
        floor = (
            f"Volume alone has a C of {self.volume}. Controls keep the outline, and with it size and form: this is the "
            "floor, not 0.5."
        )
        return (*sentences, floor)

    def table(self) -> pd.DataFrame:
        """Return a row a control, model and way."""
        return pd.DataFrame(
            [
                (result.control, result.model, result.way, result.paired.patients,
                 *(part for interval in (result.paired.first, result.paired.second, result.paired.difference)
                   for part in (interval.value, interval.low, interval.high)))
                for result in self.results
            ],
            columns=["control", "model", "way", "patients", "c_image", "c_image_low", "c_image_high", "c_control",
                     "c_control_low", "c_control_high", "difference", "low", "high"],
        )  # fmt: skip


def controls_of(
    setting: Setting,
    validated: CrossValidation,
    controls: Mapping[str, FloatArray],
    first_view: int,
    main: str,
    seed: int,
) -> Controls:
    """Judge models with features on controls, in the folds of the analysis.

    Parameters
    ----------
    setting, validated
        The analysis and its validation, among whose views are the controls, in their order.
    controls
        Name -> encoded terms, shape (n, terms); NaN for a patient whose control failed.
    first_view
        Place of the first of them among the views.
    main
        The model whose sentences are told.
    seed
        Of the analysis.

    References
    ----------
    Welch ML et al. Radiother Oncol 2019;130:2 (doi 10.1016/j.radonc.2018.10.027).
    """
    study, results = setting.study, []
    learning = [number for number, recipe in enumerate(setting.recipes) if recipe.candidates]
    for place, (control, values) in enumerate(controls.items()):
        encoded = replace(study.encoded, values=values)
        anew = validate_again(setting, replace(study, encoded=encoded, views=None), seed)
        there = ~np.isnan(values).all(axis=1)
        for number in learning:
            name, own = setting.recipes[number].name, validated.risk[:, number]
            applied = validated.viewed[:, number, first_view + place]
            trained = np.where(there, anew.risk[:, number], np.nan)
            results.append(ControlResult(control, name, APPLIED, paired(study, validated, own, applied)[0]))
            results.append(ControlResult(control, name, ANEW, paired(study, validated, own, trained)[0]))
    volume = _named(setting.recipes, "volume")
    alone = validated.risk[:, volume]
    return Controls(tuple(results), paired(study, validated, alone, alone)[0].first, main)


def _named(recipes: Sequence[object], name: str) -> int:
    return next(number for number, recipe in enumerate(recipes) if getattr(recipe, "name", "") == name)
