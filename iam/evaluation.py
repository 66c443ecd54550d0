"""An evaluation as the contract's JSON document; enumerations stay `StrEnum` members, which JSON writes as strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.unsettled import READINGS

if TYPE_CHECKING:
    from iam.checks import Check, Evaluation, ShownStatement


def to_json(evaluation: Evaluation, *, explain: bool = True) -> dict[str, object]:
    """The contract's Evaluation document; `missing_facts` hold names only, the edge adds why and how.

    Statements are not copied, so nobody may change the answer. `could_be` is given for unknown checks only, `faults`
    where a policy could not be evaluated.
    """
    return {
        "decision": evaluation.decision,
        "checks": [_check(check, list(check.explained) if explain else []) for check in evaluation.checks],
        "assumptions": [{"fact": a.fact, "value": a.value} for a in evaluation.assumptions],
        "missing_facts": [{"fact": fact} for fact in evaluation.missing_facts],
    }


def _check(check: Check, statements: list[ShownStatement]) -> dict[str, object]:
    found: dict[str, object] = {
        "request": check.request,
        "action": check.action,
        "resource": check.resource,
        "policy_type": check.policy_type,
        "account_id": check.account_id,
        "target": check.target,
        "policies": list(check.policies),
        "effect": check.effect,
        "statements": statements,
        "missing_facts": list(check.missing_facts),
    }
    if check.unsettled:
        found["unsettled"] = [{"rule": rule, "usual_reading": READINGS[rule]} for rule in check.unsettled]
    if check.could_be:
        found["could_be"] = list(check.could_be)
    if check.faults:
        found["faults"] = [
            {"policy": f.policy, "at": f.at + f.pointer, "message": f.message, "line": f.line, "column": f.column}
            for f in check.faults
        ]
    return found
