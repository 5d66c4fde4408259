"""A browser for tests: the machine's own Chromium, driven by Playwright's Python package."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")


def chromium() -> str:
    """Path of a Chromium; the test skips and says so where there is none."""
    pytest.importorskip("playwright.sync_api", reason="Playwright's Python package is not installed")
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if (path := shutil.which(name)) is not None:
            return path
    pytest.skip("no Chromium on the path")


def until(page: Any, expression: str, argument: Any = None) -> None:
    """Wait until an expression of the page is true; asked from outside, for the page's policy forbids to evaluate."""
    for _ in range(200):
        if page.evaluate(expression, argument):
            return
        page.wait_for_timeout(30)
    pytest.fail(f"never true: {expression}")


class Watched:
    """A page with what it asked for, what it said, and what its policy forbade."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.dialogs: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("dialog", self._dialog)
        page.add_init_script(
            "window.violations = [];"
            "addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective));"
        )

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.type)
        dialog.accept()

    @property
    def violations(self) -> list[str]:
        return self.page.evaluate("window.violations")

    def open(self, url: str, reviewer: str = "A. Reader") -> Any:
        """Load the page and say who reviews."""
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready]")
        if reviewer:
            self.page.fill("#reviewer", reviewer)
            self.page.press("#reviewer", "Escape")
        return self.page

    def ask(self, check: str) -> Any:
        """Run a check of ``checks.js``."""
        return self.page.evaluate(CHECKS, check)

    def wait_for_picture(self) -> None:
        """Wait until the picture is that of the mask in the panel."""
        for _ in range(200):
            if self.ask("same"):
                return
            self.page.wait_for_timeout(30)
        pytest.fail("the picture of the mask did not come")

    def seen(self) -> str:
        """The case and ROI whose pictures are shown, from the text alternative of the large picture."""
        return self.page.get_attribute("#main-view svg", "aria-label")


@contextmanager
def browsing(**context: Any) -> Iterator[Watched]:
    """Open a browser of its own, with nothing stored; sizes and colours as asked."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield Watched(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context}).new_page())
        finally:
            browser.close()
