"""Whatever the service links to in its knowledge base is there."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from rules.catalogue import load_causes
from service.answer import kb_url, pages
from service.app import create_app
from service.config import Config
from service.problems import Kind

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def built_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kb")
    command = [sys.executable, "-m", "kb.build", "--work", folder / "pages", "--site", folder / "site"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return create_app(replace(Config(), data_dir=folder, kb_dir=folder / "site", log_level="WARNING"))


@pytest.fixture
def built_client(built_app):
    return built_app.test_client()


def test_every_cause_that_a_rule_can_name_has_a_page(built_client):
    assert load_causes().keys() <= pages().keys()

    for cause in pages():
        with built_client.get(kb_url(cause)) as response:
            assert response.status_code == 200, cause


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.slug)
def test_every_type_of_problem_has_a_page(built_client, kind):
    with built_client.get(kind.type) as response:
        assert response.status_code == 200


def test_a_built_site_is_part_of_being_ready(built_client):
    response = built_client.get("/readyz")

    assert [error["path"] for error in response.json["errors"]] == ["database"]


def test_a_browser_reads_and_searches_it_under_the_policy_that_guards_it(built_app, browser):
    server = make_server("127.0.0.1", 0, built_app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    page = browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        for path in ("/", "/kb/causes/scp-no-allow/", "/kb/"):
            page.goto(f"http://127.0.0.1:{server.server_port}{path}", wait_until="networkidle")
        page.locator("input.md-search__input").click()
        page.keyboard.type("boundary")
        page.locator("a.md-search-result__link").first.wait_for(timeout=15_000)
    finally:
        page.close()
        server.shutdown()
        serving.join()
        server.server_close()

    assert complaints == []
