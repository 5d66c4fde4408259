"""Simulation study of the verdicts: how often they are wrong, what intervals cover, how often an effect is found.

    python tests/benchmarks/survival_simulation.py run OUT.jsonl [--cohorts 500] [--full 100] [--n 137] [--design null]
    python tests/benchmarks/survival_simulation.py table OUT.jsonl
    python tests/benchmarks/survival_simulation.py levels OUT.jsonl        what any level of the test would give
    python tests/benchmarks/survival_simulation.py seeds OUT.md [--cohorts 20] [--n 137]

Cohorts have a log volume, 32 features made of six hidden factors, volume and noise, and exponential survival; about
half of the patients have the event, as in HN1. Designs: ``null`` nothing matters; ``volume`` volume alone (log hazard
ratio 0.46 per standard deviation); ``weak`` and ``strong`` a factor beside it, hazard ratio 1.25 and 1.57 per standard
deviation; ``correlated`` a factor of hazard ratio 1.57 whose correlation with volume is 0.7. The first ``--full``
cohorts are cross-validated and compared with C of the delivered models on 3,000 new patients; others are tested, and
cross-validated only where the test finds something, since ``adds`` needs both. The table of docs/survival_simulation.md
is made by this script; ``tests/survival/procedure/test_simulation.py`` runs a short version.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.added_value import QUESTIONS, answers, compare, evidence
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.results import LEVEL, Comparison, Role
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import concordances, cross_validate, final_fit
from radpipe.survival.statistics.concordance import harrell_c

DESIGNS = {
    "null": (0.0, 0.0, 0.0),
    "volume": (0.46, 0.0, 0.0),
    "weak": (0.46, np.log(1.25), 0.0),
    "strong": (0.46, np.log(1.57), 0.0),
    "correlated": (0.46, 0.0, np.log(1.57)),
}
"""Design -> log hazard ratios of log volume, of a factor apart from it, and of a factor correlated with it."""

FEATURES = 32
FACTORS = 6
SMALLEST = 0.02
PERMUTATIONS = 1999


def draw(rng: np.random.Generator, n: int, loadings: np.ndarray, shadows: np.ndarray, design: str) -> Study:
    """Draw patients; loadings (factors, features) and shadows of volume (features,) belong to the cohort."""
    of_volume, apart, correlated = DESIGNS[design]
    volume, factors = rng.normal(size=n), rng.normal(size=(n, FACTORS))
    features = factors @ loadings + 0.7 * rng.normal(size=(n, FEATURES)) + np.outer(volume, shadows)
    near = 0.7 * volume + np.sqrt(0.51) * factors[:, 1]
    death = rng.exponential(3200, n) * np.exp(-(of_volume * volume + apart * factors[:, 0] + correlated * near))
    censored = rng.uniform(1500, 4300, n)
    names = ("volume", *(f"f{number:02d}" for number in range(FEATURES)))
    values = np.column_stack([volume, features])
    encoded = Encoded(names, names, ("identity",) * len(names), values, np.zeros(len(names), dtype=bool))
    return Study(encoded, np.ceil(np.minimum(death, censored)), death <= censored)


def recipes() -> tuple[Recipe, ...]:
    """The models of the primary question; the others are fixed and quick, so that the product's own step is used."""
    learns = tuple(range(1, FEATURES + 1))
    return (
        Recipe("volume", "", (0,)),
        Recipe("volume + radiomics", "", (0,), learns),
    )


def cohort(
    seed: int, n: int, design: str, *, full: bool, repeats: int, permutations: int, only_test: bool = False
) -> dict[str, float | str]:
    """Analyse one cohort; a study that is not full stops after a test that finds nothing."""
    rng = np.random.default_rng([seed, n, sorted(DESIGNS).index(design)])
    loadings = rng.normal(size=(FACTORS, FEATURES)) * np.geomspace(1.2, 0.6, FACTORS)[:, None]
    shadows = rng.normal(0.4, 0.5, size=FEATURES)
    study = draw(rng, n, loadings, shadows, design)
    pair = recipes()
    fits = [final_fit(study, one, np.random.SeedSequence(seed)) for one in pair[: 1 if only_test else 2]]
    given = {"seed": seed, "n": n, "design": design, "events": int(study.event.sum()), "full": int(full)}
    test = evidence(study, fits[0], None, pair[1], 0, permutations, np.random.SeedSequence(seed + 2))
    if only_test or (not full and test[2] > LEVEL):
        return given | {"p": test[2], "verdict": "" if only_test else "no"}
    seeds = np.random.SeedSequence(seed + 1).spawn(repeats)
    found = cross_validate(study, pair, repeats=repeats, folds=5, horizons_years=(), seeds=seeds, jobs=1)
    c = concordances(study, found)
    apparent = [harrell_c(study.time_days, study.event, fit.risk(study.encoded.values)) for fit in fits]
    gap, larger = c.difference(1, 0, apparent[1] - apparent[0]), c.interval(1)
    gained = float((found.gained[:, 1] - found.gained[:, 0]).mean())
    told = Comparison(pair[1].name, pair[0].name, Role.PRIMARY, gap, SMALLEST, *test, test[2], gained, float("nan"))
    result = given | {
        "p": test[2], "d": gap.value, "d_low": gap.low, "d_high": gap.high, "c": larger.value, "c_low": larger.low,
        "c_high": larger.high, "gained": gained, "verdict": str(told.verdict),
    }  # fmt: skip
    if full:
        new = draw(rng, 3000, loadings, shadows, design)
        true = [harrell_c(new.time_days, new.event, fit.risk(new.encoded.values)) for fit in fits]
        result |= {"true_c": true[1], "true_d": true[1] - true[0]}
    return result


