"""What the columns of the tables of perturbed states are."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["ROBUSTNESS_FILES", "robustness_dictionary"]

ROBUSTNESS_FILES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "robustness.csv": {
        "config": ("", "name of the settings"),
        "perturbations": ("", "letters: N noise, T translation, R rotation, V volume, C contour"),
        "states": ("states", "of each image that were asked for"),
        "modality": ("", "DICOM modality: CT, PT, MR ..."),
        "roi": ("", "name of the region of interest"),
        "feature": ("", "column of the feature table"),
        "icc": ("", "ICC(1,1) over states: one-way random effects, single measurement; the image as it is is no state"),
        "icc_low": ("", "95 % interval of icc, lower end"),
        "icc_high": ("", "95 % interval of icc, upper end"),
        "patients": ("images", "with a state that has the feature"),
        "repeats": ("states", "of an image; k0 where some failed"),
        "within_sd": ("of the feature", "standard deviation within an image"),
        "repeatability": ("of the feature", "2.77 within_sd: two states of one image differ by less in 95 % of pairs"),
        "robust_0.75": ("", "icc_low is at least 0.75, radpipe's advice"),
        "robust_0.90": ("", "icc_low is at least 0.90"),
    },
    "perturbed.parquet": {
        "diag_perturbation": ("", "letters of the state"),
        "diag_state": ("", "number of the state, from 1"),
        "diag_noise_sd": ("image", "N: standard deviation of the noise that was added"),
        "diag_volume_change": ("share", "V: what was added to the volume, negative where it was taken off"),
        "diag_contour_mm": ("mm", "C: root mean square shift of the surface along each axis"),
        "diag_contour_by": (
            "",
            "C: supervoxels where the contour was drawn of these, else empty",
        ),
        "diag_angle_degrees": ("degrees", "R: turn about the slice axis"),
        "diag_shift_x": ("voxels", "T: of the resampling grid along its x, in new voxels"),
        "diag_shift_y": ("voxels", "T: along y"),
        "diag_shift_z": ("voxels", "T: along z"),
    },
}
"""File -> column -> unit and meaning; of perturbed.parquet what the table of features has not."""


def robustness_dictionary() -> pd.DataFrame:
    """Return one row for each column: file, column, unit, meaning."""
    rows = [(file, name, *told) for file, columns in ROBUSTNESS_FILES.items() for name, told in columns.items()]
    return pd.DataFrame(rows, columns=["file", "column", "unit", "meaning"])
