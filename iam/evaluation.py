"""An evaluation as the contract's JSON document; enumerations stay `StrEnum` members, which JSON writes as strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam.checks import Check, Evaluation, Mismatch, StatementMatch


def to_json(evaluation: Evaluation, *, explain: bool = True) -> dict[str, object]:
    """The contract's Evaluation document; `missing_facts` hold names only, the edge adds why and how."""
    return {
        "decision": evaluation.decision,
        "checks": [check_to_json(check, explain=explain) for check in evaluation.checks],
        "assumptions": [{"fact": a.fact, "value": a.value} for a in evaluation.assumptions],
        "missing_facts": [{"fact": fact} for fact in evaluation.missing_facts],
    }


def check_to_json(check: Check, *, explain: bool = True) -> dict[str, object]:
    """One check; `could_be` only on unknown ones, `faults` only where a policy could not be evaluated."""
    found: dict[str, object] = {
        "request": check.request,
        "action": check.action,
        "resource": check.resource,
        "policy_type": check.policy_type,
        "account_id": check.account_id,
        "target": check.target,
        "policies": list(check.policies),
        "effect": check.effect,
        "statements": [statement_to_json(s) for s in check.statements] if explain else [],
        "missing_facts": list(check.missing_facts),
    }
    if check.unsettled:
        found["unsettled"] = list(check.unsettled)
    if check.could_be:
        found["could_be"] = list(check.could_be)
    if check.faults:
        found["faults"] = [
            {"policy": f.policy, "at": f.at + f.pointer, "message": f.message, "line": f.line, "column": f.column}
            for f in check.faults
        ]
    return found


def statement_to_json(statement: StatementMatch) -> dict[str, object]:
    """One statement held against the request; the same explanation is rendered once, so do not change the answer."""
    rendered = statement.rendered
    if not rendered:
        rendered.update(_render(statement))
    return rendered


def _render(statement: StatementMatch) -> dict[str, object]:
    return {
        "policy": statement.policy,
        "policy_arn": statement.policy_arn,
        "index": statement.index,
        "sid": statement.sid,
        "effect": statement.effect,
        "matched": statement.matched,
        "at": statement.at,
        "principal_match": statement.principal_match,
        "mismatches": [_mismatch_to_json(m) for m in statement.mismatches],
    }


def _mismatch_to_json(mismatch: Mismatch) -> dict[str, object]:
    found: dict[str, object] = {
        "element": mismatch.element,
        "expected": list(mismatch.expected),
        "actual": list(mismatch.actual),
    }
    if mismatch.key is not None:
        found["operator"] = mismatch.operator
        found["key"] = mismatch.key
        found["state"] = mismatch.state
    if mismatch.resolved:
        found["resolved"] = list(mismatch.resolved)
    if not mismatch.certain:
        found["certain"] = False
    return found
