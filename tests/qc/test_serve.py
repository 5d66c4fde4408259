"""The server of a page: it answers its page alone, and writes decisions and nothing else."""

import http.client
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from radpipe.errors import NothingUsableError, StorageError
from radpipe.qc.decisions.decision_file import DECISIONS
from radpipe.qc.serve import serve
from radpipe.qc.site.run_page import write_page


class Asked:
    """Asks a server as its page does, unless told otherwise."""

    def __init__(self, url: str, out: Path) -> None:
        self.out = out
        parts = urlsplit(url)
        self.host, self.token = parts.netloc, parts.path.split("/")[1]
        self.refusals: list[str] = []

    def ask(self, name: str, *, send: str | None = None, **headers: str) -> tuple[int, str]:
        path = name if name.startswith("/") else f"/{self.token}/{name}"
        whole = {"Host": self.host} | ({} if send is None else {"Origin": f"http://{self.host}"}) | headers
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            connection.request("GET" if send is None else "POST", path, send, {k: v for k, v in whole.items() if v})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def served(review_run: Path, tmp_path: Path) -> Iterator[Asked]:
    out = Path(shutil.copytree(review_run, tmp_path / "out"))
    write_page(out)
    refusals: list[str] = []
    with serve(out, tell=refusals.append) as here:
        thread = threading.Thread(target=here.server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        asked = Asked(here.url, out)
        asked.refusals = refusals
        yield asked
        here.server.shutdown()
        thread.join()


def line(**other: object) -> str:
    decision = {
        "case_id": "P0", "image_id": "image0", "roi": "GTV-1", "config": "plain", "task_key": "k",
        "mask_sha256": "a" * 64, "verdict": "exclude", "reason": "shifted", "reviewer": "A",
        "decided_at": "2026-11-21T10:00:00Z",
    }  # fmt: skip
    return json.dumps(decision | other) + "\n"


def test_the_page_its_scripts_and_pictures_are_given(served: Asked) -> None:
    status, html = served.ask("index.html")
    assert status == 200
    assert "connect-src 'self'" in html
    (file, *_) = sorted((served.out / "qc" / "cases").iterdir())
    for name in ("app.js", "index.js", "page.css", f"cases/{file.name}"):
        assert served.ask(name) == (200, (served.out / "qc" / name).read_text())


def test_decisions_are_appended_and_given_back(served: Asked) -> None:
    assert served.ask("decisions") == (200, "")
    assert served.ask("decisions", send=line())[0] == 200
    assert served.ask("decisions", send=line(roi="SpinalCord") + line(roi="x", reviewer="B"))[0] == 200
    lines = (served.out / DECISIONS).read_text().splitlines()
    assert [json.loads(one)["roi"] for one in lines] == ["GTV-1", "SpinalCord", "x"]
    assert served.ask("decisions")[1].splitlines() == lines


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "localhost:80"}, {"Origin": "http://evil.example"}, {"Origin": "null"}],
)
def test_another_page_or_a_name_that_points_here_gets_and_writes_nothing(
    served: Asked, headers: dict[str, str]
) -> None:
    assert served.ask("index.js", **headers)[0] == 403
    assert served.ask("decisions", send=line(), **headers)[0] == 403
    assert not (served.out / DECISIONS).exists()
    assert len(served.refusals) == 2


def test_what_is_sent_without_an_origin_or_a_token_is_refused(served: Asked) -> None:
    assert served.ask("decisions", send=line(), Origin="")[0] == 403
    assert served.ask("/decisions", send=line())[0] == 403
    assert served.ask(f"/{'x' * len(served.token)}/index.html")[0] == 403
    assert not (served.out / DECISIONS).exists()


@pytest.mark.parametrize(
    "name",
    [
        "../tables/features.csv",
        "cases/../../plans.json",
        "%2e%2e/plans.json",
        ".serve.lock",
        "cases",
        "decisions.jsonl",
    ],
)
def test_nothing_beside_the_page_is_given(served: Asked, name: str) -> None:
    status, text = served.ask(name)
    assert (status, text) == (404, "no such file\n")


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ("nonsense", 400, "no JSON"),
        (line(verdict="maybe"), 400, "maybe"),
        (line(reason=""), 400, "needs a reason"),
        (line(note="x" * 4_100_000), 413, "too much"),
    ],
)
def test_what_is_no_decision_is_refused_and_nothing_is_written(
    served: Asked, sent: str, status: int, said: str
) -> None:
    try:
        answer = served.ask("decisions", send=sent)
    except (ConnectionError, BrokenPipeError):  # the server hung up before it was sent
        answer = (413, "too much at once")
    assert answer[0] == status
    assert said in answer[1]
    assert not (served.out / DECISIONS).exists()


def test_nothing_else_is_written(served: Asked) -> None:
    before = set(served.out.rglob("*"))
    served.ask("decisions", send=line())
    assert served.ask("index.html", send=line())[0] == 404
    assert set(served.out.rglob("*")) - before == {served.out / DECISIONS}


def test_a_second_server_and_a_folder_without_a_page_are_refused(served: Asked, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="another `radpipe qc serve`"), serve(served.out):
        pass
    with pytest.raises(NothingUsableError, match="has no page yet"), serve(tmp_path):
        pass
