"""A remedy in the contract's shape: `fix`, `no_fix_reason` and `alternatives`."""

from __future__ import annotations

from typing import Any

from rules.remedy.change import Admission, Change, Fix, Instructions, Owner, Remedy

Json = dict[str, Any]


def to_json(remedy: Remedy) -> Json:
    """The three members of a diagnosis that say what ends the denial."""
    return {
        "fix": None if remedy.fix is None else fix_json(remedy.fix),
        "no_fix_reason": remedy.no_fix_reason,
        "alternatives": [fix_json(fix) for fix in remedy.alternatives],
    }


def fix_json(fix: Fix) -> Json:
    """One fix."""
    return {
        "changes": [_change_json(*pair) for pair in zip(fix.changes, fix.instructions, strict=True)],
        "decision_after": fix.decision_after.value,
        "verified": fix.verified,
        "holds_if": list(fix.holds_if),
        "grants_nothing_else": fix.effects.grants_nothing_else,
        "also_allows": [_admission_json(one) for one in fix.effects.also_allows],
        "raises_ceiling_for": [_admission_json(one) for one in fix.effects.raises_ceiling_for],
    }


def owner_json(owner: Owner) -> Json:
    """Who can make a change."""
    return {"role": owner.role.value, "account_id": owner.account_id}


def _change_json(change: Change, instructions: Instructions) -> Json:
    return {
        "policy_type": change.policy_type.value,
        "request": change.request,
        "account_id": change.account_id,
        "target": change.target,
        "policy": change.policy,
        "policy_arn": change.policy_arn,
        "at": change.at,
        "operation": change.operation.value,
        "patch": [operation.to_json() for operation in change.patch],
        "statement": None if change.statement is None else dict(change.statement),
        "cli": list(instructions.cli),
        "terraform": instructions.terraform,
        "console": list(instructions.console),
        "owner": owner_json(change.owner),
    }


def _admission_json(admission: Admission) -> Json:
    return {"principal": admission.principal, "action": admission.action, "resource": admission.resource}
