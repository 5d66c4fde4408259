"""A small survival analysis made by hand: real Cox fits to drawn patients, everything else as plain as can be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.clinical import Endpoint
from radpipe.survival.design.preprocess import Preprocessor
from radpipe.survival.procedure.results import (
    Comparison,
    CompetingRisks,
    ModelResult,
    PermutationTest,
    Role,
    SurvivalAnalysis,
    Verdict,
    VerdictKind,
)
from radpipe.survival.statistics.calibration import BrierScore, CalibrationCurve
from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.decision_curve import decision_curve
from radpipe.survival.statistics.interval import Interval

VOLUME = "original_shape_MeshVolume"
FEATURES = (VOLUME, "original_firstorder_Entropy", "wavelet-LHH_glrlm_GrayLevelNonUniformity", "original_glcm_Contrast")
CANARY = "<script>alert('x')</script>"
FORMULA = "=cmd|' /C calc'!A0"


@dataclass(frozen=True)
class HandmadePatients:
    """What the table of patients offers."""

    patient_ids: tuple[str, ...]
    clinical: pd.DataFrame
    features: pd.DataFrame
    endpoint: Endpoint
    roi: str
    flow: pd.DataFrame
    notes: tuple[str, ...]
    extraction: dict[str, str]


@dataclass(frozen=True)
class Handmade:
    """An analysis and its patients."""

    analysis: SurvivalAnalysis
    patients: HandmadePatients


def draw_patients(n: int, seed: int, *, canary: bool, competing: bool) -> HandmadePatients:
    rng = np.random.default_rng(seed)
    ids = tuple(f"P{number:03d}" for number in range(n))
    if canary:
        ids = (CANARY, FORMULA, *ids[2:])
    volume = np.exp(rng.normal(9, 0.8, n))
    features = pd.DataFrame(rng.normal(size=(n, len(FEATURES))), columns=list(FEATURES), index=list(ids))
    features[VOLUME] = volume
    site = rng.choice(["oropharynx", FORMULA if canary else "larynx"], n)
    clinical = pd.DataFrame(
        {
            "clin_t": pd.array(rng.integers(1, 5, n), dtype="Int64"),
            "age_at_diagnosis": rng.integers(40, 80, n).astype(float),
            "index_tumour_location": pd.Categorical(site),
            "event": rng.integers(0, 2, n),
        },
        index=list(ids),
    )
    clinical.loc[ids[4], "age_at_diagnosis"] = np.nan
    hazard = 0.5 * np.log(volume / np.exp(9)) + 0.4 * features[FEATURES[1]].to_numpy()
    death = np.ceil(rng.exponential(900, n) * np.exp(-hazard))
    censored = np.ceil(rng.uniform(600, 3500, n))
    event = death <= censored
    other = ~event & (rng.random(n) < 0.4) if competing else None
    endpoint = Endpoint(
        "local" if competing else "overall_survival",
        ids,
        event,
        np.minimum(death, censored).astype(np.float64),
        other,
        "first day of radiotherapy",
    )
    flow = pd.DataFrame(
        {
            "step": ["in the feature table", "excluded", "analysed"],
            "reason": ["", f"E_EMPTY_ROI {CANARY if canary else ''}".strip(), ""],
            "patients": [n + 2, 2, n],
            "events": [int(event.sum()) + 1, 1, int(event.sum())],
        }
    )
    return HandmadePatients(
        ids,
        clinical,
        features,
        endpoint,
        "GTV-1",
        flow,
        ("2 patients have no image: P900, P901",),
        {"config": "aerts2014"},
    )


def encode(
    patients: HandmadePatients, names: tuple[str, ...]
) -> tuple[pd.DataFrame, Preprocessor, list[str], list[str]]:
    """Return the terms of columns, before scaling, and how each was made."""
    columns: dict[str, np.ndarray] = {}
    origin, how = [], []
    for name in names:
        if name == "index_tumour_location":
            level = str(patients.clinical[name].cat.categories[0])
            columns[f"{name}: {level}"] = (patients.clinical[name] == level).to_numpy(dtype=np.float64)
            how.append(f"is {level}")
        else:
            table = patients.features if name in patients.features else patients.clinical
            columns[name] = table[name].astype(float).to_numpy()
            how.append("identity")
        origin.append(name)
    frame = pd.DataFrame(columns, index=list(patients.patient_ids))
    may_log = np.array([name == VOLUME for name in frame.columns])
    fitted = Preprocessor.fit(frame.to_numpy(), may_log)
    how = ["log" if logged else told for logged, told in zip(fitted.logged, how, strict=True)]
    return frame, fitted, origin, how


def coefficients_of(
    patients: HandmadePatients, names: tuple[str, ...], ridges: tuple[float, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit one model; return its coefficients and its design."""
    frame, fitted, origin, how = encode(patients, names)
    design = pd.DataFrame(fitted.apply(frame.to_numpy()), columns=frame.columns, index=frame.index)
    sets = RiskSets.of(patients.endpoint.time_days, patients.endpoint.event)
    fit = fit_cox(sets, design.to_numpy(), np.array(ridges))
    chosen = np.array(ridges) > 0
    error = np.where(chosen, np.nan, fit.standard_errors)
    table = pd.DataFrame(
        {
            "term": list(frame.columns),
            "column": origin,
            "transform": how,
            "centre": fitted.centre,
            "scale": fitted.scale,
            "ridge": list(ridges),
            "coefficient": fit.coefficients,
            "hazard_ratio": np.exp(fit.coefficients),
            "hr_low": np.exp(fit.coefficients - 1.96 * error),
            "hr_high": np.exp(fit.coefficients + 1.96 * error),
            "p": np.where(chosen, np.nan, 0.04),
            "unit": "one standard deviation",
            "unit_ratio": np.exp(fit.coefficients),
            "unit_low": np.exp(fit.coefficients - 1.96 * error),
            "unit_high": np.exp(fit.coefficients + 1.96 * error),
            "missing_information": np.nan,
        }
    )
    return table, design


