"""Simulation study of the verdicts: how often they are wrong, what intervals cover, how often an effect is found.

    python tests/benchmarks/survival_simulation.py run OUT.jsonl [--cohorts 500] [--n 137] [--design null] [--only-test]
    python tests/benchmarks/survival_simulation.py table OUT.jsonl
    python tests/benchmarks/survival_simulation.py levels OUT.jsonl        what any level of the test would give
    python tests/benchmarks/survival_simulation.py seeds OUT.jsonl [--cohorts 20] [--n 137]
    python tests/benchmarks/survival_simulation.py seeds-table OUT.jsonl

Cohorts have a log volume, 32 features made of six hidden factors, volume and noise, and exponential survival; about
half of the patients have the event, as in HN1. Designs: ``null`` nothing matters; ``volume`` volume alone (log hazard
ratio 0.46 per standard deviation); ``weak`` and ``strong`` a factor beside it, hazard ratio 1.25 and 1.57 per standard
deviation; ``correlated`` a factor of hazard ratio 1.57 whose correlation with volume is 0.7. A cohort is tested and
cross-validated as the product does it, and the delivered models are tried on 20,000 new patients. A row of OUT.jsonl
keeps what verdict and intervals are made from (C by repeat and fold, influences, likelihoods), not these: ``table``
makes them with today's rules, so that another rule can be judged without another run. ``run`` goes on where it was
stopped; cohorts of all designs are drawn in turn. ``--only-test`` stops after the test. The table of
docs/survival_simulation.md is made by this script; ``tests/survival/procedure/test_simulation.py`` runs a short one.
A cohort takes about a second.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.added_value import QUESTIONS, answers, compare, evidence
from radpipe.survival.procedure.concordances import Concordances, concordances
from radpipe.survival.procedure.recipes import Recipe
from radpipe.survival.procedure.results import LEVEL, Comparison, Role
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import cross_validate, final_fit
from radpipe.survival.statistics.concordance import harrell_c
from radpipe.survival.statistics.interval import Interval

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
REPEATS = 10
PERMUTATIONS = 9999
FOLDS = 5
NEW_PATIENTS = 20_000

Row = dict[str, Any]


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


def drawn_cohort(seed: int, n: int, design: str) -> tuple[Study, Study]:
    """Return the patients of a cohort, and new ones of the same making."""
    rng = np.random.default_rng([seed, n, sorted(DESIGNS).index(design)])
    loadings = rng.normal(size=(FACTORS, FEATURES)) * np.geomspace(1.2, 0.6, FACTORS)[:, None]
    shadows = rng.normal(0.4, 0.5, size=FEATURES)
    return draw(rng, n, loadings, shadows, design), draw(rng, NEW_PATIENTS, loadings, shadows, design)


def cohort(
    seed: int,
    n: int,
    design: str,
    *,
    repeats: int = REPEATS,
    permutations: int = PERMUTATIONS,
    only_test: bool = False,
) -> Row:
    """Analyse one cohort, and return what its verdict and intervals are made from."""
    study, new = drawn_cohort(seed, n, design)
    pair = recipes()
    fits = [final_fit(study, one, np.random.SeedSequence(seed)) for one in pair[: 1 if only_test else 2]]
    test = evidence(study, fits[0], None, pair[1], 0, permutations, np.random.SeedSequence(seed + 2))
    row = {"seed": seed, "n": n, "design": design, "events": int(study.event.sum()), "p": test[2],
           "permutations": test[3]}  # fmt: skip
    if only_test:
        return row
    seeds = np.random.SeedSequence(seed + 1).spawn(repeats)
    found = cross_validate(study, pair, repeats=repeats, folds=FOLDS, horizons_years=(), seeds=seeds, jobs=1)
    c = concordances(study, found)
    apparent = [harrell_c(study.time_days, study.event, fit.risk(study.encoded.values)) for fit in fits]
    true = [harrell_c(new.time_days, new.event, fit.risk(new.encoded.values)) for fit in fits]
    return row | {
        "gained": found.gained.round(4).tolist(), "by_repeat": c.by_repeat.round(7).tolist(),
        "by_fold": c.by_fold.round(6).tolist(), "influence": c.influence.round(7).tolist(),
        "apparent": np.round(apparent, 7).tolist(), "true": np.round(true, 7).tolist(),
    }  # fmt: skip


def judged(row: Row) -> tuple[Comparison, Interval]:
    """Return the comparison of a row by today's rules, and the interval of the larger model's C."""
    by_repeat, by_fold = np.array(row["by_repeat"]), np.array(row["by_fold"], dtype=np.float64)
    c = Concordances(by_repeat, by_fold, np.array(row["influence"])[None], 1 / (by_fold.shape[1] - 1))
    gap = c.difference(1, 0, row["apparent"][1] - row["apparent"][0])
    gained = np.array(row["gained"])
    told = Comparison("volume + radiomics", "volume", Role.PRIMARY, gap, SMALLEST, "", float("nan"), row["p"],
                      row["permutations"], row["p"], float((gained[:, 1] - gained[:, 0]).mean()),
                      float("nan"))  # fmt: skip
    return told, c.interval(1)


def five_seeds(seed: int, n: int, design: str) -> Row:
    """Return the verdict of five seeds of folds and permutations, and whether each says that another may turn it."""
    study, _ = drawn_cohort(seed, n, design)
    return {"seed": seed, "n": n, "design": design, "verdicts": [_verdict(study, own) for own in range(5)]}


def _verdict(study: Study, seed: int) -> tuple[str, bool]:
    """Return the verdict of one seed, and whether its sentence says that another may turn it."""
    own, pair = np.random.SeedSequence(seed).spawn(3), recipes()
    fits = {one.name: final_fit(study, one, own[0]) for one in pair}
    found = cross_validate(study, pair, repeats=REPEATS, folds=FOLDS, horizons_years=(), seeds=own[1].spawn(REPEATS),
                           jobs=1)  # fmt: skip
    told = compare(study, found, concordances(study, found), fits, volume=0, primary="volume", smallest=SMALLEST,
                   permutations=PERMUTATIONS, seed=own[2], questions=QUESTIONS[:1])  # fmt: skip
    return str(told[0].verdict), "Another seed may turn" in answers(told)[0].sentence


def rows_of(path: Path) -> list[Row]:
    """Read what was written, but for a last line that was cut."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


