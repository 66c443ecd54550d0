"""The example of every page is diagnosed as the page says, and the fix it is given ends the denial."""

import re
from datetime import UTC, datetime

import jsonpatch
import pytest

from iam.checks import Decision
from iam.evaluate import evaluate_document
from kb.catalogue import load_pages
from kb.placeholders import names
from service.diagnosis import diagnose

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENDED_BY_NO_POLICY = {
    "condition-time-window",
    "condition-via-service",
    "credential-type-cannot-call-api",
    "kms-aws-managed-key-cross-account",
    "quarantine-policy",
    "sessions-revoked",
    "unsupported-cross-account",
}
"""Causes whose page leads to other credentials, another time or another resource instead of a change."""
PAGES = load_pages()


@pytest.fixture(scope="module")
def diagnosed():
    known = {}

    def diagnosed(page):
        if page.id not in known:
            known[page.id] = diagnose(page.example_body(), identifier="example", now=NOW)
        return known[page.id]

    return diagnosed


def changed(diagnosed):
    """The document that was evaluated, with every patch of the fix applied where it says."""
    request = {name: value for name, value in diagnosed.document["request"].items() if name != "provenance"}
    document = {"request": request, "facts": diagnosed.facts}
    for change in diagnosed.document["fix"]["changes"]:
        moved = [{**step, "path": change["at"] + step["path"]} for step in change["patch"]]
        document = jsonpatch.apply_patch(document, moved)
    return document


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_the_example_is_answered_with_the_page_it_stands_on(page, diagnosed):
    causes = [cause["id"] for cause in diagnosed(page).document["causes"]]

    assert page.id in causes
    assert causes[0] == (page.after or page.id)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_a_denial_that_is_certain_is_ended_by_its_fix(page, diagnosed):
    found = diagnosed(page)
    if (
        found.document["decision"] not in {Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY}
        or page.id in ENDED_BY_NO_POLICY
    ):
        return

    assert found.document["fix"]["verified"] is True
    assert evaluate_document(changed(found)).decision is Decision.ALLOWED


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_every_name_in_the_sentence_of_a_certain_cause_is_known(page, diagnosed):
    for found in diagnosed(page).document["causes"]:
        if found["certainty"] == "proven":
            stand_ins = {name.upper() for name in names(PAGES[found["id"]].summary)}

            assert not [name for name in stand_ins if re.search(rf"\b{name}\b", found["summary"])], found["summary"]
