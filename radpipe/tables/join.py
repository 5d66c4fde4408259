"""Rows joined: one row per patient over modalities, ROIs and settings, with columns whose names say which."""

from collections.abc import Sequence

import pandas as pd

from radpipe.errors import NothingUsableError, UsageError
from radpipe.modalities import modality_of
from radpipe.tables.features import FIRST_COLUMNS

__all__ = ["joined"]


def joined(tables: Sequence[pd.DataFrame], *, rois: Sequence[str] = (), modalities: Sequence[str] = ()) -> pd.DataFrame:
    """Join feature tables to one row per patient.

    Parameters
    ----------
    tables
        Feature tables as :func:`radpipe.read_features` gives them.
    rois
        Names of the ROIs to join (any case); none joins all.
    modalities
        Modalities to join; none joins all.

    Returns
    -------
    pandas.DataFrame
        The first columns of a feature table, then ``MODALITY.ROI.FEATURE``, or ``MODALITY.ROI.CONFIG.FEATURE`` where a
        ROI was measured with several settings. A patient is ``ok`` who has every part; the others are ``failed``, with
        the code of the first part that is missing, all missing parts in the message, and the values that there are.

    Raises
    ------
    UsageError
        A patient has two rows of one part (two CTs, say): which one counts cannot be known.
    NothingUsableError
        No row is of these ROIs and modalities.
    """
    rows = pd.concat(tables, ignore_index=True)
    if rois:
        rows = rows[rows["roi"].str.casefold().isin([roi.strip().casefold() for roi in rois])]
    if modalities:
        rows = rows[rows["modality"].isin([modality_of(word) for word in modalities])]
    rows = rows[(rows["roi"] != "") & (rows["modality"] != "")]
    measured = rows[rows["status"] == "ok"]
    if measured.empty:
        message = "no measured row is of these ROIs and modalities; radpipe status and failures.csv tell what there is"
        raise NothingUsableError(message)
    measured = measured.assign(part=_parts(measured))
    _refuse_two_rows(measured)
    parts = list(dict.fromkeys(measured["part"]))
    blocks = [_block(measured[measured["part"] == part].set_index("case_id"), part) for part in parts]
    patients = list(dict.fromkeys(pd.concat(tables, ignore_index=True)["case_id"]))
    values = pd.concat(blocks, axis=1).reindex(patients)
    first = [_first(patient, parts, measured, rows) for patient in patients]
    return pd.concat([pd.DataFrame(first, columns=list(FIRST_COLUMNS)), values.reset_index(drop=True)], axis=1)


def _parts(rows: pd.DataFrame) -> list[str]:
    """Name the part of each row; settings belong to the name where one ROI has several."""
    configs = rows.groupby(["modality", "roi"])["config"].nunique()
    several = {key for key, count in configs.items() if count > 1}
    return [
        ".".join((modality, roi, config) if (modality, roi) in several else (modality, roi))
        for modality, roi, config in zip(rows["modality"], rows["roi"], rows["config"], strict=True)
    ]


def _refuse_two_rows(rows: pd.DataFrame) -> None:
    twice = rows[rows.duplicated(["case_id", "part"], keep=False)]
    if twice.empty:
        return
    case, part = twice.iloc[0]["case_id"], twice.iloc[0]["part"]
    images = ", ".join(twice[(twice["case_id"] == case) & (twice["part"] == part)]["image_id"])
    message = (
        f"{case} has several rows of {part} (images {images}), and {twice['case_id'].nunique()} patients have such; "
        "measure one image of each, or join the tables of separate runs"
    )
    raise UsageError(message)


def _block(rows: pd.DataFrame, part: str) -> pd.DataFrame:
    names = [name for name in rows.columns if name not in (*FIRST_COLUMNS, "part") and not name.startswith("diag_")]
    return rows[names].dropna(axis=1, how="all").add_prefix(f"{part}.")


def _first(patient: str, parts: Sequence[str], measured: pd.DataFrame, rows: pd.DataFrame) -> tuple[str, ...]:
    own = measured[measured["case_id"] == patient]
    gone = [part for part in parts if part not in set(own["part"])]
    keys = ("+".join(sorted(set(column))) for column in (own["image_id"], own["modality"], own["roi"], own["config"]))
    if not gone:
        return (patient, *keys, "ok", "", "", "; ".join(word for word in own["warnings"] if word))
    codes = [code for code in rows[(rows["case_id"] == patient) & (rows["status"] != "ok")]["code"] if code]
    return (patient, *keys, "failed", codes[0] if codes else "E_NO_IMAGE", f"missing: {', '.join(gone)}", "")
