"""Sections on terms: hazard ratios for units, names in words, causes with both models, late deaths told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from radpipe.report.blocks import Paragraph, Section, Table
from radpipe.report.term_sections import coefficients, competing


def table_of(section: Section, caption: str) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table) and block.caption.startswith(caption))


def test_ratios_are_those_of_the_unit_that_stands_beside_them(handmade: Any) -> None:
    model = handmade.analysis.model("clinical")
    told = model.coefficients.assign(unit="10 more", unit_ratio=2.5, unit_low=1.5, unit_high=np.nan)
    told.loc[0, ["unit_ratio", "unit_low", "unit_high"]] = [0.18, 0.06, 0.5]
    models = tuple(replace(one, coefficients=told) if one is model else one for one in handmade.analysis.models)
    rows = table_of(coefficients(replace(handmade.analysis, models=models)), "clinical: coefficients").rows
    assert rows[0][0] == "T stage [clin_t]"
    assert rows[0][2:4] == ("0.18 (0.06 to 0.50)", "10 more")
    assert rows[1][2] == "2.50"


def test_causes_stand_beside_fine_and_gray_and_late_deaths_are_told(make: Callable[..., Any]) -> None:
    analysis = make(competing=True).analysis
    found = replace(analysis.competing, late_deaths=3, sensitivity={2.0: 0.2, 5.0: 0.31})
    found = replace(found, subdistribution=pd.DataFrame(found.subdistribution.assign(mended=True)))
    section = competing(analysis, found)
    rows = table_of(section, "Models of each cause").rows
    assert list(dict.fromkeys(row[0] for row in rows)) == [
        "local recurrence, cause-specific", "death, cause-specific", "local recurrence, Fine and Gray",
    ]  # fmt: skip
    assert "Firth" in table_of(section, "Models of each cause").note
    told = " ".join(block.text for block in section.blocks if isinstance(block, Paragraph))
    assert "3 patients counted as censored died within half a year" in told
    assert "20 % until 2 years and 31 % until 5 years" in told