def run(given: argparse.Namespace) -> None:
    """Add cohorts to a file, one line each, but for those that it has."""
    there = {(row["seed"], row["n"], row["design"]) for row in rows_of(given.path)}
    with threadpool_limits(limits=1), given.path.open("a") as out:  # As the product does: threads would only wait.
        for seed in range(given.first, given.first + given.cohorts):
            for n in given.n:
                for design in (one for one in given.design if (seed, n, one) not in there):
                    row = (
                        five_seeds(seed, n, design)
                        if given.do == "seeds"
                        else cohort(seed, n, design, only_test=given.only_test)
                    )
                    out.write(json.dumps(row, default=float) + "\n")
                    out.flush()


def table(path: Path) -> str:
    """Return the table of the study in Markdown."""
    rows = rows_of(path)
    lines = [
        "| design | n | events | cohorts | adds | p <= level | cross-validated | worse | equivalent "
        "| difference covered | above, below | C covered | true difference | estimated |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for design in DESIGNS:
        for n in sorted({row["n"] for row in rows}):
            mine = [row for row in rows if row["design"] == design and row["n"] == n]
            if mine:
                lines.append(f"| {design} | {n} | {' | '.join(_cells(mine))} |")
    return "\n".join(lines)


def seeds_table(path: Path) -> str:
    """Return in how many cohorts five seeds agree, and how often they say that another may not, in Markdown."""
    rows = rows_of(path)
    lines = ["| design | cohorts | one verdict | of these, runs that warn | of the others, runs that warn | all five |",
             "|---|--:|--:|--:|--:|--:|"]  # fmt: skip
    for design in (*DESIGNS, "all"):
        mine = [row["verdicts"] for row in rows if design in (row["design"], "all")]
        alike = [verdicts for verdicts in mine if len({kind for kind, _ in verdicts}) == 1]
        others = [verdicts for verdicts in mine if verdicts not in alike]
        told = [share([warned for verdicts in those for _, warned in verdicts]) for those in (alike, others)]
        every = sum(all(warned for _, warned in verdicts) for verdicts in others)
        lines.append(f"| {design} | {len(mine)} | {len(alike)} | {told[0]} | {told[1]} | {every} of {len(others)} |")
    return "\n".join(lines)


def levels(path: Path) -> str:
    """Return what the test finds at other levels, in Markdown: the price of fewer false findings."""
    rows = rows_of(path)
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


def share(told: list[bool]) -> str:
    """Return a share in per cent."""
    return f"{100 * np.mean(told):.1f} %" if told else "–"


def _cells(rows: list[Row]) -> list[str]:
    """Return the cells of one design and size."""
    seen = [(row, row["true"][1] - row["true"][0], *judged(row)) for row in rows if "true" in row]
    gaps = [(true, told.difference) for _, true, told, _ in seen]
    verdicts = [str(told.verdict) for _, _, told, _ in seen]
    above, below = (share([true > gap.high for true, gap in gaps]), share([true < gap.low for true, gap in gaps]))
    return [
        f"{np.mean([row['events'] for row in rows]):.0f}", str(len(rows)),
        share([one == "adds" for one in verdicts]), share([row["p"] <= LEVEL for row in rows]), str(len(seen)),
        share([one == "worse" for one in verdicts]), share([one == "equivalent" for one in verdicts]),
        share([gap.low <= true <= gap.high for true, gap in gaps]), f"{above}, {below}",
        share([c.low <= row["true"][1] <= c.high for row, _, _, c in seen]),
        f"{np.mean([true for true, _ in gaps]):+.3f}" if seen else "–",
        f"{np.mean([gap.value for _, gap in gaps]):+.3f}" if seen else "–",
    ]  # fmt: skip


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shown = {"table": table, "levels": levels, "seeds-table": seeds_table}
    parser.add_argument("do", choices=("run", "seeds", *shown))
    parser.add_argument("path", type=Path)
    parser.add_argument("--design", nargs="*", default=list(DESIGNS), choices=list(DESIGNS))
    parser.add_argument("--n", nargs="*", type=int, default=[137])
    parser.add_argument("--cohorts", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only-test", action="store_true")
    given = parser.parse_args()
    if given.do in shown:
        print(shown[given.do](given.path))
    else:
        run(given)


if __name__ == "__main__":
    main()
