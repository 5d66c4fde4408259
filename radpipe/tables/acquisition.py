"""``OUT/tables/acquisition.csv``: how each measured image was acquired, and what of it the cohort shares."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radpipe.imaging.acquisition import CONTRAST, GRID, NUMBERS, TEXTS, TRACER
from radpipe.outcome import Outcome
from radpipe.store.spool import Spool, spool
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
    """Gathers the images while the tables are written; see :meth:`gathered_in`.

    Parameters
    ----------
    rows
        Where they are put.
    """

    def __init__(self, rows: Spool) -> None:
        self._rows = rows
        self._latest = ("", "")

    @classmethod
    @contextmanager
    def gathered_in(cls, folder: Path) -> "Iterator[AcquisitionRows]":
        """Gather images in a temporary file of a folder.

        Parameters
        ----------
        folder
            Of the tables.

        Raises
        ------
        StorageError
            The disk is full, or the folder cannot be written.
        """
        import pyarrow as pa

        with spool(folder, pa.schema([(name, pa.string()) for name in ACQUISITION_COLUMNS])) as rows:
            yield cls(rows)

    def add(self, outcome: Outcome) -> None:
        """Take a row; the first row of an image that was measured has what is known of it."""
        tags = outcome.qc.get("acquisition")
        image = (outcome.case_id, outcome.image_id)
        if isinstance(tags, dict) and image != self._latest:
            self._latest = image
            known = {"case_id": outcome.case_id, "image_id": outcome.image_id, "modality": outcome.modality, **tags}
            self._rows.add([str(known.get(name, "")) for name in ACQUISITION_COLUMNS])

    def frame(self) -> pd.DataFrame:
        """Return the rows, columns ``ACQUISITION_COLUMNS``, all text; groups are not yet told.

        A word that several images have is in memory once.
        """
        import pyarrow as pa

        cells = (self._rows.blocks((name,)) for name in ("case_id", "image_id"))
        case, image = (pa.concat_tables(list(blocks)).column(0).to_pandas() for blocks in cells)
        first = ~pd.DataFrame({"case_id": case, "image_id": image}, copy=False).duplicated().to_numpy()
        columns = {}
        for name in ACQUISITION_COLUMNS:
            chunks = [chunk for block in self._rows.blocks((name,)) for chunk in block.column(0).chunks]
            words = pa.concat_arrays(chunks).filter(pa.array(first)).dictionary_encode()
            columns[name] = words.dictionary.to_numpy(zero_copy_only=False)[words.indices.to_numpy()]
        return pd.DataFrame(columns, copy=False)

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
    return _with(frame, columns)


def _with(frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Put columns in the place of others; the rest is shared, not copied."""
    filled = frame.copy(deep=False)
    for name, cells in columns.items():
        filled[name] = cells
    return filled


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
    return _with(frame, {"scanner_group": [names.get(key, "") for key in keys]})


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
    for modality in sorted(frame["modality"].unique()):
        own = (frame["modality"] == modality).to_numpy()
        images = int(np.count_nonzero(own))
        for name in ACQUISITION_COLUMNS[len(KEYS) - 1 :]:
            known = [text for text in frame[name].to_numpy()[own] if text]
            if known:
                rows.append((modality, name, images, images - len(known), _told(name, known)))
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def _told(name: str, known: Sequence[str]) -> str:
    values = pd.to_numeric(pd.Series(known), errors="coerce").to_numpy(dtype=np.float64)
    if name in (*NUMBERS, *TRACER, *GRID) and np.isfinite(values).all() and len(set(known)) > 1:
        return f"median {np.median(values):g}, {values.min():g} to {values.max():g}"
    counts = Counter(known).most_common()
    return "; ".join(f"{text} ({count})" for text, count in counts)
