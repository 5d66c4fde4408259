"""A page as one file: what runs is named, and its size is bounded."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from radpipe.errors import NothingUsableError
from radpipe.qc.site.run_page import write_page
from radpipe.qc.site.single_file import write_single


def test_one_file_runs_only_what_its_policy_names(out: Path) -> None:
    path = write_single(out, write_page(out))
    html = path.read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert "unsafe" not in policy[1]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    for text in (*scripts, *re.findall(r"<style>(.*?)</style>", html, re.DOTALL)):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy[1]
    assert len(scripts) == len(re.findall(r"<script", html))
    assert "<img" not in html


def test_a_page_too_large_for_one_file_is_refused(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.qc.site.single_file.LARGEST_SINGLE_BYTES", 1000)
    with pytest.raises(NothingUsableError, match=r"more than 20.*index\.html"):
        write_single(out, write_page(out))
