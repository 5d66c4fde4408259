"""``report.html``: one page that needs nothing but itself."""

import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from radpipe.files import write_text, write_whole
from radpipe.report.blocks import Drawing, Section, endpoint_words, records
from radpipe.report.folder import staged
from radpipe.report.patient_table import PatientTable
from radpipe.report.sections import sections
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["environment", "render_page", "said", "summary", "write_report"]


def write_report(
    analysis: SurvivalAnalysis, patients: PatientTable, out: str | Path, *, more: tuple[Section, ...] = ()
) -> Path:
    """Write ``report.html`` and ``figures/NAME.svg``, ``figures/NAME.png`` into a folder, all or none.

    Parameters
    ----------
    analysis, patients
        Of the same patients.
    out
        The folder; made if absent, files of the same names are replaced.
    more
        Sections that other rooms made (quality control, harmonisation, robustness), before the safeguards.

    Returns
    -------
    Path
        The page: one file without remote parts, its figures inside; what comes from tables is escaped.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    out = Path(out)
    parts = sections(analysis, patients, more)
    page = render_page(analysis, patients, parts)
    with staged(out) as folder:
        for drawing in (block for section in parts for block in section.blocks if isinstance(block, Drawing)):
            write_whole(folder / "figures" / f"{drawing.name}.svg", drawing.svg)
            write_whole(folder / "figures" / f"{drawing.name}.png", drawing.png)
        write_text(folder / "report.html", page)
    return out / "report.html"


def render_page(analysis: SurvivalAnalysis, patients: PatientTable, parts: tuple[Section, ...]) -> str:
    """Return the page as HTML, the same for the same analysis.

    Parameters
    ----------
    analysis, patients
        For the head of the page and the answers.
    parts
        The sections below.
    """
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            endpoint=endpoint_words(analysis.endpoint),
            roi=patients.roi,
            patients=len(analysis.patient_ids),
            events=int(analysis.event.sum()),
            summary=summary(analysis),
            verdicts=analysis.verdicts,
            models=analysis.models,
            sections=parts,
        )
    )


def summary(analysis: SurvivalAnalysis) -> str:
    """Return the page in one or two sentences: how often the event came, and the answer to the primary question.

    Parameters
    ----------
    analysis
        What was found.
    """
    chances = [
        f"{100 * row['risk']:.0f} % ({100 * row['low']:.0f} to {100 * row['high']:.0f}) within {row['years']:g} years"
        for row in records(analysis.observed_risk)
        if row["low"] == row["low"]  # NaN where nobody was followed up so long
    ]
    event = "Death" if "survival" in analysis.endpoint else endpoint_words(analysis.endpoint).capitalize()
    risk = f"{event} came to {' and '.join(chances)}." if chances else ""
    first = next((verdict.sentence for verdict in analysis.verdicts), analysis.limits[0] if not analysis.models else "")
    return " ".join(part for part in (risk, first) if part)


def said(text: str) -> str:
    """Write negative numbers with a minus sign, and no minus before zero.

    Parameters
    ----------
    text
        Words and numbers; hyphens within names stay.

    Examples
    --------
    >>> said("-0.012 (-0.000 to 0.004), log-sigma-1-0-mm")
    '−0.012 (0.000 to 0.004), log-sigma-1-0-mm'
    """
    text = re.sub(r"(?<![\w.)-])-(?=0(\.0+)?(?![\d.]))", "", text)
    return re.sub(r"(?<![\w.)-])-(?=\d)", "−", text)


def environment() -> Environment:
    """Return the templates of the package; what is set into them is escaped, a name that is not given is a fault."""
    made = Environment(
        loader=PackageLoader("radpipe.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters["breakable"] = _breakable
    made.filters["said"] = said
    return made


def _breakable(word: str) -> Markup:
    """Escape a cell; long names may break after their underscores, numbers stay with their per cent."""
    return Markup(str(escape(said(word))).replace("_", "_<wbr>").replace(" %", "&nbsp;%"))
