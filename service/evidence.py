"""Shows what a cause rests on: each finding with the statement and the values it is about."""

from __future__ import annotations

from typing import Any

from iam.checks import Check, Evaluation, Mismatch, StatementMatch
from rules.cause import Finding, FoundCause
from rules.rule import Basis

_BASES = {Basis.EVALUATED: "evaluated", Basis.REPORTED: "reported", Basis.POSSIBLE: "possible"}


def evidence_of(found: FoundCause, evaluation: Evaluation | None) -> list[dict[str, Any]]:
    """The findings behind a cause, in the order in which the rules used them."""
    return [_shown(finding, evaluation) for finding in found.findings]


def _shown(finding: Finding, evaluation: Evaluation | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": finding.kind, "basis": _BASES[finding.basis]}
    if evaluation is None or finding.check is None:
        return shown | {"details": {name: value for name, value in finding.fields.items() if name not in _KNOWN}}
    check = evaluation.checks[finding.check]
    shown |= check_json(check)
    if finding.statement is None:
        return shown
    statement = check.statements[finding.statement]
    shown |= _of_statement(statement)
    if finding.mismatch is not None:
        shown |= _of_mismatch(statement.mismatches[finding.mismatch])
    return shown


_KNOWN = frozenset(("basis", "check", "statement"))


def check_json(check: Check) -> dict[str, Any]:
    """Which check is meant, and what it says."""
    return {
        "request": check.request,
        "policy_type": str(check.policy_type),
        "target": check.target,
        "effect": str(check.effect),
    }


def _of_statement(statement: StatementMatch) -> dict[str, Any]:
    return {
        "policy": statement.policy,
        "policy_arn": statement.policy_arn,
        "statement": {"index": statement.index, "sid": statement.sid, "effect": statement.effect, "at": statement.at},
    }


def _of_mismatch(mismatch: Mismatch) -> dict[str, Any]:
    shown: dict[str, Any] = {"element": str(mismatch.element)}
    if mismatch.key is not None:
        shown |= {"operator": mismatch.operator, "key": mismatch.key}
    return shown | {"expected": list(mismatch.expected), "actual": list(mismatch.actual), "state": str(mismatch.state)}
