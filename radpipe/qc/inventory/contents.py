"""An inventory: cases, images, ROIs and gaps of a source as tables."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from radpipe.cohort import Cohort
from radpipe.qc.inventory.headers import image_facts
from radpipe.qc.inventory.organs import gap_table, organ_table, spelling_table
from radpipe.tables.acquisition import ACQUISITION_COLUMNS, grouped, summary

__all__ = ["Inventory", "inventory_of"]


IMAGE_COLUMNS = (*ACQUISITION_COLUMNS[:3], "files", "slices", *ACQUISITION_COLUMNS[3:])


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
        listed = ", ".join(f"{count} {name or 'of unknown modality'}" for name, count in sorted(kinds.items()))
        images = f"{len(self.images)} images ({listed or 'none'})"
        return f"{len(self.cases)} cases, {images}, {len(self.dictionary)} names of ROIs"


def inventory_of(cohort: Cohort) -> Inventory:
    """Take the inventory of a cohort: headers only, one of each image.

    Parameters
    ----------
    cohort
        As :func:`radpipe.datasets.open_cohort` gives it.
    """
    facts = [image_facts(image) for case in cohort for image in case.images]
    rows = [[row.get(name, "") for name in IMAGE_COLUMNS] for row in facts]
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
        organ_table(names),
        spelling_table(names),
        gap_table(cohort, names),
        summary(images),
        tuple(map(str, cohort.problems)),
    )
