"""Whatever the service links to in its knowledge base is there."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rules.catalogue import load_causes
from service.answer import kb_url, pages
from service.app import create_app
from service.config import Config
from service.problems import Kind

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def built_client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kb")
    command = [sys.executable, "-m", "kb.build", "--work", folder / "pages", "--site", folder / "site"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return create_app(replace(Config(), data_dir=folder, kb_dir=folder / "site", log_level="WARNING")).test_client()


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
