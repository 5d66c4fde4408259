"""A run's page as one file, to be sent."""

from pathlib import Path

from radpipe.errors import NothingUsableError, StorageError
from radpipe.files import list_files, write_text
from radpipe.qc.site.markup import SCRIPTS, filled, page_part, policy_hash
from radpipe.qc.site.run_page import Page
from radpipe.run.draw import FOLDER

__all__ = ["LARGEST_SINGLE_BYTES", "write_single"]


LARGEST_SINGLE_BYTES = 20_000_000
"""A page in one file is refused above this size: browsers become slow, and mail servers refuse it."""


def write_single(out: Path, page: Page) -> Path:
    """Write a run's page as one file, ``OUT/qc/review.html``, for runs that are small enough.

    Parameters
    ----------
    out
        The output folder.
    page
        What :func:`write_page` wrote.

    Returns
    -------
    Path
        The file; what it runs is named in its policy by SHA-256, so that nothing else runs.

    Raises
    ------
    NothingUsableError
        It would be larger than 20 MB.
    """
    folder = page.path.parent
    scripts = [page_part(name) for name in SCRIPTS[:-1]]
    try:
        scripts.append((folder / "index.js").read_text(encoding="utf-8"))
        scripts += [path.read_text(encoding="utf-8") for path in list_files(out / FOLDER, ".js")]
    except OSError as fault:
        message = f"{folder} cannot be read: {fault.strerror}"
        raise StorageError(message) from fault
    scripts.append(page_part(SCRIPTS[-1]))
    size = sum(map(len, scripts))
    if size > LARGEST_SINGLE_BYTES:
        message = f"one file would have {size / 1e6:.0f} MB, more than 20; {page.path} loads pictures as it needs them"
        raise NothingUsableError(message)
    style = page_part("page.css")
    policy = (
        f"default-src 'none'; script-src {' '.join(map(policy_hash, scripts))}; style-src {policy_hash(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    html = filled(policy, f"<style>{style}</style>", "\n".join(f"<script>{text}</script>" for text in scripts))
    write_text(folder / "review.html", html)
    return folder / "review.html"