def five_seeds(first: int, cohorts: int, n: int, repeats: int, permutations: int) -> str:
    """Return how many cohorts of each design have one verdict whatever the seed of folds and permutations."""
    lines = ["| design | n | cohorts | one verdict with five seeds | the others say that a seed may turn them |",
             "|---|--:|--:|--:|--:|"]  # fmt: skip
    pair = recipes()
    for design in DESIGNS:
        alike = told = 0
        for seed in range(first, first + cohorts):
            rng = np.random.default_rng([seed, n, sorted(DESIGNS).index(design)])
            loadings = rng.normal(size=(FACTORS, FEATURES)) * np.geomspace(1.2, 0.6, FACTORS)[:, None]
            study = draw(rng, n, loadings, rng.normal(0.4, 0.5, size=FEATURES), design)
            verdicts = [_verdict(study, pair, own, repeats, permutations) for own in range(5)]
            alike += len({kind for kind, _ in verdicts}) == 1
            told += len({kind for kind, _ in verdicts}) > 1 and all(near for _, near in verdicts)
        lines.append(f"| {design} | {n} | {cohorts} | {alike} | {told} of {cohorts - alike} |")
    return "\n".join(lines)


def _verdict(study: Study, pair: tuple[Recipe, ...], seed: int, repeats: int, permutations: int) -> tuple[str, bool]:
    """Return the verdict of one seed, and whether its sentence says that another may turn it."""
    own = np.random.SeedSequence(seed).spawn(3)
    fits = {one.name: final_fit(study, one, own[0]) for one in pair}
    found = cross_validate(study, pair, repeats=repeats, folds=5, horizons_years=(), seeds=own[1].spawn(repeats),
                           jobs=1)  # fmt: skip
    told = compare(study, found, concordances(study, found), fits, volume=0, primary="volume", smallest=SMALLEST,
                   permutations=permutations, seed=own[2], questions=QUESTIONS[:1])  # fmt: skip
    return str(told[0].verdict), "another seed may turn" in answers(told)[0].sentence


def run(path: Path, designs: list[str], sizes: list[int], cohorts: int, full: int, repeats: int, first: int) -> None:
    """Add cohorts to a file, one line each."""
    with path.open("a") as out:
        for n in sizes:
            for design in designs:
                for seed in range(first, first + cohorts):
                    row = cohort(seed, n, design, full=seed - first < full, repeats=repeats, permutations=PERMUTATIONS)
                    out.write(json.dumps(row, default=float) + "\n")
                    out.flush()


def table(path: Path) -> str:
    """Return the table of the study in Markdown."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    lines = [
        "| design | n | events | cohorts | adds | p <= level | cross-validated | worse | equivalent "
        "| difference covered | C covered | true difference | estimated |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for design in DESIGNS:
        for n in sorted({row["n"] for row in rows}):
            mine = [row for row in rows if row["design"] == design and row["n"] == n]
            if mine:
                lines.append(f"| {design} | {n} | {' | '.join(_cells(mine))} |")
    return "\n".join(lines)


def levels(path: Path) -> str:
    """Return what the test finds at other levels, in Markdown: the price of fewer false findings."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    tried = (0.0025, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.05)
    lines = [
        f"| design | n | cohorts | {' | '.join(f'{level:g}' for level in tried)} |",
        "|---" * (3 + len(tried)) + "|",
    ]
    for design in DESIGNS:
        for n in sorted({row["n"] for row in rows}):
            p = np.array([row["p"] for row in rows if row["design"] == design and row["n"] == n])
            if len(p):
                found = " | ".join(f"{100 * np.mean(p <= level):.1f} %" for level in tried)
                lines.append(f"| {design} | {n} | {len(p)} | {found} |")
    return "\n".join(lines)


def _cells(rows: list[dict[str, float]]) -> list[str]:
    """Return the cells of one design and size."""
    positive = [row for row in rows if row["p"] <= LEVEL]
    seen = [row for row in rows if "true_d" in row]

    def share(chosen: list[object], of: list[object]) -> str:
        return f"{100 * len(chosen) / len(of):.1f} %" if of else "–"

    def said(verdict: str, of: list[dict[str, float]]) -> list[object]:
        return [row for row in of if row["verdict"] == verdict]

    return [
        f"{np.mean([row['events'] for row in rows]):.0f}", str(len(rows)), share(said("adds", rows), rows),
        share(positive, rows),
        str(len(seen)), share(said("worse", seen), seen), share(said("equivalent", seen), seen),
        share([row for row in seen if row["d_low"] <= row["true_d"] <= row["d_high"]], seen),
        share([row for row in seen if row["c_low"] <= row["true_c"] <= row["c_high"]], seen),
        f"{np.mean([row['true_d'] for row in seen]):+.3f}" if seen else "–",
        f"{np.mean([row['d'] for row in seen]):+.3f}" if seen else "–",
    ]  # fmt: skip


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=("run", "table", "levels", "seeds"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--design", nargs="*", default=list(DESIGNS), choices=list(DESIGNS))
    parser.add_argument("--n", nargs="*", type=int, default=[60, 137, 400])
    parser.add_argument("--cohorts", type=int, default=500)
    parser.add_argument("--full", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    if given.do == "table":
        print(table(given.path))
    elif given.do == "levels":
        print(levels(given.path))
    elif given.do == "seeds":
        given.path.write_text(five_seeds(given.first, given.cohorts, given.n[0], given.repeats, 9999) + "\n")
    else:
        run(given.path, given.design, given.n, given.cohorts, given.full, given.repeats, given.first)


if __name__ == "__main__":
    main()
