"""The manual and the knowledge base build strictly and ask nothing of another host."""

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
BUILDS = {
    "docs": ["mkdocs", "--quiet", "build", "--strict", "--config-file", "docs/mkdocs.yml", "--site-dir"],
    "kb": ["kb.build", "--work", "{work}", "--site"],
}
FIRST_PAGES = {
    "docs": ["", "reference/settings/", "explanation/rule-engine/"],
    "kb": ["", "causes/", "causes/scp-no-allow/"],
}


class Resources(HTMLParser):
    """Collects what a browser loads by itself with a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "link" and given.get("rel") not in {"canonical", "next", "prev"}:
            self.found.append(given.get("href") or "")
        elif tag != "a":
            self.found.append(given.get("src") or "")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a line for each request."""

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture(scope="module", params=BUILDS)
def site(request, tmp_path_factory) -> tuple[str, Path]:
    target = tmp_path_factory.mktemp(request.param)
    command = [part.format(work=target / "pages") for part in BUILDS[request.param]]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    built = subprocess.run(
        [sys.executable, "-m", *command, target / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=quiet,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return request.param, target / "site"


@pytest.fixture
def address(site) -> Iterator[str]:
    handler = functools.partial(QuietHandler, directory=site[1])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_no_page_loads_anything_from_another_host(site):
    _, folder = site
    pages = sorted(folder.rglob("*.html"))
    foreign = []
    for page in pages:
        resources = Resources()
        resources.feed(page.read_text(encoding="utf-8"))
        foreign += [
            (page.name, address) for address in resources.found if address.startswith(("http:", "https:", "//"))
        ]

    assert len(pages) > 10
    assert foreign == []


def test_a_browser_reads_the_pages_without_leaving_the_machine(site, address: str, browser: Browser):
    name, _ = site
    page = browser.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in FIRST_PAGES[name]:
        page.goto(address + path, wait_until="networkidle")
        assert page.locator("h1").first.inner_text()
    page.close()

    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert errors == []


def test_search_finds_a_page(site, address: str, browser: Browser):
    page = browser.new_page()
    page.goto(address, wait_until="networkidle")
    page.locator("input.md-search__input").click()
    page.keyboard.type("policy")
    page.locator("a.md-search-result__link").first.wait_for(timeout=15_000)
    found = page.locator("a.md-search-result__link").count()
    page.close()

    assert found > 0
