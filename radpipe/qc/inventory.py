"""What a source holds, before anything is measured: patients, images, scanners, names of ROIs, and what is missing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from radpipe.cohort import Cohort, ImageKind, ImageRef
from radpipe.datasets.roi_dictionary import standard_name
from radpipe.errors import InputError
from radpipe.files import write_text
from radpipe.imaging.acquisition import GRID, acquisition, grid_facts
from radpipe.qc.names import common_name
from radpipe.report.blocks import Listing, Paragraph, Section, Table
from radpipe.report.plain_page import render_plain
from radpipe.tables.acquisition import ACQUISITION_COLUMNS, grouped, summary
from radpipe.tables.export import write_csv

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

__all__ = ["Inventory", "inventory_of", "write_inventory"]

IMAGE_COLUMNS = (*ACQUISITION_COLUMNS[:3], "files", "slices", *ACQUISITION_COLUMNS[3:])
ROI_COLUMNS = ("roi", "cases", "of_cases", "spellings", "tg263")
DICTIONARY_COLUMNS = ("found", "standard")
MISSING_COLUMNS = ("case_id", "what", "missing", "have_it", "of_cases")

USUAL_SHARE = 0.5
"""What at least so many cases have is missing where it is not."""


@dataclass(frozen=True, slots=True, eq=False)
class Inventory:
    """What a source holds.

    Parameters
    ----------
    dataset
        Its layout.
    cases, images, rois, dictionary, missing
        Tables: one row a case, an image, an organ, a spelling, a gap.
    acquisition
        What the cohort shares, as ``acquisition_summary.csv``.
    problems
        Sentences of the index.
    """

    dataset: str
    cases: pd.DataFrame
    images: pd.DataFrame
    rois: pd.DataFrame
    dictionary: pd.DataFrame
    missing: pd.DataFrame
    acquisition: pd.DataFrame
    problems: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Say the size of it."""
        kinds = Counter(self.images["modality"])
        told = ", ".join(f"{count} {name or 'of unknown modality'}" for name, count in sorted(kinds.items()))
        images = f"{len(self.images)} images ({told or 'none'})"
        return f"{len(self.cases)} cases, {images}, {len(self.dictionary)} names of ROIs"


def inventory_of(cohort: Cohort) -> Inventory:
    """Take the inventory of a cohort: headers only, one of each image.

    Parameters
    ----------
    cohort
        As :func:`radpipe.datasets.open_cohort` gives it.
    """
    told = [_image(image) for case in cohort for image in case.images]
    rows = [[row.get(name, "") for name in IMAGE_COLUMNS] for row in told]
    images = grouped(pd.DataFrame(rows, columns=list(IMAGE_COLUMNS), dtype=object))
    cases = pd.DataFrame(
        [
            (
                case.case_id,
                len(case.images),
                " ".join(sorted(image.modality for image in case.images)),
                len(case.rois),
                "; ".join(map(str, case.problems)),
            )
            for case in cohort
        ],
        columns=["case_id", "images", "modalities", "rois", "problems"],
    )
    names = {case.case_id: [roi.name.strip() for roi in case.rois] for case in cohort}
    return Inventory(
        cohort.dataset,
        cases,
        images[list(IMAGE_COLUMNS)],
        _rois(names),
        _dictionary(names),
        _missing(cohort, names),
        summary(images),
        tuple(map(str, cohort.problems)),
    )


def _image(image: ImageRef) -> dict[str, object]:
    told: dict[str, object] = {"case_id": image.case_id, "image_id": image.image_id, "modality": image.modality}
    told |= {"files": len(image.paths)}
    if image.kind is ImageKind.DICOM_SERIES:
        header = _header(image)
        if header is not None:
            told |= acquisition([header]) | _spacing(header)
            told["slices"] = len(image.paths)
    elif image.kind is ImageKind.ITK_FILE:
        told |= _grid_of_file(image.paths[0])
    if image.geometry is not None:
        told |= {**grid_facts(image.geometry), "slices": image.geometry.size_zyx[0]}
    return told


