"""The page's HTML, and the policy that names what may run."""

import base64
import hashlib
from importlib.resources import files

__all__ = ["SCRIPTS", "filled", "page_html", "page_part", "policy_hash"]


SCRIPTS = ("take.js", "run.js", "decide.js", "draw.js", "list.js", "numbers.js", "stage.js", "sheet.js", "app.js")
"""In the order in which they are loaded; the index comes before the last."""


def page_html(*, served: bool = False) -> str:
    """Return the page that loads its scripts from beside it.

    Parameters
    ----------
    served
        It may ask the server that it comes from, where decisions are kept.
    """
    names = (*SCRIPTS[:-1], "index.js", SCRIPTS[-1])
    connect = " connect-src 'self';" if served else ""
    return filled(
        f"default-src 'none'; script-src 'self'; style-src 'self';{connect} img-src 'self' data: blob:; "
        "base-uri 'none'; form-action 'none'",
        '<link rel="stylesheet" href="page.css">',
        "\n".join(f'<script src="{name}"></script>' for name in names),
    )


def filled(policy: str, styles: str, scripts: str) -> str:
    """Fill the template of the page.

    Parameters
    ----------
    policy
        What may be loaded and run (``Content-Security-Policy``).
    styles, scripts
        Elements of HTML.

    Returns
    -------
    str
        The page.
    """
    before, after = page_part("index.html").split("{{scripts}}")
    before = before.replace("{{policy}}", policy).replace("{{styles}}", styles)
    return f"{before}{scripts}{after}"


def policy_hash(text: str) -> str:
    """Return the SHA-256 by which a policy names a script or a style.

    Parameters
    ----------
    text
        Between the tags, to the last blank.
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page_part(name: str) -> str:
    """Return a script, style or template of the page, as it is shipped.

    Parameters
    ----------
    name
        Of a file in ``radpipe/qc/page``.
    """
    return (files("radpipe.qc") / "page" / name).read_text(encoding="utf-8")
