"""The statistician's pack: every number of an analysis as a table, a codebook, and an R script that checks the fits."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pandas as pd

from radpipe.files import write_text
from radpipe.report.codebook import codebook
from radpipe.report.folder import staged
from radpipe.report.pack_tables import pack_tables
from radpipe.report.patient_table import PatientTable
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.tables.export import write_csv

__all__ = ["write_pack"]


def write_pack(
    analysis: SurvivalAnalysis,
    patients: PatientTable,
    out: str | Path,
    *,
    dictionary: Mapping[str, str] | None = None,
    more: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write the pack into a folder, whole or not at all.

    Parameters
    ----------
    analysis, patients
        Of the same patients.
    out
        The folder; made if absent, files of the same names are replaced.
    dictionary
        Clinical column -> meaning, for the codebook.
    more
        File name -> table, of what was asked beside the analysis; the codebook tells of them too.

    Returns
    -------
    Path
        The folder: ``analysis.csv``, ``codebook.csv``, ``screening.csv``, ``models.csv``, ``comparisons.csv``,
        ``coefficients.csv``, ``terms.csv``, ``calibration.csv``, ``selection.csv``, ``flow.csv``, ``risk_scores.csv``,
        ``out_of_fold.csv``, ``decision_curve.csv``, ``baseline.csv``, ``groups.csv``, ``kaplan_meier.csv``,
        ``proportional_hazards.csv``, ``observed_risk.csv``, ``multiverse.csv``, ``sample_size.csv``,
        ``bootstrap.csv``, with a self-test ``self_test.csv``, with a competing
        event ``competing_risks.csv``, ``competing_horizons.csv``,
        ``cause_specific.csv`` and ``subdistribution.csv``, ``settings.json``, and ``refit.R``.

    Raises
    ------
    StorageError
        The folder cannot be written.

    Notes
    -----
    An endpoint with too few events for a model has no table of models, and no ``refit.R``.
    Words that a spreadsheet would take for a formula get an apostrophe in front.
    """
    out = Path(out)
    tables = pack_tables(analysis, patients) | dict(more or {})
    tables["codebook.csv"] = codebook(tables, analysis, patients, dictionary or {})
    settings = {
        "endpoint": analysis.endpoint,
        "origin": analysis.origin,
        "roi": patients.roi,
        "seed": analysis.seed,
        "settings": dict(analysis.settings),
        "extraction": dict(patients.extraction),
        "versions": dict(analysis.versions),
    }
    with staged(out) as folder:
        for name, table in tables.items():
            write_csv(folder / name, as_words(table))
        write_text(folder / "settings.json", json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
        if analysis.models:
            script = files("radpipe.report").joinpath("templates", "refit.R").read_text(encoding="utf-8")
            write_text(folder / "refit.R", script)
    return out


def as_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with words of every kind as plain objects, and names guarded too, ready for ``write_csv``."""
    words = [place for place, kind in enumerate(table.dtypes) if not pd.api.types.is_numeric_dtype(kind)]
    columns = [
        table.iloc[:, place].astype(object) if place in set(words) else table.iloc[:, place]
        for place in range(table.shape[1])
    ]
    plain = pd.concat(columns, axis=1) if columns else table
    return plain.set_axis([_guarded_name(str(name)) for name in table.columns], axis=1)


def _guarded_name(name: str) -> str:
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
