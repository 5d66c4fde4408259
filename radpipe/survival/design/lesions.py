"""Patients with several ROIs: which row speaks for a patient, or what all of them make together."""

import re
from enum import StrEnum

import numpy as np
import pandas as pd

from radpipe.errors import UsageError
from radpipe.rois import matches

__all__ = ["VOLUME_COLUMNS", "Lesions", "one_row_each", "rows_of_roi"]

VOLUME_COLUMNS = (
    "original_shape_MeshVolume",
    "original_shape_VoxelVolume",
    "original_morph_volume",
    "original_morph_vol_approx",
    "diag_volume_mm3",
)
"""Columns that are taken as tumour volume, the first that there is."""


class Lesions(StrEnum):
    """What becomes of several ROIs of a patient.

    ``largest``: the row of the largest volume. ``sum``: volumes, surface areas, energies and counts of voxels are
    summed, every other feature is the mean weighted with volume. ``primary``: the ROI whose name says primary tumour
    (``GTV-1``, ``GTVp``, ``GTV-T``, ``GTV``, or with the word primary).
    """

    LARGEST = "largest"
    SUM = "sum"
    PRIMARY = "primary"


_PRIMARY = re.compile(r"gtv[\s_-]*(0*1|p|t|prim\w*|tumou?r)?([\s_-]*(ct|pet|mr))?|.*primary.*", re.IGNORECASE)
_SUMMED = re.compile(
    r".*_(MeshVolume|VoxelVolume|SurfaceArea|Energy|TotalEnergy|morph_volume|morph_vol_approx|morph_area_mesh)$"
    r"|diag_volume_mm3|diag_voxels.*"
)


def rows_of_roi(frame: pd.DataFrame, roi: str | None, lesions: Lesions | None) -> tuple[pd.DataFrame, str]:
    """Return the rows of the ROIs asked for, and a name for them.

    Parameters
    ----------
    frame
        Feature table.
    roi
        A name, a glob such as ``GTV-*`` or ``re:`` and an expression; None takes all there are.
    lesions
        Needed where a patient may have several.

    Raises
    ------
    UsageError
        No row has such a ROI; several do, and ``lesions`` does not tell what to make of them.
    """
    if "roi" not in frame.columns:
        return frame, roi or ""
    names = [str(name) for name in frame["roi"].dropna().unique() if str(name)]
    wanted = names if roi is None else [name for name in names if matches(roi, name)]
    if not wanted and names:
        message = f"no row of ROI {roi!r} in the feature table; it has {', '.join(names[:8])}"
        raise UsageError(message)
    if len({name.casefold() for name in wanted}) > 1 and lesions is None:
        sentence = f"the feature table has {len(wanted)} ROIs ({', '.join(wanted[:8])}); choose one with --roi"
        message = f"{sentence}, or tell what several are with --lesions largest, sum or primary"
        raise UsageError(message)
    rows = frame if roi is None else frame[frame["roi"].astype(str).isin(wanted)]
    if lesions is not None and len(wanted) > 1:
        return rows, f"{roi or ', '.join(wanted[:3]) + (' ...' if len(wanted) > 3 else '')} ({lesions})"
    return rows, wanted[0] if wanted else ""


def one_row_each(rows: pd.DataFrame, roi: str, lesions: Lesions | None) -> pd.DataFrame:
    """Return one row per patient, indexed by patient.

    Parameters
    ----------
    rows
        Measured rows, column ``case_id``.
    roi
        Their ROI, for messages.
    lesions
        What becomes of several ROIs of a patient; None refuses them.

    Raises
    ------
    UsageError
        A patient has several rows of one ROI, or several ROIs that ``lesions`` cannot make one of.
    """
    keys = ["case_id"] if lesions is None or "roi" not in rows else ["case_id", "roi"]
    _refuse_twins(rows, keys, roi)
    if lesions is None or "roi" not in rows or not len(rows):
        return rows.set_index("case_id")
    if lesions is Lesions.PRIMARY:
        return _primary(rows)
    volume = next((name for name in VOLUME_COLUMNS if name in rows.columns), None)
    if volume is None or rows[volume].isna().any():
        which = "no column of volume" if volume is None else f"{volume} is missing in some rows"
        message = f"--lesions {lesions} needs volumes: {which}; looked for {', '.join(VOLUME_COLUMNS)}"
        raise UsageError(message)
    if lesions is Lesions.LARGEST:
        place = rows.reset_index(drop=True).sort_values([volume, "roi"], ascending=[False, True]).index
        return rows.iloc[place].drop_duplicates("case_id").sort_index().set_index("case_id")
    return _sum(rows, volume)


def _refuse_twins(rows: pd.DataFrame, keys: list[str], roi: str) -> None:
    """Refuse a patient with several rows, and name what tells them apart."""
    twice = rows.duplicated(keys, keep=False)
    if not twice.any():
        return
    varying = [
        f"{name} ({', '.join(map(str, rows.loc[twice, name].unique()[:4]))})"
        for name in ("modality", "image_id", "config")
        if name in rows and rows.loc[twice].groupby("case_id")[name].nunique().gt(1).any()
    ]
    who = ", ".join(rows.loc[twice, "case_id"].unique()[:5])
    apart = f"; they differ in {', '.join(varying)}" if varying else ""
    message = (
        f"patient {who} has more than one row of ROI {roi or '(none)'}{apart}: extract one image and one "
        "configuration, or keep one row per patient"
    )
    raise UsageError(message)


def _primary(rows: pd.DataFrame) -> pd.DataFrame:
    called = rows["roi"].astype(str).map(lambda name: _PRIMARY.fullmatch(name.strip()) is not None)
    counts = called.groupby(rows["case_id"], sort=False).sum()
    if (counts > 1).any():
        patient = str(counts.index[counts > 1][0])
        names = ", ".join(rows.loc[called & (rows["case_id"] == patient), "roi"])
        message = f"--lesions primary: patient {patient} has several such ROIs ({names}); name one with --roi"
        raise UsageError(message)
    if not (counts == 1).any():
        message = (
            f"--lesions primary: no ROI is named as a primary tumour; there are {', '.join(rows['roi'].unique()[:8])}"
        )
        raise UsageError(message)
    return rows[called].set_index("case_id")


def _sum(rows: pd.DataFrame, volume: str) -> pd.DataFrame:
    """Sum what adds up, and weight everything else with volume; a value missing in one lesion is missing."""
    numeric = [str(name) for name in rows.select_dtypes(include="number").columns]
    patients = rows["case_id"]
    values = rows[numeric].astype("float64")
    totals = values.groupby(patients, sort=False).sum(min_count=1).where(values.groupby(patients).count().eq(
        patients.value_counts(), axis=0))  # fmt: skip
    weights = values[volume]
    weighted = values.mul(weights, axis=0).groupby(patients, sort=False).sum(min_count=1)
    means = weighted.div(weights.groupby(patients, sort=False).sum(), axis=0).where(totals.notna(), np.nan)
    summed = rows.drop_duplicates("case_id").set_index("case_id")
    for name in numeric:
        summed[name] = (totals if _SUMMED.fullmatch(name) else means)[name].reindex(summed.index)
    return summed
