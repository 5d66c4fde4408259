"""The page as files: HTML, figures and tables, all or none."""

from pathlib import Path

from radpipe.files import write_text, write_whole
from radpipe.report.blocks import Drawing
from radpipe.report.codebook import validation_codebook
from radpipe.report.folder import staged
from radpipe.report.pack import as_words
from radpipe.report.pages import environment
from radpipe.report.validation_page.number_tables import number_tables
from radpipe.report.validation_page.sections import validation_sections
from radpipe.report.validation_page.sentences import answer
from radpipe.survival.signatures.external import External
from radpipe.tables.export import write_csv

__all__ = ["write_validation"]


def write_validation(external: External, endpoint: str, out: str | Path) -> Path:
    """Write page, figures and tables of a validation into a folder, all or none.

    Parameters
    ----------
    external
        What became of the model.
    endpoint
        Its name.
    out
        The folder; files of the same names are replaced.

    Returns
    -------
    Path
        ``validation.html``; beside it ``figures`` and ``patients.csv``, ``horizons.csv``, ``risk_groups.csv``,
        ``overall.csv``, ``case_mix.csv``, ``calibration.csv``, ``decision_curve.csv``, ``codebook.csv``.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    out = Path(out)
    sections = tuple(validation_sections(external, endpoint))
    events = int(external.event.sum())
    lead = f"{len(external.event)} patients, {events} events; made from {external.model.made_from.text}."
    page = environment().get_template("validation.html.j2").render(
        model=external.model.name, lead=lead, answer=answer(external), sections=sections,
    )  # fmt: skip
    with staged(out) as folder:
        for drawing in (block for section in sections for block in section.blocks if isinstance(block, Drawing)):
            write_whole(folder / "figures" / f"{drawing.name}.svg", drawing.svg)
            write_whole(folder / "figures" / f"{drawing.name}.png", drawing.png)
        tables = number_tables(external)
        for name, table in {**tables, "codebook.csv": validation_codebook(tables)}.items():
            write_csv(folder / name, as_words(table))
        write_text(folder / "validation.html", page)
    return out / "validation.html"
