"""moto's evaluator: identity policies only, without conditions, which it takes for denials where they are not met."""

from __future__ import annotations

import json
from typing import Any

import moto
from moto.iam.access_control import IAMPolicy, PermissionResult

from bench.peers.engine import Answer, Json, serve


def prepare(scenario: Json) -> tuple[Answer, list[Any]]:
    """Parse the policies once; a request is allowed if one policy permits it and none denies it."""
    policies = [
        IAMPolicy(_without_conditions(p["document"])) for p in scenario["facts"]["principal"]["identity_policies"]
    ]

    def answer(request: Json) -> bool:
        permitted = False
        for policy in policies:
            result = policy.is_action_permitted(request["action"], request["resource"])
            if result is PermissionResult.DENIED:
                return False
            permitted = permitted or result is PermissionResult.PERMITTED
        return permitted

    return answer, scenario["requests"]


def _without_conditions(document: Json) -> str:
    """Leave out what moto cannot evaluate: conditional Deny statements, conditions, variables."""
    statements = [
        {key: value for key, value in statement.items() if key != "Condition"}
        for statement in document["Statement"]
        if statement["Effect"] == "Allow" or "Condition" not in statement
    ]
    return json.dumps({"Statement": statements}).replace("${aws:PrincipalTag/team}", "*")


if __name__ == "__main__":
    serve(moto.__version__, prepare)
