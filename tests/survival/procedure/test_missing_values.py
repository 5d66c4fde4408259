"""What is missing is counted by column, and what was done about it is told in the rule's words."""

from dataclasses import replace

import numpy as np
import pandas as pd

from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Kind, Missing
from radpipe.survival.procedure.imputing import Gaps
from radpipe.survival.procedure.missing_values import drawn_values, missing_values

MODEL = ClinicalModel(
    (
        ClinicalColumn("age", Kind.NUMERIC, Missing.IMPUTE),
        ClinicalColumn("hb", Kind.NUMERIC, Missing.MEDIAN),
        ClinicalColumn("hpv", Kind.INDICATOR, Missing.REST, ("positive",)),
        ClinicalColumn("site", Kind.CATEGORICAL, Missing.CATEGORY),
        ClinicalColumn("sex", Kind.CATEGORICAL, Missing.REFUSE),
    ),
    "made",
)
FRAME = pd.DataFrame(
    {"age": [60.0, None, 55.0, 70.0], "hb": [None, None, 8.0, 9.0], "hpv": ["positive", None, None, None],
     "site": ["a", "b", "b", None], "sex": ["f", "m", "m", "f"]}
)  # fmt: skip


def test_each_column_with_gaps_is_counted_and_its_rule_told():
    told = missing_values(MODEL, FRAME, 20)
    assert told[["column", "missing", "share"]].to_numpy().tolist() == [
        ["age", 1, 0.25], ["hb", 2, 0.5], ["hpv", 3, 0.75], ["site", 1, 0.25],
    ]  # fmt: skip
    assert list(told["done"]) == ["drawn 20 times from a model of the other terms", "median of the training patients",
                                  "counted as not positive", "a level of its own"]  # fmt: skip


def test_without_imputations_the_median_is_told():
    assert missing_values(MODEL, FRAME, 0)["done"][0] == "median of the training patients"


def test_what_was_drawn_is_listed_once_a_draw_and_gap(draw):
    study = draw(40, 3, (0.5,))
    values = study.encoded.values.copy()
    values[[4, 9], 1] = np.nan
    ids = [f"P{number}" for number in range(40)]
    assert drawn_values(study, ids).empty
    study = replace(study, encoded=replace(study.encoded, values=values), declared=np.ones(3, dtype=bool),
                    gaps=Gaps((1,), (0, 2), 3, 1))  # fmt: skip
    told = drawn_values(study, ids)
    assert told[["imputation", "patient_id", "term"]].to_numpy().tolist() == [
        [number, patient, "f001"] for number in (1, 2, 3) for patient in ("P4", "P9")
    ]
    assert (
        told["value"].to_numpy()[:2].tolist() == study.everybody().completed((1,))[0].columns((1,))[[4, 9], 0].tolist()
    )
