"""What stands in the tables on other scanners, other contours, controls and another cohort: file, column, meaning."""

from collections.abc import Mapping

__all__ = ["FILES", "HORIZONS", "TRIAL_COLUMNS"]

Columns = Mapping[str, tuple[str, str]]
"""Column -> unit and meaning."""


def _interval(name: str, low: str, high: str, unit: str = "") -> Columns:
    return {low: (unit, f"95 % interval of {name}, lower end"), high: (unit, f"95 % interval of {name}, upper end")}


_MODEL: Columns = {"model": ("", "name of the model")}
_PAIRED: Columns = {
    "low": ("", "95 % interval of difference, lower end; over folds and repeats, paired"),
    "high": ("", "95 % interval of difference, upper end"),
}

_ROBUSTNESS: Mapping[str, tuple[str, Columns]] = {
    "robust_features.csv": ("agreement of each feature over perturbed states", {
        "feature": ("", "column of the feature table"),
        "icc_raw": ("", "ICC(1,1) over the states of all patients, as measured"),
        "low_raw": ("", "95 % interval of icc_raw, lower end"),
        "icc": ("", "ICC(1,1) on the scale that the model sees: after logarithms and harmonisation; mean of the "
                "training folds"),
        "low": ("", "95 % interval of icc, lower end; mean of the training folds"),
        "kept": ("", "share of training folds in which the feature passed the filter"),
    }),
    "robust_models.csv": ("what another scan or contour does to each model, with the filter and without", {
        **_MODEL,
        "filter": ("", "which features were offered: robust features, or all features"),
        "c": ("", "Harrell's C of the image as it is, held-out folds"),
        **_interval("c", "c_low", "c_high"),
        "c_states": ("", "the same models applied to the states of their held-out patients: mean C over states"),
        "c_least": ("", "least C of a state"),
        "c_most": ("", "greatest C of a state"),
        "risk_icc": ("", "ICC(1,1) of the held-out risk over states: would another scan tell another risk?"),
        **_interval("risk_icc", "risk_low", "risk_high"),
        "repeats": ("states", "of a patient; k0 where some failed"),
    }),
    "robust_differences.csv": ("what the filter does to C", {
        **_MODEL, "difference": ("", "C with the filter minus C without, held-out folds"), **_PAIRED,
    }),
}  # fmt: skip

_BATCHES: Mapping[str, tuple[str, Columns]] = {
    "harmonisation.csv": ("C with and without harmonisation", {
        **_MODEL,
        "c_with": ("", "Harrell's C, features harmonised inside the folds"),
        **_interval("c_with", "with_low", "with_high"),
        "c_without": ("", "Harrell's C, features as measured"),
        **_interval("c_without", "without_low", "without_high"),
        "difference": ("", "c_with minus c_without"),
        **_PAIRED,
    }),
    "batches.csv": ("scanners or centres", {
        "batch": ("", "value of the column of batches; `not known` where it is empty"),
        "patients": ("patients", "how many"),
        "harmonised": ("", "False: too few patients, or not known; their values stay as measured"),
    }),
    "batches_told.csv": ("can the batch be told from features of patients not seen?", {
        "features": ("", "as measured, or harmonised by what was learnt from the training patients"),
        "auc": ("", "area under the curve of telling the batch; 0.5 not at all, well below over-corrected"),
        "differing_share": ("", "share of features that differ between batches (Kruskal-Wallis, FDR 5 %)"),
    }),
    "case_mix.csv": ("do batches differ in outcome and clinical columns?", {
        "beside": ("", "the outcome, or a clinical column"),
        "test": ("", "which"),
        "p": ("", "small: harmonising may take signal away, and not harmonising keeps a confounder"),
    }),
    "batch_left_out.csv": ("each batch left out once: the model made from all others, judged on it", {
        "batch": ("", "left out"),
        "patients": ("patients", "of this batch"),
        "events": ("events", "of this batch"),
        **_MODEL,
        "c": ("", "Harrell's C on this batch"),
        **_interval("c", "c_low", "c_high"),
        "slope": ("", "calibration slope on this batch; 1 ideal, below 1 too extreme"),
        **_interval("slope", "slope_low", "slope_high"),
    }),
}  # fmt: skip

