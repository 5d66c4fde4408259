"""The certificate: a finished run's values beside those that PyRadiomics gives for the same files."""

import json
import math
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from radpipe.errors import InputError, NothingUsableError, UsageError
from radpipe.features.comparison import Difference, compare_values, worst
from radpipe.features.engine import Engine, choose_engine
from radpipe.files import write_text
from radpipe.outcome import FeatureVector, Outcome
from radpipe.run.opened import open_targets
from radpipe.store.index import scan
from radpipe.store.plans import list_plans
from radpipe.verify.cases import Chosen, choose
from radpipe.volume import Mask

__all__ = ["Certificate", "CheckedRow", "verify"]

WORST_SHOWN = 20
"""Differences beyond the tolerance that the certificate lists."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row of the run that was measured again.

    Parameters
    ----------
    case_id, image_id, roi, config
        Which row, as in the feature table.
    features
        Number compared.
    largest, feature
        The largest relative difference, and where it is.
    fault
        Why the row could not be measured again; empty when it was.
    """

    case_id: str
    image_id: str
    roi: str
    config: str
    features: int
    largest: float
    feature: str
    fault: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was compared, and how far the values differ.

    Parameters
    ----------
    engine, reference
        What measured the run, and what it was compared with, with versions.
    python, radpipe
        Versions that compared.
    rows
        Those measured again.
    of_rows
        Measured rows of the run.
    beyond
        The largest differences beyond the tolerance, as case, image, ROI and difference.
    """

    engine: str
    reference: str
    python: str
    radpipe: str
    rows: tuple[CheckedRow, ...]
    of_rows: int
    beyond: tuple[tuple[str, str, Difference], ...]

    @property
    def passed(self) -> bool:
        """Every row was measured again, and no feature differs beyond its tolerance."""
        return not self.beyond and not any(row.fault for row in self.rows)

    @property
    def features(self) -> int:
        """Number of values compared."""
        return sum(row.features for row in self.rows)

    @property
    def largest(self) -> CheckedRow:
        """The row with the largest difference."""
        return max(self.rows, key=lambda row: row.largest)


def verify(
    out: str | Path, *, sample: int | None = 10, tell: Callable[[CheckedRow], None] | None = None
) -> Certificate:
    """Measure rows of a finished run again with PyRadiomics, compare, and write ``OUT/verify.json``.

    Parameters
    ----------
    out
        An output folder of ``radpipe extract``.
    sample
        Number of rows, chosen by a digest of their names; None takes all. Negative controls and perturbed states are
        not among them.
    tell
        Called after each row.

    Raises
    ------
    NothingUsableError
        The folder holds no run, or no measured row.
    UsageError
        PyRadiomics is not installed (the message says how to install it), or the sample is not positive.
    """
    if sample is not None and sample < 1:
        message = f"--sample {sample}: at least 1 row is needed"
        raise UsageError(message)
    folder = Path(out)
    plans = list_plans(folder)
    if not plans:
        message = f"{out} holds no run that can be measured again (plans.json is missing)"
        raise NothingUsableError(message)
    # PyRadiomics knows no controls and no perturbed states: only images as they are can be compared with it.
    plain = [plan for plan in plans if not plan.header["settings"].get("variant")]
    measured, chosen = choose(plain, scan(folder, whole=True), sample)
    if not measured:
        message = f"{out} holds no measured row"
        raise NothingUsableError(message)
    reference = choose_engine("pyradiomics")
    checked: list[CheckedRow] = []
    beyond: list[tuple[str, str, Difference]] = []
    engines: set[str] = set()
    for chosen_params in chosen:
        engines.add(chosen_params.task.engine)
        for outcome, differences, fault in _compared(chosen_params, reference):
            row = _row(outcome, differences, fault)
            checked.append(row)
            beyond.extend((outcome.case_id, outcome.image_id, two) for two in differences if not two.accepted)
            if tell is not None:
                tell(row)
    beyond.sort(key=lambda entry: -entry[2].relative)
    certificate = Certificate(
        engine=", ".join(sorted(engines)),
        reference=reference.version,
        python=platform.python_version(),
        radpipe=version("radpipe"),
        rows=tuple(checked),
        of_rows=measured,
        beyond=tuple(beyond[:WORST_SHOWN]),
    )
    write_text(folder / "verify.json", _json(certificate))
    return certificate


def _compared(config: Chosen, reference: Engine) -> list[tuple[Outcome, Sequence[Difference], str]]:
    """Measure the chosen rows of one image again."""
    try:
        volume, masks = open_targets(config.task)
    except InputError as fault:
        return [(row, (), str(fault)) for row in config.rows]
    usable = {row.roi: masks[row.roi] for row in config.rows}
    outcomes = reference.measure(
        volume, {roi: mask for roi, mask in usable.items() if isinstance(mask, Mask)}, config.task.params
    )
    results: list[tuple[Outcome, Sequence[Difference], str]] = []
    for row in config.rows:
        again = outcomes.get(row.roi, usable[row.roi])
        if isinstance(again, FeatureVector) and row.vector is not None:
            results.append((row, compare_values(row.roi, row.vector.as_dict(), again.as_dict()), ""))
        else:
            results.append((row, (), str(again)))
    return results


def _row(outcome: Outcome, differences: Sequence[Difference], fault: str) -> CheckedRow:
    top = worst(differences)
    return CheckedRow(
        outcome.case_id,
        outcome.image_id,
        outcome.roi,
        outcome.config,
        len(differences),
        math.inf if top is None else top.relative,
        "" if top is None or top.relative == 0 else top.feature,
        fault,
    )


def _json(certificate: Certificate) -> str:
    """Write the certificate as JSON; numbers that JSON lacks become text."""
    content = {
        "passed": certificate.passed,
        "engine": certificate.engine,
        "reference": certificate.reference,
        "python": certificate.python,
        "radpipe": certificate.radpipe,
        "rows_checked": len(certificate.rows),
        "rows_measured": certificate.of_rows,
        "features_compared": certificate.features,
        "largest_relative_difference": _number(certificate.largest.largest),
        "largest_at": {
            "case_id": certificate.largest.case_id,
            "roi": certificate.largest.roi,
            "feature": certificate.largest.feature,
        },
        "rows": [{**asdict(row), "largest": _number(row.largest)} for row in certificate.rows],
        "beyond_tolerance": [
            {
                "case_id": case_id,
                "image_id": image_id,
                "roi": params.roi,
                "feature": params.feature,
                "measured": _number(params.native),
                "reference": _number(params.reference),
                "relative_difference": _number(params.relative),
                "tolerance": params.tolerance,
            }
            for case_id, image_id, params in certificate.beyond
        ],
    }
    return json.dumps(content, indent=2) + "\n"


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
