"""Over every page's example: who knows less is never told more (design, "Honesty" of certainties and decisions)."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import UTC, datetime

import pytest

from iam.checks import Decision
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from kb.catalogue import load_pages
from rules.conclude import conclude
from rules.vocabulary import CERTAINTIES, Certainty
from service.reading import read_body

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGES = {name: page for name, page in load_pages().items() if page.example_body().get("facts")}
DEFAULTED = {"s3", "kms", "lake_formation", "api_gateway", "exists", "unique_id", "dependencies", "incomplete"}
"""What takes AWS's defaults when it is left out, and requests besides the first (contract, "Exceptions")."""
NAMES = {"name", "target", "kind", "arn", "id"}
"""What tells one thing from another: without it there is another thing, not less knowledge."""
ASSUMED = {"aws:securetransport", "aws:viaawsservice", "aws:requestedregion", "aws:currenttime", "aws:epochtime"}
"""What a diagnosis takes for granted where it is not told (contract, "In diagnoses")."""
DENIED = {Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY}


def facts_in(value, at=()):
    """The places of the facts that may be left out: members of objects, and entries of lists and tags."""
    if at and at[-1] in DEFAULTED:
        return
    if isinstance(value, dict) and (not at or at[-1] != "document"):
        spellings = Counter(name.lower() for name in value)
        for name, inner in value.items():
            # Of two tags that differ in case one alone would be certain: that is another fact, not less knowledge.
            if at and name not in NAMES | DEFAULTED and spellings[name.lower()] == 1:
                yield (*at, name)
            yield from facts_in(inner, (*at, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield (*at, number)
            yield from facts_in(inner, (*at, number))


def without(document, place):
    """The document without the fact at a place; the list or tags that it was an entry of are incomplete then."""
    value = found = copy.deepcopy(document)
    for name in place[:-1]:
        value = value[name]
    del value[place[-1]]
    if isinstance(value, list) or place[-2:-1] == ("tags",):
        facts = found["facts"]
        facts["incomplete"] = [*facts.get("incomplete", []), "/" + "/".join(map(str, place[1:-1]))]
    return found


def places_in(document):
    """The places of everything known that may be left out."""
    yield from (("facts", *place) for place in facts_in(document["facts"]))
    if not document["request"]["context_complete"]:
        for key in document["request"].get("context", {}):
            if key.lower() not in ASSUMED:
                yield "request", "context", key


def strengths(document, evaluation, reported):
    """By the layer that a cause is about, the causes and how sure each is; what only AWS's words say left out."""
    found = {}
    for cause in conclude(document, evaluation, reported=reported).causes:
        said = cause.confirmed or (cause.check is None and cause.certainty is Certainty.REPORTED)
        if cause.certainty is Certainty.PROVEN or not said:
            known = found.setdefault((cause.request, cause.policy_type), {})
            strength = CERTAINTIES.index(cause.certainty)
            known[cause.id] = min(strength, known.get(cause.id, strength))
    return found


def told_more(before, after):
    """The causes that are surer than before; where a more specific one is lost, the general one is as sure as it."""
    for where, causes in after.items():
        known = before.get(where, {})
        strongest = min(known.values(), default=CERTAINTIES.index(Certainty.POSSIBLE))
        for cause, strength in causes.items():
            if strength < known.get(cause, strongest):
                yield where, cause, CERTAINTIES[strength]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_leaving_out_any_fact_of_an_example_never_tells_more(page):
    reading = read_body(page.example_body(), now=NOW)
    document = reading.document
    try:
        evaluation = evaluate_document(document, diagnosis=True)
    except RequestError:
        return
    before = strengths(document, evaluation, reading.reported)
    for place in places_in(document):
        fewer = without(document, place)
        try:
            fewer_evaluated = evaluate_document(fewer, diagnosis=True)
        except RequestError:
            continue
        if evaluation.decision in DENIED:
            assert fewer_evaluated.decision is not Decision.ALLOWED, place
        if evaluation.decision is Decision.ALLOWED:
            assert fewer_evaluated.decision not in DENIED, place
        if evaluation.decision is Decision.UNDETERMINED:
            assert fewer_evaluated.decision is Decision.UNDETERMINED, place
        assert not list(told_more(before, strengths(fewer, fewer_evaluated, reading.reported))), place
