"""Options for tables of a clinic: they reach the analysis, and a table that does not fit is one sentence."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import RadpipeError

N = 40


def tables(folder: Path) -> None:
    """A cohort in which everybody died, written as a German hospital's Excel would, two lesions a patient."""
    random = np.random.default_rng(4)
    ids = [f"{number:04d}" for number in range(1, N + 1)]
    volume = np.exp(random.normal(9, 0.7, N))
    days = np.ceil(random.exponential(900, N) / (volume / np.exp(9)))
    first = pd.DataFrame({"case_id": ids, "roi": "GTV-1", "status": "ok", "diag_volume_mm3": volume})
    first["original_firstorder_Entropy"] = random.normal(size=N)
    second = first.assign(roi="GTV-2", diag_volume_mm3=volume / 3)
    pd.concat([first, second]).to_csv(folder / "features.csv", index=False)
    clinical = pd.DataFrame({"Fallnummer": ids, "Alter": random.normal(60, 8, N).round(1), "Status": "verstorben"})
    clinical["Beginn"] = "01.02.2015"
    clinical["Ende"] = [(pd.Timestamp("2015-02-01") + pd.Timedelta(days=int(one))).strftime("%d.%m.%Y") for one in days]
    clinical.to_csv(folder / "clinical.csv", sep=";", decimal=",", index=False, encoding="cp1252")
    (folder / "model.yaml").write_text("columns: {Alter: {kind: numeric, unit: 10}}")


WORDS = [
    *("--dataset", "generic", "--id", "Fallnummer", "--endpoint", "tod", "--event", "Status"),
    *("--event-value", "verstorben", "--start", "Beginn", "--end", "Ende", "--roi", "GTV-*", "--lesions", "sum"),
    *("--volume-column", "diag_volume_mm3", "--repeats", "1", "--folds", "3", "--bootstraps", "1"),
    *("--permutations", "0", "--seeds", "0"),
]


def run(folder: Path, *words: str) -> object:
    given = ["survival", str(folder / "features.csv"), "--clinical", str(folder / "clinical.csv"), "-o"]
    return CliRunner().invoke(
        app, [*given, str(folder / "out"), "--clinical-model", str(folder / "model.yaml"), *words]
    )


def test_a_german_table_of_dates_with_two_lesions_is_analysed(tmp_path: Path) -> None:
    tables(tmp_path)
    result = run(tmp_path, *WORDS)
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]
    written = pd.read_csv(tmp_path / "out" / "analysis.csv", dtype={"patient_id": str})
    assert len(written) == N
    assert written["patient_id"].iloc[0] == "0001"
    features = pd.read_csv(tmp_path / "features.csv", dtype={"case_id": str})
    total = features.groupby("case_id")["diag_volume_mm3"].sum()
    assert np.allclose(written["diag_volume_mm3"], total[written["patient_id"]].to_numpy())
    assert written["outcome_event"].eq(1).all()


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ("--id", "no patient id column"),
        ("--event-value", "Status is 'verstorben'"),
        ("--end", "dates need both"),
        ("--lesions", "tell what several are with --lesions"),
    ],
)
def test_without_an_option_the_sentence_names_it(tmp_path: Path, left_out: str, told: str) -> None:
    tables(tmp_path)
    place = WORDS.index(left_out)
    result = run(tmp_path, *WORDS[:place], *WORDS[place + 2 :])
    assert isinstance(result.exception, RadpipeError)  # type: ignore[attr-defined]
    assert told in str(result.exception)  # type: ignore[attr-defined]
    assert not (tmp_path / "out").exists()
