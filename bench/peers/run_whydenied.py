"""Our evaluator, as `POST /v1/simulations` uses it: facts read once, each request evaluated and answered as JSON."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Any

from bench.peers.engine import Answer, Json, serve
from iam.checks import Decision
from iam.evaluate import evaluate, evaluate_document
from iam.evaluation import to_json
from iam.fact_reader import read_facts
from iam.request import read_request


def prepare(scenario: Json) -> tuple[Answer, list[Any]]:
    """Give the engine in the mode named on the command line: `full`, `none` or `document`."""
    facts = read_facts(scenario["facts"])
    mode = sys.argv[2]

    def answer_document(raw: Json) -> bool:
        answer = to_json(evaluate_document({"request": raw, "facts": scenario["facts"]}))
        return answer["decision"] == "allowed"

    def answer_plainly(raw: Json) -> bool:
        request = read_request(raw, facts, complete_by_default=True)
        return evaluate(request, facts, explain=False).decision is Decision.ALLOWED

    def answer_explained(raw: Json) -> bool:
        request = read_request(raw, facts, complete_by_default=True)
        return to_json(evaluate(request, facts))["decision"] == "allowed"

    if mode == "document":
        return answer_document, scenario["requests"]
    return (answer_plainly if mode == "none" else answer_explained), scenario["requests"]


if __name__ == "__main__":
    serve(version("whydenied"), prepare)
