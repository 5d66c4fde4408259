"""``radpipe verify``: compare a finished run with PyRadiomics."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe verify out --sample 20")(verify)


def verify(
    out: Annotated[Path, typer.Argument(help="Output folder of `radpipe extract`.", show_default=False)],
    sample: Annotated[int, typer.Option("--sample", min=1, help="Number of rows to measure again.")] = 10,
    everything: Annotated[bool, typer.Option("--all", help="Measure every row again.")] = False,
) -> None:
    """Measure rows of a finished run again with PyRadiomics and write a certificate, `OUT/verify.json`.

    Exit code 1 when a value differs by more than its tolerance, or a row cannot be measured again.
    """
    from radpipe.verify.certificate import CheckedRow
    from radpipe.verify.certificate import verify as run

    def tell(row: CheckedRow) -> None:
        told = row.fault or f"{row.features} features, largest relative difference {row.largest:.2g} {row.feature}"
        typer.echo(f"{row.case_id}  {row.roi}: {told}")

    certificate = run(out, sample=None if everything else sample, tell=tell)
    typer.echo(f"{len(certificate.rows)} of {certificate.of_rows} rows, {certificate.features} values compared")
    typer.echo(f"engine {certificate.engine}; reference {certificate.reference}")
    for case_id, _, one in certificate.beyond:
        typer.echo(f"  {case_id}  {one.roi}  {one.feature}: {one.native!r} and {one.reference!r}")
    typer.echo(f"{'passed' if certificate.passed else 'FAILED'}: {out / 'verify.json'}")
    if not certificate.passed:
        raise typer.Exit(1)
