"""``radpipe demo``: the whole way on a synthetic cohort."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


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
    if not (source / "clinical.csv").is_file():
        say(f"making {patients} synthetic patients in {source} ...")
        make_demo(source, patients=patients, seed=seed)
    out = folder / "out"
    summary = extract(
        source, dataset="hn1", params="ct_native", rois=["GTV-1"], modalities=["CT"], jobs=jobs, out=out, quiet=False
    )
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
    try:
        analysis = survival_report(
            features,
            clinical,
            out,
            roi="GTV-1",
            plan=AnalysisPlan(repeats=5, bootstraps=20, permutations=10, seeds=1),
            jobs=jobs,
        )
    except UsageError as refused:
        say(f"no survival report: {refused}")
    else:
        show(analysis, out, Console(highlight=False))


def _layout(dataset: str, folder: Path, seed: int) -> None:
    """Make a small cohort in a layout, and tell the command that measures it."""
    from radpipe.demo.layouts import make_layout

    source = make_layout(dataset, folder / dataset, seed=seed)
    params = "xray_2d" if dataset == "chestxray14" else "ct_native"
    modality = "" if dataset == "chestxray14" else " --modality CT"
    out = folder / f"out-{dataset}"
    say(f"made {source}; now for instance")
    say(f"radpipe check {source} --dataset {dataset}{modality} -o {out}")
    say(f"radpipe extract {source} --dataset {dataset}{modality} --params {params} -o {out}")