def model_of(
    patients: HandmadePatients, name: str, names: tuple[str, ...], ridges: tuple[float, ...], c: float, number: int
) -> ModelResult:
    if names:
        coefficients, design = coefficients_of(patients, names, ridges)
    else:
        coefficients = coefficients_of(patients, (VOLUME,), (0.0,))[0].iloc[:0]
        design = pd.DataFrame(index=list(patients.patient_ids))
    rng = np.random.default_rng(number)
    n = len(patients.patient_ids)
    risk = design.to_numpy() @ coefficients["coefficient"].to_numpy() + rng.normal(0, 0.2, n)
    probability = {2.0: 1 / (1 + np.exp(1 - risk)), 5.0: 1 / (1 + np.exp(-risk))}
    shown = np.array([0.15, 0.35, 0.6])
    curves = tuple(
        CalibrationCurve(years, np.array([n // 3] * 3), shown, shown + 0.02 * number, shown - 0.1, shown + 0.15)
        for years in probability
    )
    events = int(patients.endpoint.event.sum())
    return ModelResult(
        name=name,
        description=f"{name}: plain words about what goes in.",
        candidates=FEATURES if "radiomics" in name else (),
        terms=tuple(coefficients["term"]),
        parameters=len(coefficients),
        events_per_parameter=events / max(len(coefficients), 1),
        ways=pd.DataFrame({"way": [], "share": []}),
        ridge=max(ridges, default=0.0),
        out_of_fold_risk=risk,
        out_of_fold_probability=probability,
        risk_by_repeat=np.array([risk, risk]),
        probability_by_repeat={years: np.array([values, values]) for years, values in probability.items()},
        c_index=Interval(c, c - 0.07, c + 0.07),
        uno_c=Interval(c - 0.01, c - 0.08, c + 0.06),
        wolbers_c=None,
        c_by_repeat=np.array([c - 0.01, c + 0.01]),
        apparent_c=c + 0.03,
        optimism=0.04,
        corrected_c=c - 0.01,
        corrected_by="optimism",
        calibration_slope=Interval(0.9, 0.5, 1.3),
        corrected_slope=0.85,
        calibration=curves,
        auc={years: Interval(0.7, 0.6, 0.8) for years in probability},
        observed_expected={years: Interval(1.02, 0.8, 1.3) for years in probability},
        decision=tuple(
            decision_curve(name, patients.endpoint.time_days, patients.endpoint.event, values, horizon_years=years)
            for years, values in probability.items()
        ),
        group_shares=np.eye(3)[np.arange(n) % 3],
        brier=(BrierScore(2.0, 0.2, 0.22), BrierScore(5.0, 0.21, 0.25)),
        coefficients=coefficients,
        design=design,
        baseline=pd.DataFrame({"time_days": [100.0], "cumulative_hazard": [0.1], "survival": [np.exp(-0.1)]}),
        selection=pd.DataFrame({"feature": list(FEATURES[1:]), "share": [0.8, 0.3, 0.1]})
        if "radiomics" in name
        else pd.DataFrame({"feature": [], "share": []}),
        hazards_test=pd.DataFrame({"term": coefficients["term"], "statistic": 0.5, "p": 0.48, "p_log": 0.5}),
        residuals=pd.DataFrame({"term": [], "time_days": [], "residual": []}),
        log_likelihood=(-200.0, -210.0),
        bootstrap=pd.DataFrame(
            {"sample": [1], "sample_c": 0.7, "original_c": 0.65, "left_out_c": 0.6, "slope_optimism": 0.1}
        ),
        warnings=(f"{name}: {events / max(len(coefficients), 1):.1f} events per parameter",) if number == 4 else (),
    )


def screening_of(patients: HandmadePatients, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rho = np.array([1.0, 0.3, 0.9, -0.2])
    p = np.array([0.001, 0.02, 0.3, 0.6])
    c = 0.5 + rng.uniform(-0.1, 0.1, len(FEATURES))
    hazard = np.exp(rng.normal(0, 0.3, len(FEATURES)))
    return pd.DataFrame(
        {
            "feature": list(FEATURES),
            "group": ["shape", "intensity", "wavelet", "texture"],
            "c_index": c,
            "c_low": c - 0.06,
            "c_high": c + 0.06,
            "hazard_ratio": hazard,
            "hr_low": hazard * 0.8,
            "hr_high": hazard * 1.25,
            "p": p,
            "p_bh": p * 2,
            "rho_volume": rho,
        }
    )


def competing_of(patients: HandmadePatients) -> CompetingRisks:
    steps = np.array([0.0, 0.1, 0.25])
    curves = pd.DataFrame({"time_days": [0.0, 300.0, 900.0]})
    horizons = pd.DataFrame({"years": [2.0, 5.0]})
    for cause, share in (("event", 1.0), ("competing", 0.6)):
        for end, factor in (("", 1.0), ("_low", 0.7), ("_high", 1.3)):
            curves[f"{cause}{end}"] = steps * share * factor
            horizons[f"{cause}{end}"] = steps[1:] * share * factor
    specific = pd.DataFrame(
        {"cause": ["event", "competing"], "term": "clin_t", "hazard_ratio": [1.3, 1.1], "hr_low": [1.0, 0.8],
         "hr_high": [1.7, 1.5], "p": [0.05, 0.5]}
    )  # fmt: skip
    return CompetingRisks("local recurrence", "death", curves, horizons, specific, specific.drop(columns="cause"))


def make_analysis(
    *, n: int = 90, seed: int = 3, canary: bool = False, competing: bool = False, adds: bool = True
) -> Handmade:
    """Make an analysis; the canary puts hostile words into ids, levels and sentences."""
    patients = draw_patients(n, seed, canary=canary, competing=competing)
    clinical = ("clin_t", "age_at_diagnosis", "index_tumour_location")
    models = (
        model_of(patients, "volume", (VOLUME,), (0.0,), 0.63, 0),
        model_of(patients, "clinical", clinical, (0.0,) * 3, 0.61, 1),
        model_of(patients, "clinical + volume", (*clinical, VOLUME), (0.0,) * 4, 0.66, 2),
        model_of(patients, "radiomics", FEATURES[:3], (4.0,) * 3, 0.69, 3),
        model_of(patients, "clinical + radiomics", (*clinical, *FEATURES[1:3]), (0.0, 0.0, 0.0, 2.5, 2.5), 0.7, 4),
    )
    difference = Interval(0.06, 0.01, 0.11) if adds else Interval(0.01, -0.04, 0.06)
    kind = VerdictKind.ADDS if adds else VerdictKind.INCONCLUSIVE
    hostile = CANARY if canary else "two sites"
    ids = list(patients.patient_ids)
    folds = pd.DataFrame({f"repeat_{r}": np.arange(n) % 5 + 1 for r in (1, 2)}, index=ids)
    analysis = SurvivalAnalysis(
        endpoint=patients.endpoint.name,
        origin=patients.endpoint.origin,
        patient_ids=patients.patient_ids,
        time_days=patients.endpoint.time_days,
        event=patients.endpoint.event,
        models=models,
        comparisons=(
            Comparison("radiomics", "volume", Role.PRIMARY, difference, 0.02, "score", 1.9, 0.01, 9999, 0.01, 3.0, 0.4),
            Comparison(
                "clinical + radiomics",
                "clinical",
                Role.SECONDARY,
                Interval(0.04, -0.02, 0.1),
                0.02,
                "score",
                1.1,
                0.2,
                9999,
                0.4,
                1.0,
                0.1,
            ),
        ),
        verdicts=(
            Verdict("Does radiomics say more than volume?", kind, f"Radiomics {kind} over volume ({difference})."),
            Verdict(
                "Does it say more than stage and age?", VerdictKind.INCONCLUSIVE, f"It adds nothing here; {hostile}."
            ),
        ),
        limits=("One centre: how the models do elsewhere was not seen.", f"Few events; {hostile}."),
        warnings=("clinical + radiomics: 9.6 events per parameter",),
        screening=screening_of(patients, seed),
        permutation=PermutationTest("radiomics", np.array([0.48, 0.5, 0.53, 0.49]), 0.5, 0.011, passed=True),
        competing=competing_of(patients) if competing else None,
        flow=patients.flow,
        notes=patients.notes,
        folds=folds,
        volume_column=VOLUME,
        multiverse=pd.DataFrame(columns=["recipe", "volume", "seed", "c_index", "c_base", "difference"]),
        observed_risk=pd.DataFrame({"years": [2.0], "risk": [0.4], "low": [0.3], "high": [0.5]}),
        follow_up_years=6.0,
        sample_size=pd.DataFrame(columns=["question", "parameters", "patients", "criterion"]),
        settings={"repeats": "2", "folds": "5"},
        seed=seed,
        versions={"radpipe": "0.1.0", "numpy": "2"},
        methods=("Harrell's C counts ordered pairs [1].",),
        references=("Harrell FE. JAMA 1982;247:2543.",),
    )
    return Handmade(analysis, patients)


@pytest.fixture(scope="session")
def handmade() -> Handmade:
    """An analysis of overall survival."""
    return make_analysis()


@pytest.fixture(scope="session")
def hostile() -> Handmade:
    """The same with hostile words, and with a competing event."""
    return make_analysis(canary=True, competing=True)


@pytest.fixture(scope="session")
def empty_radiomics() -> Handmade:
    """An analysis whose radiomics model chose nothing."""
    made = make_analysis(adds=False)
    nothing = model_of(made.patients, "radiomics", (), (), 0.5, 3)
    models = tuple(nothing if model.name == "radiomics" else model for model in made.analysis.models)
    return Handmade(replace(made.analysis, models=models, permutation=None), made.patients)


@pytest.fixture(scope="session")
def make() -> Callable[..., Handmade]:
    """Makes analyses."""
    return make_analysis


@pytest.fixture(scope="session")
def page(handmade: Handmade, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the analysis made by hand; read only."""
    from radpipe.report.pages import write_report

    return write_report(handmade.analysis, handmade.patients, tmp_path_factory.mktemp("page"))
