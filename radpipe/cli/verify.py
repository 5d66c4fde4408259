"""``radpipe verify``: compare a finished run with PyRadiomics, or the phantoms with IBSI."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.say import say
from radpipe.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe verify out --sample 20")(verify)


def verify(
    out: Annotated[Path | None, typer.Argument(help="Output folder of `radpipe extract`.", show_default=False)] = None,
    sample: Annotated[int, typer.Option("--sample", min=1, help="Number of rows to measure again.")] = 10,
    everything: Annotated[bool, typer.Option("--all", help="Measure every row again.")] = False,
    ibsi: Annotated[
        bool, typer.Option("--ibsi", help="Compare with IBSI's reference values instead, on its phantoms.")
    ] = False,
    ct_phantom: Annotated[
        Path | None,
        typer.Option("--ct-phantom", help="Folder of IBSI's CT phantom: image/*.nii.gz and mask/*.nii.gz."),
    ] = None,
    table: Annotated[
        Path, typer.Option("--to", help="Folder for ibsi_compliance.csv and ibsi_compliance.html.")
    ] = Path("ibsi_compliance"),
) -> None:
    """Measure rows of a finished run again with PyRadiomics and write a certificate, `OUT/verify.json`.

    With `--ibsi`: measure IBSI's phantoms and write its compliance table. Exit code 1 when a value differs by more than
    its tolerance, or a row cannot be measured again.
    """
    if ibsi == (out is not None):
        message = "give OUT, the output folder of a finished run, or --ibsi, not both" if ibsi else "give OUT or --ibsi"
        raise UsageError(message)
    passed = _phantoms(ct_phantom, table) if out is None else _run(out, None if everything else sample)
    if not passed:
        raise typer.Exit(1)


def _run(out: Path, sample: int | None) -> bool:
    from radpipe.verify.certificate import CheckedRow
    from radpipe.verify.certificate import verify as run

    def tell(row: CheckedRow) -> None:
        result = row.fault or f"{row.features} features, largest relative difference {row.largest:.2g} {row.feature}"
        say(f"{row.case_id}  {row.roi}: {result}")

    certificate = run(out, sample=sample, tell=tell)
    say(f"{len(certificate.rows)} of {certificate.of_rows} rows, {certificate.features} values compared")
    say(f"engine {certificate.engine}; reference {certificate.reference}")
    for case_id, _, config in certificate.beyond:
        say(f"  {case_id}  {config.roi}  {config.feature}: {config.native!r} and {config.reference!r}")
    say(f"{'passed' if certificate.passed else 'FAILED'}: {out / 'verify.json'}")
    return certificate.passed


def _phantoms(ct_phantom: Path | None, folder: Path) -> bool:
    """Compare with IBSI; True when every value is met that the documentation does not name as missed."""
    from radpipe.report.compliance import write_compliance_page
    from radpipe.verify.ibsi import KNOWN_MISSES, Compared, compare_ibsi, write_compliance

    rows: list[Compared] = []
    for group in compare_ibsi(ct_phantom):
        rows += group
        met = sum(row.met for row in group)
        say(f"{group[0].configuration:8} {met:4} of {len(group):4}")
        for row in (row for row in group if not row.met):
            say(f"  {row.tag}: {row.value:.6g}, reference {row.reference:g} +- {row.tolerance:g}")
    write_compliance(rows, folder / "ibsi_compliance.csv")
    write_compliance_page(rows, folder / "ibsi_compliance.html")
    say(f"{sum(row.met for row in rows)} of {len(rows)} reference values met: {folder / 'ibsi_compliance.html'}")
    return all(row.met or (row.configuration, row.tag) in KNOWN_MISSES for row in rows)
