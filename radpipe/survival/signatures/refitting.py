"""Making a signature by the recipe of Aerts 2014."""

from pathlib import Path

import numpy as np
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.patients import Patients
from radpipe.survival.procedure.screening import group_of, screen
from radpipe.survival.signatures.signature import Signature, Term
from radpipe.survival.statistics.cox import RiskSets, fit_cox

__all__ = ["read_stability", "refit"]


def read_stability(path: str | Path) -> pd.Series:
    """Read a table of stability: columns ``feature`` and ``icc``.

    Raises
    ------
    UsageError
        The file or a column does not exist.
    """
    source = Path(path)
    if not source.is_file():
        message = f"the table of stability {source} does not exist"
        raise UsageError(message)
    table = pd.read_csv(source)
    if not {"feature", "icc"} <= set(table.columns):
        message = f"{source.name} needs the columns feature and icc; it has {', '.join(map(str, table.columns))}"
        raise UsageError(message)
    return table.set_index("feature")["icc"].astype("float64")


def refit(patients: Patients, *, name: str, volume: str, stable: pd.Series | None = None, keep: int = 100) -> Signature:
    """Make a signature by the recipe of Aerts 2014: stable features, the best of each group, Cox, median threshold.

    Parameters
    ----------
    patients
        The training patients.
    name
        Of the signature.
    volume
        Column of tumour volume.
    stable
        Intraclass correlation (or another measure of stability) by feature; the ``keep`` highest are candidates. None
        takes all features.
    keep
        How many stable features are candidates.

    Raises
    ------
    UsageError
        No feature is left, or Cox's model has no estimate.

    References
    ----------
    Aerts HJWL et al. Nat Commun 2014;5:4006, doi 10.1038/ncomms5006.
    """
    features = patients.features
    if stable is not None:
        known = stable.reindex(features.columns).dropna().sort_values(ascending=False, kind="stable")
        features = features[list(known.index[:keep])]
        if volume not in features:
            features = features.assign(**{volume: patients.features[volume]})
    table = screen(features, patients.endpoint, volume).dropna(subset=["c_index"])
    table = table[table["feature"].map(lambda one: features[one].notna().all())]
    if table.empty:
        message = "no feature is left to choose from: all are constant or missing in some patients"
        raise UsageError(message)
    strength = (table["c_index"] - 0.5).abs()
    table = table.assign(strength=strength).sort_values("strength", ascending=False, kind="stable")
    best = [str(name) for name in table.drop_duplicates("group").sort_values("group")["feature"]]
    values = features[best].to_numpy(dtype=np.float64)
    spread = values.std(axis=0, ddof=1)
    fit = fit_cox(
        RiskSets.of(patients.endpoint.time_days, patients.endpoint.event), (values - values.mean(axis=0)) / spread
    )
    if not fit.settled:
        message = f"Cox's model has no estimate for {', '.join(best)}: collinear or separating features"
        raise UsageError(message)
    weights = fit.coefficients / spread
    extraction = {key: value for key, value in patients.extraction.items() if key in ("config", "modality")}
    spacing = {key: float(value) for key, value in patients.extraction.items() if key.startswith("measured_spacing")}
    return Signature(
        name,
        f"best feature of each group ({', '.join(map(group_of, best))}) by the recipe of Aerts 2014",
        f"fitted to {len(patients)} patients, {int(patients.endpoint.event.sum())} events of {patients.endpoint.name}",
        tuple(Term(name, float(weight)) for name, weight in zip(best, weights, strict=True)),
        float(np.median(values @ weights)),
        {**extraction, **spacing},
        ("made and judged on the same patients its C is too high: apply it to others",),
    )
