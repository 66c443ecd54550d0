"""Decides requests against one set of facts (contract, POST /v1/simulations)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from iam.checks import Evaluation
from iam.errors import RequestError
from iam.evaluate import evaluate
from iam.evaluation import to_json
from iam.fact_reader import read_facts
from iam.facts import Facts
from iam.request import read_request
from service.answer import explain_missing_facts
from service.problems import Fault, Kind, Problem, invalid
from service.work import Work

Json = dict[str, Any]

MAX_STATEMENTS: Final = 200_000
"""The most statements that one simulation explains; each takes about half a kilobyte of the answer."""


def simulate(
    requests: Sequence[Json], facts: Mapping[str, Any], *, explain: bool = True, work: Work | None = None
) -> list[Json]:
    """The contract's Evaluation of each request, in order.

    Raises Problem for contradictions, and for more than can be explained or than is `work`.
    """
    try:
        read = read_facts(facts)
    except RequestError as error:
        raise invalid([Fault(error.path, error.message)]) from error
    results = []
    statements = 0
    for index, request in enumerate(requests):
        if work is not None:
            work.spend()
        evaluation = _decide(request, read, index, explain=explain)
        statements += sum(len(check.explained) for check in evaluation.checks)
        if statements > MAX_STATEMENTS:
            detail = f"explaining takes more than {MAX_STATEMENTS} statements: send fewer requests, or `explain` false"
            raise Problem(Kind.TOO_LARGE, detail, [Fault("/requests", detail)])
        result: Json = to_json(evaluation, explain=explain)
        document = {"request": request, "facts": facts}
        result["missing_facts"] = explain_missing_facts(result["missing_facts"], document)
        results.append(result)
    return results


def _decide(request: Json, facts: Facts, index: int, *, explain: bool) -> Evaluation:
    try:
        found = read_request(request, facts, complete_by_default=True)
        return evaluate(found, facts, explain=explain)
    except RequestError as error:
        path = error.path
        if path == "/request" or path.startswith("/request/"):
            path = f"/requests/{index}{path.removeprefix('/request')}"
        raise invalid([Fault(path, error.message)]) from error
