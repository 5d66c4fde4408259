"""Courses of time: halves by risk, all patients, competing events."""

from dataclasses import replace
from typing import Any

import numpy as np

from radpipe.report.drawings.courses import draw_competing, draw_course, draw_kaplan_meier


def test_halves_are_drawn_of_models_with_an_order_and_not_of_the_clinical_one(handmade: Any) -> None:
    analysis = handmade.analysis
    named = [drawn.caption.split("“")[1].split("”")[0] for drawn in draw_kaplan_meier(analysis)]
    assert named == ["volume", "radiomics", "clinical + radiomics"]
    level = replace(analysis.models[0], out_of_fold_risk=np.zeros(len(analysis.event)))
    flat = replace(analysis, models=(level, *analysis.models[1:]))
    assert [drawn.name for drawn in draw_kaplan_meier(flat)] == ["kaplan_meier_2", "kaplan_meier_3"]


def test_the_course_of_all_patients(handmade: Any) -> None:
    assert draw_course(handmade.analysis).name == "course"


def test_incidences_are_drawn_where_an_event_competes(handmade: Any, hostile: Any) -> None:
    assert draw_competing(handmade.analysis) is None
    drawn = draw_competing(hostile.analysis)
    assert drawn is not None
    assert "of local recurrence and of death, which prevents it" in drawn.caption
