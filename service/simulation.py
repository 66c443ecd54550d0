"""Decides requests against one set of facts (contract, POST /v1/simulations)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iam.errors import RequestError
from iam.evaluate import evaluate_document
from iam.evaluation import to_json
from service.answer import explain_missing_facts
from service.problems import Fault, invalid

Json = dict[str, Any]


def simulate(requests: Sequence[Json], facts: Mapping[str, Any], *, explain: bool = True) -> list[Json]:
    """The contract's Evaluation of each request, in order; raises Problem for what contradicts itself."""
    return [_decide(request, facts, index, explain=explain) for index, request in enumerate(requests)]


def _decide(request: Json, facts: Mapping[str, Any], index: int, *, explain: bool) -> Json:
    document = {"request": request, "facts": facts}
    try:
        evaluation = evaluate_document(document, explain=explain)
    except RequestError as error:
        path = error.path
        if path == "/request" or path.startswith("/request/"):
            path = f"/requests/{index}{path.removeprefix('/request')}"
        raise invalid([Fault(path, error.message)]) from error
    result: Json = to_json(evaluation, explain=explain)
    result["missing_facts"] = explain_missing_facts(result["missing_facts"], document)
    return result
