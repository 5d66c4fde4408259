"""``OUT/tables/acquisition.csv``: how each measured image was acquired, and what of it the cohort shares."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from radpipe.imaging.acquisition import CONTRAST, GRID, NUMBERS, TEXTS, TRACER
from radpipe.outcome import Outcome
from radpipe.tables.export import write_csv

__all__ = ["ACQUISITION_COLUMNS", "SUMMARY_COLUMNS", "AcquisitionRows", "grouped", "pooled", "summary"]

KEYS = ("case_id", "image_id", "modality", "scanner_group")

ACQUISITION_COLUMNS = (*KEYS, *TEXTS, CONTRAST, *NUMBERS, *TRACER, *GRID)
"""Columns: keys, then keywords of DICOM, and ``UptakeMinutes``; missing is empty. Numbers in DICOM's units."""

SUMMARY_COLUMNS = ("modality", "keyword", "images", "missing", "told")
"""Columns of ``acquisition_summary.csv``."""

_GROUPED = ("Manufacturer", "ManufacturerModelName", "ConvolutionKernel", "ReconstructionMethod")

_POOLED = (*TEXTS, "Radiopharmaceutical", "KVP", "MagneticFieldStrength", "SliceThickness")

FEWEST_PATIENTS = 5
"""Of a private run, values that fewer patients have are pooled: a rare scanner points to a hospital."""

POOLED = "(fewer than 5 patients)"


class AcquisitionRows:
    """Gathers the images while the tables are written."""

    def __init__(self) -> None:
        self._images: dict[tuple[str, str], tuple[str, Mapping[str, str]]] = {}

    def add(self, outcome: Outcome) -> None:
        """Take a row; the first row of an image that was measured has what is known of it."""
        told = outcome.qc.get("acquisition")
        if isinstance(told, dict):
            self._images.setdefault((outcome.case_id, outcome.image_id), (outcome.modality, told))

    def frame(self) -> pd.DataFrame:
        """Return the rows, columns ``ACQUISITION_COLUMNS``, all text; groups are not yet told."""
        rows = []
        for (case, image), (modality, told) in self._images.items():
            known = {"case_id": case, "image_id": image, "modality": modality, **told}
            rows.append([known.get(name, "") for name in ACQUISITION_COLUMNS])
        return pd.DataFrame(rows, columns=list(ACQUISITION_COLUMNS), dtype=object)

    def write(self, out: Path, *, private: bool = False) -> None:
        """Write both tables.

        Parameters
        ----------
        out
            The output folder.
        private
            Pool what fewer than ``FEWEST_PATIENTS`` patients have.

        Raises
        ------
        StorageError
            They could not be written.
        """
        frame = grouped(pooled(self.frame()) if private else self.frame())
        write_csv(out / "tables" / "acquisition.csv", frame)
        write_csv(out / "tables" / "acquisition_summary.csv", summary(frame))


def pooled(frame: pd.DataFrame) -> pd.DataFrame:
    """Replace words, and numbers that name a scanner, that fewer than ``FEWEST_PATIENTS`` patients have."""
    columns = {}
    for name in _POOLED:
        patients = frame.groupby(["modality", name])["case_id"].transform("nunique")
        columns[name] = frame[name].where((patients >= FEWEST_PATIENTS) | (frame[name] == ""), POOLED)
    return frame.assign(**columns)


def grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """Name groups of images with the same maker, model, kernel or reconstruction, and slice thickness.

    Parameters
    ----------
    frame
        Columns ``ACQUISITION_COLUMNS``.

    Returns
    -------
    pandas.DataFrame
        With ``scanner_group``: ``CT 1`` is the largest of CT, ``CT 2`` the next; empty where the header tells nothing.
    """
    thickness = frame["SliceThickness"].map(_rounded)
    keys = list(zip(frame["modality"], *(frame[name] for name in _GROUPED), thickness, strict=True))
    counts = Counter(key for key in keys if any(key[1:]))
    names: dict[tuple[str, ...], str] = {}
    numbers: Counter[str] = Counter()
    for key, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        numbers[key[0]] += 1
        names[key] = f"{key[0]} {numbers[key[0]]}"
    return frame.assign(scanner_group=[names.get(key, "") for key in keys])


def _rounded(text: str) -> str:
    """Round mm to hundredths, as 3.26995 and 3.27 are one slice thickness."""
    number = pd.to_numeric(text, errors="coerce")
    return text if pd.isna(number) else f"{number:.2f}"


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Tell each keyword over the images of a modality: median and range of numbers, counts of words, how many lack it.

    Parameters
    ----------
    frame
        Columns ``ACQUISITION_COLUMNS``, with groups.

    Returns
    -------
    pandas.DataFrame
        Columns ``SUMMARY_COLUMNS``; keywords that no image of a modality has are left out.
    """
    rows = []
    for modality, part in frame.groupby("modality", sort=True):
        for name in ACQUISITION_COLUMNS[len(KEYS) - 1 :]:
            known = [text for text in part[name] if text]
            if known:
                rows.append((modality, name, len(part), len(part) - len(known), _told(name, known)))
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def _told(name: str, known: Sequence[str]) -> str:
    values = pd.to_numeric(pd.Series(known), errors="coerce").to_numpy(dtype=np.float64)
    if name in (*NUMBERS, *TRACER, *GRID) and np.isfinite(values).all() and len(set(known)) > 1:
        return f"median {np.median(values):g}, {values.min():g} to {values.max():g}"
    counts = Counter(known).most_common()
    return "; ".join(f"{text} ({count})" for text, count in counts)
