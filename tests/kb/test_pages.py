"""The pages of all causes: in shape, original, runnable, and theirs alone."""

import re
import subprocess
from collections import defaultdict

import pytest

from kb.catalogue import PAGES, load_pages
from kb.page import split

CAUSES = load_pages()
MADE_UP_ACCOUNTS = {"111122223333", "444455556666", "999999999999"}


def paragraphs(text):
    """Blocks of text, list items and code, each as one line."""
    for block in re.split(r"\n\s*\n|\n(?=\d+\. |- |\| )", text):
        words = " ".join(block.split())
        if words and not words.startswith(("#", "| ---")):
            yield words


def commands(page):
    yield from re.findall(r"^```sh\n(.*?)^```$", page.confirm, re.MULTILINE | re.DOTALL)
    for step in page.remediation:
        yield from re.findall(r"`(aws [^`]*)`", step)


def each(name):
    return pytest.mark.parametrize("page", CAUSES.values(), ids=CAUSES.keys())(name)


def test_pages_are_listed_by_id():
    assert list(CAUSES) == sorted(CAUSES)
    assert all(page.id == cause for cause, page in CAUSES.items())


def test_no_two_pages_share_a_paragraph():
    seen = defaultdict(set)
    for path in sorted(PAGES.rglob("*.md")):
        _, body = split(path.read_text(encoding="utf-8"))
        for words in paragraphs(re.sub(r"^## Example\n.*", "", body, flags=re.MULTILINE | re.DOTALL)):
            if not re.fullmatch(r"Status \d+\.|```(\w+)?|```sh .{0,40} ```", words):
                seen[words].add(path.name)

    assert {words: pages for words, pages in seen.items() if len(pages) > 1} == {}


def test_no_two_causes_share_a_title_or_a_summary():
    assert len({page.title for page in CAUSES.values()}) == len(CAUSES)
    assert len({page.summary for page in CAUSES.values()}) == len(CAUSES)


@each
def test_titles_are_plain_and_summaries_are_one_sentence(page):
    assert not re.search(r"[{}`]|\.$", page.title)
    assert re.fullmatch(r"[^\n]{20,220}\.", page.summary)


@each
def test_references_are_pages_of_aws_documentation(page):
    for reference in page.references:
        assert re.fullmatch(r"https://docs\.aws\.amazon\.com/[\w/.#-]+", reference.url)


@each
def test_a_cause_that_comes_after_another_names_a_cause(page):
    assert page.after is None or (page.after in CAUSES and page.after != page.id)


@each
def test_steps_stand_alone(page):
    assert 2 <= len(page.remediation) <= 6
    for step in page.remediation:
        assert "](" not in step, "the API's readers cannot follow a relative link"
        assert step.count("`") % 2 == 0
        assert re.search(r"[.?]$", step), step


@each
def test_commands_are_understood_by_the_shell(page):
    for command in commands(page):
        filled = re.sub(r"(?<!\$)\{[a-z_]+\}", "value", command)
        checked = subprocess.run(["bash", "-n", "-c", filled], check=False, capture_output=True, text=True)
        assert checked.returncode == 0, (command, checked.stderr)


@each
def test_no_placeholder_stands_inside_quotes_of_a_command(page):
    for command in commands(page):
        for quoted in re.findall(r"'[^']*'|\"[^\"]*\"", command):
            assert not re.search(r"(?<!\$)\{[a-z_]+\}", quoted), command


@each
def test_no_step_grants_everything(page):
    text = " ".join(page.remediation)

    assert '"Action": "*"' not in text


@each
def test_the_example_is_a_body_of_a_diagnosis(page):
    body = page.example_body()

    assert body.keys() <= {"error", "event", "decoded_message", "request", "facts"}
    assert "error" in body or "event" in body
    assert "facts" in body
    assert set(re.findall(r"(?<![\w-])\d{12}(?![\w-])", page.example)) <= MADE_UP_ACCOUNTS


def test_problem_pages_have_a_title_a_summary_and_a_way_out():
    for path in sorted((PAGES / "problems").glob("*.md")):
        front, body = split(path.read_text(encoding="utf-8"))
        assert front.keys() == {"title", "summary"}, path.name
        assert "## What to do" in body, path.name
        assert re.search(r"^Status \d{3}\.", body), path.name


@pytest.mark.parametrize(
    "page", ["index", "identity-based-or-resource-based", "allow-but-denied", "find-the-arn", "what-scps-do"]
)
def test_the_questions_people_ask_have_pages(page):
    front, body = split((PAGES / f"{page}.md").read_text(encoding="utf-8"))

    assert front["title"]
    assert len(body.split()) > 100
