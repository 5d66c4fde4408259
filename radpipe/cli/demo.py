"""``radpipe demo``: the whole way on a synthetic cohort."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, Any

import typer

from radpipe.cli.say import is_quiet, say

__all__ = ["FITTING", "register"]

FITTING: Mapping[str, tuple[str, ...]] = {
    "hn1": ("-r GTV-1 -p CT=ct_head_neck -p PT=pet",),
    "hanseg": (
        "--modality CT -p CT=ct_head_neck",
        "--modality MR -p MR=mr_t1 --register rigid --policy E_REGISTRATION=warn",
    ),
    "structseg": ("-p ct_head_neck",),
    "ctpel": ("-p ct_native",),
    "chestxray14": ("-p xray_2d --min-dice 0.9",),
}
"""Layout -> what fits it, for each command that measures."""

NEXT = (
    ("CT and PET", "radpipe extract FOLDER -r 'GTV*' -p CT=ct_head_neck -p PT=pet -o out"),
    ("MR", "radpipe extract FOLDER --modality MR -p MR=mr_t1 -o out"),
    ("organs at risk", "radpipe extract FOLDER --modality CT -p CT=ct_head_neck --roi-dictionary tg263 -o out"),
    ("a row per patient", "radpipe join out --to joined.csv"),
)
"""What one wants to know after the demo: purpose and command."""

TICK_S = 10.0
"""Seconds between two signs of life."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe demo radpipe-demo -j 2\n\nExample: radpipe demo cohorts -d hanseg")(demo)


def demo(
    folder: Annotated[Path, typer.Argument(help="Where the cohort and the tables go.")] = Path("radpipe-demo"),
    patients: Annotated[int, typer.Option(min=2, help="Patients to make.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed makes the same cohort.")] = 2014,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes.")] = 2,
    dataset: Annotated[
        str, typer.Option("--dataset", "-d", help="Another layout: three cases with its known traps, nothing measured.")
    ] = "",
) -> None:
    """Make a synthetic cohort in HN1's layout, measure its primary tumours, and ask what they say about survival."""
    if dataset:
        _layout(dataset, folder, seed)
        return
    from radpipe.demo import make_demo
    from radpipe.pipeline import extract, read_features

    source = folder / "HN1"
    quiet = is_quiet()
    if not (source / "clinical.csv").is_file():
        say(f"1 of 3: making {patients} synthetic patients in {source}")
        make_demo(source, patients=patients, seed=seed, tell=None if quiet else _tell_every(patients // 4 or 1))
    out = folder / "out"
    say("2 of 3: measuring their primary tumours, as this would")
    say(f"  radpipe extract {source} -d hn1 -r GTV-1 --modality CT -p ct_native -j {jobs} -o {out}")
    asked: Any = {"dataset": "hn1", "params": "ct_native", "rois": ["GTV-1"], "modalities": ["CT"]}
    summary = extract(source, out=out, jobs=jobs, quiet=quiet, **asked)
    frame = read_features(out)
    shown = ["case_id", "roi", "status", "diag_volume_mm3", "original_firstorder_Energy", "original_shape_Sphericity"]
    say("")
    say(frame[shown].head(6).to_string(index=False))
    say(f"... {len(frame)} rows, {frame.shape[1]} columns. {summary.account}")
    say("")
    for what, path in (
        ("images and contours", source),
        ("clinical table", source / "clinical.csv"),
        ("feature table", summary.features),
        ("what each column is", out / "tables" / "data_dictionary.csv"),
        ("settings, versions, counts", out / "tables" / "provenance.json"),
    ):
        say(f"{what:28s}{path}")
    _survival(summary.features, source / "clinical.csv", folder / "survival", jobs)
    say("")
    say("With data of your own (radpipe check tells first what is there):")
    for what, command in NEXT:
        say(f"  {what:18s}{command}")
    if summary.account.failed:
        raise typer.Exit(1)


def _survival(features: Path, clinical: Path, out: Path, jobs: int) -> None:
    """Ask of the demo what one would ask of real data; a cohort with few deaths is told to be too small."""
    from rich.console import Console

    from radpipe.cli.survival import show
    from radpipe.errors import UsageError
    from radpipe.survival.procedure.analysis import AnalysisPlan
    from radpipe.survival_pipeline import survival_report

    say("")
    say("3 of 3: asking what they say about survival, as this would more thoroughly")
    say(f"  radpipe survival {features} --clinical {clinical} --roi GTV-1 -j {jobs} -o {out}")
    plan = AnalysisPlan(repeats=5, bootstraps=20, permutations=10, seeds=1)
    try:
        with _ticking():
            analysis = survival_report(features, clinical, out, roi="GTV-1", plan=plan, jobs=jobs)
    except UsageError as refused:
        say(f"no survival report: {refused}")
    else:
        show(analysis, out, Console(highlight=False))


def _tell_every(step: int) -> Callable[[int], None]:
    """Return what tells how many patients are made, now and then."""

    def tell(made: int) -> None:
        if made % step == 0:
            say(f"  {made} patients are made")

    return tell


@contextmanager
def _ticking() -> Iterator[None]:
    """Tell every ten seconds, on standard error, that models are still being fitted."""
    done = Event()
    began = time.monotonic()

    def tick() -> None:
        while not done.wait(TICK_S):
            typer.echo(f"  fitting models, {time.monotonic() - began:.0f} s so far", err=True)

    ticker = Thread(target=tick, daemon=True)
    if not is_quiet():
        ticker.start()
    try:
        yield
    finally:
        done.set()


def _layout(dataset: str, folder: Path, seed: int) -> None:
    """Make a small cohort in a layout, and tell the command that measures it."""
    from radpipe.demo.layouts import make_layout

    source = make_layout(dataset, folder / dataset, seed=seed)
    out = folder / f"out-{dataset}"
    say(f"made {source}; now for instance")
    say(f"radpipe check {source} -d {dataset} -o {out}")
    for options in FITTING[dataset]:
        say(f"radpipe extract {source} -d {dataset} {options} -o {out}")
    if len(FITTING[dataset]) > 1 or "-p PT" in FITTING[dataset][0]:
        say(f"radpipe join {out} --to {folder / 'joined.csv'}")
