"""The site builds strictly, shows every page, and asks nothing of any other host."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.catalogue import PAGES, load_pages

ROOT = Path(__file__).parents[2]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "kb.build", *map(str, arguments)], cwd=ROOT, check=False, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kb")
    built = run("--site", folder / "site", "--work", folder / "work")
    assert built.returncode == 0, built.stderr
    return folder / "site"


def test_every_cause_and_problem_has_an_address(site):
    for cause in load_pages():
        assert (site / "causes" / cause / "index.html").is_file(), cause
    for path in (PAGES / "problems").glob("*.md"):
        assert (site / "problems" / path.stem / "index.html").is_file(), path.name


def test_the_indexes_list_every_page(site):
    causes = (site / "causes" / "index.html").read_text(encoding="utf-8")
    problems = (site / "problems" / "index.html").read_text(encoding="utf-8")

    assert all(f'href="{cause}/"' in causes for cause in load_pages())
    assert all(f'href="{path.stem}/"' in problems for path in (PAGES / "problems").glob("*.md"))


def test_open_placeholders_read_as_upper_case_words(site):
    page = (site / "causes" / "identity-no-allow" / "index.html").read_text(encoding="utf-8")

    assert "PRINCIPAL_NAME" in page
    assert "{principal_name}" not in page


def test_nothing_is_loaded_from_another_host(site):
    loaded = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^\s>]*")
    for path in site.rglob("*.html"):
        found = [tag for tag in loaded.findall(path.read_text(encoding="utf-8")) if 'rel="canonical"' not in tag]
        assert not found, (path, found)
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", text), path


def test_a_broken_link_stops_the_build(tmp_path):
    pages = shutil.copytree(PAGES, tmp_path / "pages")
    (pages / "index.md").write_text("[gone](gone.md)\n", encoding="utf-8")
    program = (
        "import pathlib, sys, kb.build\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "kb.build.build(pages=folder / 'pages', site=folder / 'site', work=folder / 'work')\n"
    )
    built = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert built.returncode == 1
    assert "mkdocs refused the site" in built.stderr