_CONTROLS: Mapping[str, tuple[str, Columns]] = {
    "controls.csv": ("negative controls: does the model need the order and values of voxels?", {
        "control": ("", "what was done, to which voxels"),
        **_MODEL,
        "way": ("", "trained on the image and applied to the control, or trained anew on the control"),
        "patients": ("patients", "measured in both"),
        "c_image": ("", "Harrell's C of the image as it is, held-out folds"),
        **_interval("c_image", "c_image_low", "c_image_high"),
        "c_control": ("", "Harrell's C of the control, the same folds; the floor is volume alone, not 0.5"),
        **_interval("c_control", "c_control_low", "c_control_high"),
        "difference": ("", "c_image minus c_control"),
        **_PAIRED,
    }),
}  # fmt: skip

_VALIDATION: Mapping[str, tuple[str, Columns]] = {
    "patients.csv": ("each patient's prediction by the locked model, or by a signature", {
        "patient_id": ("", "the patient"),
        "index": ("log hazard ratio", "linear predictor of the locked model"),
        "risk_group": ("", "by the locked cut-offs, 1 the lowest risk"),
    }),
    "overall.csv": ("how well the locked model orders and spreads risk here", {
        "measure": ("", "c_index: Harrell's; uno_c: weighted for censoring; slope: calibration slope, 1 ideal"),
        "value": ("", "estimate"),
        **_interval("value", "low", "high"),
    }),
    "horizons.csv": ("calibration and accuracy at each horizon", {
        "years": ("years", "the event is counted until then"),
        "observed": ("probability", "one minus Kaplan-Meier here"),
        **_interval("observed", "observed_low", "observed_high", "probability"),
        "expected": ("probability", "mean predicted risk"),
        "ratio": ("", "observed over expected: calibration in the large, 1 ideal"),
        **_interval("ratio", "ratio_low", "ratio_high"),
        "slope": ("", "calibration slope at the horizon, 1 ideal, below 1 too extreme"),
        **_interval("slope", "slope_low", "slope_high"),
        "brier": ("", "Brier score, weighted for censoring; 0 is perfect"),
        "brier_reference": ("", "Brier score of the same risk for everybody"),
    }),
    "risk_groups.csv": ("what became of the locked risk groups", {
        "group": ("", "by the locked cut-offs, 1 the lowest risk"),
        "patients": ("patients", "how many"),
        "events": ("events", "how many of them had the event"),
    }),
    "calibration.csv": ("predicted against observed, in groups of rising risk", {
        "years": ("years", "the event is counted until then"),
        "patients": ("patients", "of the group"),
        "predicted": ("probability", "mean predicted risk"),
        "observed": ("probability", "one minus Kaplan-Meier"),
        **_interval("observed", "low", "high", "probability"),
    }),
    "decision_curve.csv": ("net benefit of acting at a predicted risk", {
        "years": ("years", "the event is counted until then"),
        "threshold": ("probability", "predicted risk from which one would act"),
        "net_benefit": ("true positives per patient", "of acting from the threshold on"),
        "treat_all": ("true positives per patient", "of acting in everybody; acting in nobody has 0"),
    }),
    "case_mix.csv": ("how patients here differ from those that the model was made from", {
        "term": ("", "of the model, and the linear predictor"),
        "mean_made": ("", "mean of the patients that it was made from, on the model's scale"),
        "sd_made": ("", "their standard deviation"),
        "mean_here": ("", "mean here"),
        "sd_here": ("", "standard deviation here; the linear predictor's decides which C can be reached"),
        "difference": ("standard deviations", "of the means, in sd_made"),
    }),
}  # fmt: skip

FILES: Mapping[str, Mapping[str, tuple[str, Columns]]] = {
    "`survival --robustness`": _ROBUSTNESS,
    "`survival --batch`": _BATCHES,
    "`survival` with controls in the table": _CONTROLS,
    "`validate`": _VALIDATION,
}
"""Option or command -> file -> what it tells, and its columns."""

TRIAL_COLUMNS: Mapping[str, Columns] = {
    file: columns for tables in (_ROBUSTNESS, _BATCHES, _CONTROLS) for file, (_, columns) in tables.items()
}
"""Tables that lie beside the statistician's pack: file -> columns."""

HORIZONS = (
    ("probability_", "probability", "predicted risk of the event until this horizon, by the locked model"),
    ("risk_", "probability", "share of the group with the event until this horizon, one minus Kaplan-Meier"),
    ("low_", "probability", "95 % interval of the observed risk until this horizon, lower end"),
    ("high_", "probability", "95 % interval of the observed risk until this horizon, upper end"),
)
"""Beginning, unit and meaning of the columns of a validation that name a horizon, as in ``risk_2y``."""
