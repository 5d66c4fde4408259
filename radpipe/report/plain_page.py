"""A page of paragraphs, tables and drawings that needs nothing but itself: inventories and first looks."""

from collections.abc import Sequence

from radpipe.report.blocks import Section
from radpipe.report.pages import environment

__all__ = ["render_plain"]


def render_plain(title: str, kicker: str, lead: str, sections: Sequence[Section]) -> str:
    """Return a page as HTML; every word that is set into it is escaped, and nothing is asked of the network.

    Parameters
    ----------
    title
        Heading.
    kicker
        Small line above it: which page this is.
    lead
        One sentence below it.
    sections
        Those without blocks are left out.
    """
    template = environment().get_template("plain.html.j2")
    return template.render(title=title, kicker=kicker, lead=lead, sections=list(sections))
