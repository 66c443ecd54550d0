"""Is it alive, is it ready, which version is it."""

from dataclasses import replace

import pytest

from service.app import create_app


def test_a_living_process_says_so(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_what_is_not_ready_is_named(config, tmp_path):
    client = create_app(replace(config, data_dir=tmp_path / "fresh")).test_client()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert [fault["path"] for fault in response.json["errors"]] == ["database", "kb"]
    assert "whydenied migrate" in response.json["detail"]


def test_a_service_with_everything_is_ready(client, config):
    config.kb_dir.mkdir()
    (config.kb_dir / "index.html").write_text("<title>kb</title>", encoding="utf-8")

    assert client.get("/readyz").json == {"status": "ready"}


def test_the_version_names_product_data_and_rules(client):
    found = client.get("/version").json

    assert found["version"]
    assert found["rules_digest"]
    assert found["data_version"]["sources"]
    assert found["causes"] > 0


def test_the_first_page_leads_to_everything_else(client):
    page = client.get("/").text

    for target in ("/kb/", "/docs/", "/openapi.yaml"):
        assert f'href="{target}"' in page


@pytest.fixture(params=["kb", "docs"])
def site(request, config) -> str:
    """The path of a built site."""
    folder = {"kb": config.kb_dir, "docs": config.docs_dir}[request.param]
    (folder / "causes").mkdir(parents=True)
    for file in ("index.html", "404.html", "causes/index.html"):
        (folder / file).write_text(file, encoding="utf-8")
    return f"/{request.param}/"


def test_pages_are_served_under_a_policy_of_their_own(client, site):
    with client.get(site) as response:
        assert (response.status_code, response.text) == (200, "index.html")
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    with client.get(site + "causes/") as response:
        assert response.text == "causes/index.html"


def test_a_folder_without_a_slash_leads_to_the_one_with(client, site):
    response = client.get(site + "causes")

    assert (response.status_code, response.headers["Location"]) == (308, site + "causes/")


def test_an_unchanged_page_is_not_sent_again(client, site):
    with client.get(site) as first:
        tag = first.headers["ETag"]

    with client.get(site, headers={"If-None-Match": tag}) as second:
        assert second.status_code == 304


def test_what_is_missing_is_a_page_for_a_browser_and_a_problem_for_others(client, site):
    browser = client.get(site + "nothing", headers={"Accept": "text/html,*/*"})
    other = client.get(site + "nothing")

    assert (browser.status_code, browser.text) == (404, "404.html")
    assert (other.status_code, other.json["type"]) == (404, "/kb/problems/not-found/")
