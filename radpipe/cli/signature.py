"""``radpipe signature``: locked signatures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from radpipe.cli.say import say
from radpipe.cli.shared import takes
from radpipe.cli.table_options import reading_of

if TYPE_CHECKING:
    from radpipe.survival.design.endpoints import EndpointRule
    from radpipe.survival.design.patients import Patients
    from radpipe.survival.design.tables import TableReading

__all__ = ["register"]

Features = Annotated[Path, typer.Argument(help="Feature table (CSV, Parquet) or output folder of `radpipe extract`.")]
Clinical = Annotated[Path, typer.Option("--clinical", "-c", help="Clinical table, one row per patient.")]
Dataset = Annotated[str, typer.Option("--dataset", "-d", help="`hn1`, or `generic` with --event and --time.")]
Endpoint = Annotated[str, typer.Option("--endpoint", "-e", help="Endpoint of the data set.")]
Event = Annotated[str, typer.Option("--event", help="Generic: column of the event, 0 or 1.")]
Time = Annotated[str, typer.Option("--time", help="Generic: column of the time.")]
Unit = Annotated[str, typer.Option("--unit", help="Generic: days, months or years.")]
Roi = Annotated[str, typer.Option("--roi", "-r", help="ROI whose rows are taken.")]


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    group = typer.Typer(no_args_is_help=True, help="Locked signatures: list, show, apply, refit.")
    group.command("list")(listed)
    group.command()(show)
    group.command()(apply)
    group.command()(refit)
    app.add_typer(group, name="signature")


def listed() -> None:
    """List the built-in signatures."""
    from radpipe.survival.signatures.published import SIGNATURES

    for signature in SIGNATURES.values():
        say(f"{signature.name:20s} {signature.title}")


def show(signature: Annotated[str, typer.Argument(help="Built-in name or YAML file.")]) -> None:
    """Show a signature: features with their formulas, weights, threshold, what it requires, source."""
    from radpipe.survival.signatures.files import find_signature

    opened = find_signature(signature)
    say(f"{opened.name}: {opened.title}\nsource: {opened.source}")
    for term in opened.terms:
        say(f"  {term.weight:+.6g} x {term.column}{f'  ({term.variant})' if term.variant else ''}")
    say(f"threshold: {'none published' if opened.threshold is None else f'{opened.threshold:g}'}")
    for name, value in opened.requires.items():
        say(f"requires {name}: {value}")
    for note in opened.notes:
        say(f"note: {note}")


@takes(reading=reading_of)
def apply(
    signature: Annotated[str, typer.Argument(help="Built-in name or YAML file.")],
    features: Features,
    clinical: Clinical,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="CSV of each patient's index to write.")] = None,
    dataset: Dataset = "hn1",
    endpoint: Endpoint = "overall_survival",
    event: Event = "",
    time: Time = "",
    unit: Unit = "days",
    roi: Roi = "",
    reading: Any = None,
) -> None:
    """Apply a locked signature to patients it was not made from; a table measured otherwise is refused."""
    from radpipe.survival.signatures import applied as signatures
    from radpipe.survival.signatures.files import find_signature

    opened = find_signature(signature)
    rule, patients = _patients(features, clinical, dataset, endpoint, event, time, unit, roi, reading)
    applied = signatures.apply(opened, patients)
    say(f"{opened.name} on {len(applied.patient_ids)} patients, {rule.name}")
    say(f"  C-index             {applied.c_index}")
    say(f"  C-index of volume   {applied.volume_c}")
    say(f"  calibration slope   {applied.slope:.2f}")
    if applied.high is not None:
        say(f"  above the threshold {int(applied.high.sum())} of {len(applied.high)}")
        say(f"  log-rank p          {applied.log_rank_p:.3g}")
    if out is not None:
        applied.table().to_csv(out, index=False)
        say(f"table: {out}")


@takes(reading=reading_of)
def refit(
    features: Features,
    clinical: Clinical,
    out: Annotated[Path, typer.Option("--out", "-o", help="YAML file to write.")],
    name: Annotated[str, typer.Option(help="Name of the signature.")] = "refit",
    stability: Annotated[
        Path | None, typer.Option(help="CSV with columns feature and icc; the 100 most stable are candidates.")
    ] = None,
    dataset: Dataset = "hn1",
    endpoint: Endpoint = "overall_survival",
    event: Event = "",
    time: Time = "",
    unit: Unit = "days",
    roi: Roi = "",
    volume_column: Annotated[str, typer.Option(help="Column of tumour volume.")] = "",
    reading: Any = None,
) -> None:
    """Make a signature by the recipe of Aerts 2014 and save it as YAML that another centre can apply."""
    from radpipe.survival.procedure.analysis import volume_column_of
    from radpipe.survival.signatures import refitting
    from radpipe.survival.signatures.files import save_signature

    _, patients = _patients(features, clinical, dataset, endpoint, event, time, unit, roi, reading, volume_column)
    volume = volume_column_of(patients.features, volume_column or None)
    stable = None if stability is None else refitting.read_stability(stability)
    made = refitting.refit(patients, name=name, volume=volume, stable=stable)
    save_signature(made, out)
    say(f"{made.name}: {made.title}; threshold {made.threshold:g}")
    say(f"saved: {out}")


def _patients(
    features: Path, clinical: Path, dataset: str, endpoint: str, event: str, time: str, unit: str, roi: str,
    reading: "TableReading", volume_column: str = "",
) -> "tuple[EndpointRule, Patients]":  # fmt: skip
    """Read both tables and join them, as the options of a command say."""
    from radpipe.survival.design.patients import join
    from radpipe.survival.design.tables import choose_endpoint, read_clinical

    rule = choose_endpoint(dataset, endpoint, event=event or None, time=time or None, unit=unit, reading=reading)
    table = read_clinical(clinical, dataset, reading)
    joined = join(features, table, rule, roi=roi or None, lesions=reading.several, loose_ids=reading.loose_ids,
                  volume_column=volume_column or None)  # fmt: skip
    return rule, joined
