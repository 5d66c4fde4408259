"""The page of a run served to this machine alone, so that each decision reaches the run's file at once."""

import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from radpipe.errors import NothingUsableError, RadpipeError, StorageError
from radpipe.files import make_folder, read_whole, storage_error
from radpipe.qc.decisions.decision import Decision, parse_decision
from radpipe.qc.decisions.decision_file import DECISIONS, append_lines
from radpipe.qc.site.markup import page_html

__all__ = ["Served", "serve"]

HOST = "127.0.0.1"
"""No other machine reaches it."""

LARGEST_BYTES = 4_000_000
"""Of decisions sent at once."""

TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


@dataclass(frozen=True, slots=True)
class Served:
    """Where the page is.

    Parameters
    ----------
    url
        With the token that each request must bear.
    server
        ``serve_forever`` answers until ``shutdown`` is called from another thread.
    """

    url: str
    server: ThreadingHTTPServer


@contextmanager
def serve(out: Path, *, port: int = 0, tell: Callable[[str], None] = lambda sentence: None) -> Iterator[Served]:
    """Open the server of a run's page; it writes nothing but the run's decision file.

    Every request needs the token, which stands in the path, and the host by which the page was opened; what is sent
    must come from the page itself. So no other page of the browser, and no name that is made to point here (DNS
    rebinding), reads a picture or writes a decision.

    Parameters
    ----------
    out
        An output folder with a page.
    port
        0: any that is free.
    tell
        Takes a sentence where something was refused.

    Raises
    ------
    NothingUsableError
        The folder has no page.
    StorageError
        Another server of the same run is at work, or the port is taken.
    """
    folder = out / "qc"
    if not (folder / "index.js").is_file():
        message = f"{out} has no page yet; write it with `radpipe qc {out}`"
        raise NothingUsableError(message)
    token = secrets.token_urlsafe(24)
    with _alone(folder):
        try:
            server = _Server((HOST, port), out, token, tell)
        except OSError as fault:
            message = f"port {port} cannot be opened: {fault.strerror}"
            raise StorageError(message) from fault
        try:
            yield Served(f"http://{HOST}:{server.server_address[1]}/{token}/index.html", server)
        finally:
            server.server_close()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the page's folder for one server."""
    try:
        make_folder(folder)
        file = (folder / ".serve.lock").open("w", encoding="utf-8")
    except OSError as fault:
        raise storage_error(folder, fault) from fault
    with file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows
            pass
        except OSError:
            message = f"another `radpipe qc serve` of {folder.parent} is at work"
            raise StorageError(message) from None
        yield


class _Server(ThreadingHTTPServer):
    """Knows the run, the token, and whom to tell of what was refused."""

    daemon_threads = True

    def __init__(self, place: tuple[str, int], out: Path, token: str, tell: Callable[[str], None]) -> None:
        super().__init__(place, _Handler)
        self.out, self.token, self.tell = out, token, tell
        self.writing = Lock()


class _Handler(BaseHTTPRequestHandler):
    """Answers for one run."""

    server: "_Server"

    server_version = "radpipe"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Give a file of the page, or the decisions."""
        name = self._asked()
        if name is None:
            return
        if name == "decisions":
            self._answer(HTTPStatus.OK, _read(self.server.out / DECISIONS), "application/x-ndjson")
        elif name in ("", "index.html"):
            self._answer(HTTPStatus.OK, page_html(served=True).encode(), "text/html")
        else:
            self._file(name)

    def do_POST(self) -> None:
        """Append decisions."""
        name = self._asked(sent=True)
        if name is None:
            return
        if name != "decisions":
            self._refuse(HTTPStatus.NOT_FOUND, "nothing can be sent there")
            return
        decisions = self._decisions()
        if decisions is None:
            return
        try:
            with self.server.writing:
                append_lines(self.server.out, decisions)
        except RadpipeError as fault:
            self._refuse(HTTPStatus.INSUFFICIENT_STORAGE, str(fault))
            return
        self._answer(HTTPStatus.OK, f"{len(decisions)}\n".encode(), "text/plain")

    def _asked(self, *, sent: bool = False) -> str | None:
        """Return the name asked for behind the token; None where the request was refused."""
        host = f"{HOST}:{self.server.server_address[1]}"
        origins = (f"http://{host}",) if sent else (None, f"http://{host}")
        if self.headers.get("Host") != host or self.headers.get("Origin") not in origins:
            self._refuse(HTTPStatus.FORBIDDEN, "not asked by the page")
            return None
        given, _, name = unquote(urlsplit(self.path).path).removeprefix("/").partition("/")
        if not hmac.compare_digest(given.encode(), self.server.token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN, "the token is missing")
            return None
        return name

    def _decisions(self) -> list[Decision] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too much at once")
            return None
        try:
            text = self.rfile.read(int(length)).decode()
            return [parse_decision(line) for line in text.split("\n") if line.strip()]
        except (ValueError, TypeError) as fault:
            self._refuse(HTTPStatus.BAD_REQUEST, f"no decision: {fault}")
            return None

    def _file(self, name: str) -> None:
        parts = name.split("/")
        path = self.server.out.joinpath("qc", *parts)
        plain = len(parts) == 1 or (len(parts) == 2 and parts[0] == "cases")
        if not plain or any(part.startswith(".") or "\\" in part for part in parts) or path.suffix not in TYPES:
            self._refuse(HTTPStatus.NOT_FOUND, "no such file")
            return
        try:
            self._answer(HTTPStatus.OK, read_whole(path), TYPES[path.suffix])
        except (OSError, StorageError):
            self._refuse(HTTPStatus.NOT_FOUND, "no such file")

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.server.tell(
            f"refused: {self.command} from {self.headers.get('Origin') or self.headers.get('Host')}: {why}"
        )
        self.close_connection = True
        self._answer(status, f"{why}\n".encode(), "text/plain")

    def _answer(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        for key, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(content)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Resource-Policy": "same-origin",
        }.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing of each request: its path bears the token."""


def _read(path: Path) -> bytes:
    try:
        return read_whole(path)
    except FileNotFoundError:
        return b""