def _header(image: ImageRef) -> "Dataset | None":
    """Read the header in the middle of a series; None where it cannot be read, which ``check`` explains."""
    from radpipe.imaging.dicom_io import read_dicom

    path = Path(image.paths[len(image.paths) // 2])
    with suppress(InputError, OSError):
        files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
        return read_dicom(str(files[len(files) // 2]), stop_before_pixels=True) if files else None
    return None


def _spacing(header: "Dataset") -> dict[str, str]:
    """Return what the header says of the grid; the distance of slices as measured is known after reading all."""
    told = {}
    with suppress(ValueError, TypeError, IndexError):
        told[GRID[0]] = f"{float(header.PixelSpacing[1]):.6g}" if "PixelSpacing" in header else ""
        told[GRID[1]] = f"{float(header.SpacingBetweenSlices):.6g}" if header.get("SpacingBetweenSlices") else ""
    return {name: text for name, text in told.items() if text}


def _grid_of_file(path: str) -> dict[str, object]:
    import SimpleITK as sitk  # noqa: N813

    reader = sitk.ImageFileReader()
    reader.SetFileName(path)
    with suppress(RuntimeError):
        reader.ReadImageInformation()
        spacing, size = reader.GetSpacing(), reader.GetSize()
        if len(size) >= 3:
            return {GRID[0]: f"{spacing[0]:.6g}", GRID[1]: f"{spacing[2]:.6g}", "slices": size[2]}
    return {}


def _rois(names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Count cases of each organ, and its spellings."""
    cases: dict[str, set[str]] = defaultdict(set)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for case, own in names.items():
        for name in set(own):
            organ = common_name(name)
            cases[organ].add(case)
            spellings[organ][name] += 1
    rows = []
    for organ in sorted(cases, key=lambda organ: (-len(cases[organ]), organ)):
        told = "; ".join(f"{name} ({count})" for name, count in spellings[organ].most_common())
        first = spellings[organ].most_common(1)[0][0]
        suggestion = standard_name(first) or ""
        rows.append((suggestion or first, len(cases[organ]), len(names), told, suggestion))
    return pd.DataFrame(rows, columns=list(ROI_COLUMNS))


def _dictionary(names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return each spelling with TG-263's name, empty where it is not known: the start of ``--roi-dictionary FILE``."""
    found = sorted({name for own in names.values() for name in own}, key=lambda name: (name.casefold(), name))
    return pd.DataFrame([(name, standard_name(name) or "") for name in found], columns=list(DICTIONARY_COLUMNS))


def _missing(cohort: Cohort, names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Name what at least half of the cases have, where it is not."""
    organs = {case: {common_name(name) for name in own} for case, own in names.items()}
    held = {case.case_id: ({image.modality for image in case.images}, organs[case.case_id]) for case in cohort}
    rows = []
    for place, what in enumerate(("image", "ROI")):
        counts = Counter(name for own in held.values() for name in own[place])
        usual = [name for name, count in counts.items() if count >= USUAL_SHARE * len(held)]
        rows += [
            (case, what, name, counts[name], len(held))
            for case, own in held.items()
            for name in sorted(usual)
            if name not in own[place]
        ]
        rows += [(case, what, "every", 0, len(held)) for case, own in held.items() if not own[place] and not usual]
    return pd.DataFrame(rows, columns=list(MISSING_COLUMNS))


def write_inventory(found: Inventory, out: Path) -> Path:
    """Write the tables and ``inventory.html``, and return its path.

    Parameters
    ----------
    found
        What a source holds.
    out
        The folder: ``cases.csv``, ``images.csv``, ``rois.csv``, ``missing.csv``, ``acquisition_summary.csv`` and
        ``roi_dictionary.csv``, to be completed for ``--roi-dictionary``.

    Raises
    ------
    StorageError
        They could not be written.
    """
    for name in ("cases", "images", "rois", "missing"):
        write_csv(out / f"{name}.csv", getattr(found, name))
    write_csv(out / "acquisition_summary.csv", found.acquisition)
    write_csv(out / "roi_dictionary.csv", found.dictionary)
    page = out / "inventory.html"
    lead = f"{found.sentence}. Read from headers; nothing was measured. The page holds ids."
    write_text(page, render_plain("What the source holds", f"inventory · {found.dataset}", lead, _sections(found)))
    return page


def _sections(found: Inventory) -> list[Section]:
    unknown = int((found.dictionary["standard"] == "").sum())
    told = (
        f"{unknown} of {len(found.dictionary)} names are unknown to TG-263's dictionary; complete roi_dictionary.csv."
    )
    return [
        Section("images", "Images", (_images_table(found.images), *_groups(found.images))),
        Section("acquisition", "How they were acquired", (_table("", found.acquisition, words=(0, 1, 4)),)),
        Section(
            "rois",
            "ROIs",
            (Paragraph(told), _table("Organs and targets, most frequent first", found.rois, words=(0, 3, 4))),
        ),
        Section("missing", "What is missing", (_missing_table(found.missing),)),
        Section("cases", "Cases", (_table("", found.cases, words=(0, 2, 4)),)),
        Section("problems", "Problems of the index", (Listing(found.problems[:MOST_ROWS]),) if found.problems else ()),
    ]


MOST_ROWS = 500


def _table(caption: str, frame: pd.DataFrame, words: tuple[int, ...]) -> Table:
    rows = tuple(tuple(map(str, row)) for row in frame.head(MOST_ROWS).itertuples(index=False, name=None))
    note = f"and {len(frame) - MOST_ROWS} more rows in the CSV" if len(frame) > MOST_ROWS else ""
    return Table(caption, tuple(str(name).replace("_", " ") for name in frame.columns), rows, words, note)


def _images_table(images: pd.DataFrame) -> Table:
    rows = []
    for modality, part in images.groupby("modality", sort=True):
        cells = [_range(part[name]) for name in (*GRID, "SliceThickness", "slices")]
        rows.append((str(modality or "unknown"), str(part["case_id"].nunique()), str(len(part)), *cells))
    header = ("modality", "cases", "images", "pixel spacing, mm", "slice spacing, mm", "slice thickness, mm", "slices")
    return Table("By modality: median (smallest to largest)", header, tuple(rows))


def _range(cells: "pd.Series[str]") -> str:
    values = pd.to_numeric(cells, errors="coerce").dropna()
    if values.empty:
        return "not told"
    if values.min() == values.max():
        return f"{values.min():g}"
    return f"{values.median():g} ({values.min():g} to {values.max():g})"


def _groups(images: pd.DataFrame) -> tuple[Table, ...]:
    named = images[images["scanner_group"] != ""]
    if named.empty:
        return ()
    names = {
        "scanner_group": "group",
        "Manufacturer": "maker",
        "ManufacturerModelName": "model",
        "ConvolutionKernel": "kernel",
        "ReconstructionMethod": "reconstruction",
        "SliceThickness": "thickness, mm",
    }
    counts = named.groupby(list(names), sort=True).size().reset_index(name="images").rename(columns=names)
    caption = "Groups of scanners: same maker, model, kernel or reconstruction, and slice thickness"
    return (_table(caption, counts, tuple(range(5))),)


def _missing_table(missing: pd.DataFrame) -> Table | Paragraph:
    if missing.empty:
        return Paragraph("Every case has what at least half of the cases have.")
    return _table("What at least half of the cases have, where it is not", missing, words=(0, 1, 2))
