"""cedarpy: the same statements as flat Cedar policies, parsed once; one decision, without layers."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import cedarpy
from engine import Answer, Json, serve


def prepare(scenario: Json) -> tuple[Answer, list[Any]]:
    """Translate and parse the policies once; every statement becomes one `permit` or `forbid`."""
    policies = cedarpy.PolicySet.from_str("\n".join(_policy(statement) for statement in _statements(scenario["facts"])))
    entities = cedarpy.Entities.from_json_str("[]")
    requests = [
        {
            "principal": {"type": "Principal", "id": request["principal"]},
            "action": {"type": "Action", "id": request["action"]},
            "resource": {"type": "Resource", "id": request["resource"]},
            "context": {
                "action": request["action"],
                "resource": request["resource"],
                **_attributes(request["context"]),
            },
        }
        for request in scenario["requests"]
    ]

    def answer(request: Json) -> bool:
        return bool(cedarpy.is_authorized(request, policies, entities).allowed)

    return answer, requests


def _statements(facts: Json) -> list[Json]:
    principal = facts["principal"]
    attached = list(principal["identity_policies"])
    attached += [principal["permissions_boundary"], facts["resource"]["policy"]]
    for level in (principal["organization"] or {}).get("service_control_policies", ()):
        attached += level["policies"]
    return [statement for policy in attached if policy for statement in policy["document"]["Statement"]]


def _attributes(context: dict[str, str]) -> Json:
    return {
        key: {"__extn": {"fn": "ip", "arg": value}} if key == "aws:SourceIp" else value
        for key, value in context.items()
    }


def _policy(statement: Json) -> str:
    effect = "permit" if statement["Effect"] == "Allow" else "forbid"
    negated = "NotAction" in statement
    actions = _any(_like("context.action", action) for action in statement["NotAction" if negated else "Action"])
    clauses = [f"!({actions})" if negated else actions]
    clauses.append(_any(_like("context.resource", resource) for resource in statement["Resource"]))
    named = statement.get("Principal", "*")
    principal = "principal"
    if named != "*":
        principal = f"principal == Principal::{json.dumps(named['AWS'])}"
    for operator, keys in statement.get("Condition", {}).items():
        clauses.extend(_condition(operator, key, values) for key, values in keys.items())
    return f"{effect}({principal}, action, resource) when {{ {' && '.join(f'({clause})' for clause in clauses)} }};"


def _condition(operator: str, key: str, values: str | list[str]) -> str:
    listed = values if isinstance(values, list) else [values]
    attribute, present = f"context[{json.dumps(key)}]", f"context has {json.dumps(key)}"
    match operator:
        case "StringEquals" | "Bool":
            return f"{present} && ({_any(f'{attribute} == {json.dumps(value)}' for value in listed)})"
        case "StringNotEquals":
            return f"!({present}) || !({_any(f'{attribute} == {json.dumps(value)}' for value in listed)})"
        case "IpAddress":
            return f"{present} && ({_any(f'{attribute}.isInRange(ip({json.dumps(value)}))' for value in listed)})"
    message = f"`{operator}` is not translated"
    raise ValueError(message)


def _like(attribute: str, pattern: str) -> str:
    return (
        "true" if pattern == "*" else f"{attribute} like {json.dumps(pattern.replace('${aws:PrincipalTag/team}', '*'))}"
    )


def _any(clauses: Any) -> str:
    return " || ".join(clauses)


if __name__ == "__main__":
    serve(version("cedarpy"), prepare)
