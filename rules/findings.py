"""Everything worth knowing of a diagnosis as flat findings: tokens, numbers and booleans of a closed vocabulary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from iam.checks import Check, Effect, Evaluation, PolicyType
from iam.principal import Caller
from rules.cause import Finding
from rules.context import CaseContext
from rules.documents import Document, mapping_at, value_at
from rules.listing import shows_what_is_missing
from rules.report_findings import Report, possible_effects, report_findings
from rules.request_findings import caller_of, relation_of, request_findings, resource_account
from rules.rule import Basis, Token
from rules.sharing import cannot_be_shared
from rules.statement_findings import LETTING_IN, StatementFindings
from rules.tokens import action_token, service_token
from rules.vocabulary import DENIALS, Relation

MAX_FINDINGS: Final = 250
_ALLOWING: Final = (Effect.ALLOW, Effect.NO_IMPACT)
_CUSTOMER_MANAGED: Final = re.compile(r"arn:[^:]+:iam::\d{12}:policy/")
_SETTINGS: Final = {"/s3/requester_pays": "requester_pays", "/s3/access_point": "access_point_network"}
_FACT_TOKENS: Final = (
    ("context.", "context"),
    ("principal.organization", "organization"),
    ("resource.organization", "organization"),
    ("network.", "endpoint"),
    ("principal.", "principal"),
    ("resource.account_id", "resource_account"),
    ("resource.", "resource"),
    ("dependencies", "dependency"),
)


def extract(document: Document, evaluation: Evaluation | None, reported: Report | None) -> tuple[Finding, ...]:
    """The findings of a diagnosis, in order of weight, at most 250 and then one that says so.

    `document` is `{"request": …, "facts": …}` as it was evaluated; `evaluation` None = not evaluated; `reported` is
    what AWS said, if anything.
    """
    found = list(islice(_all(document, evaluation, reported), MAX_FINDINGS + 1))
    if len(found) > MAX_FINDINGS:
        found[MAX_FINDINGS:] = [Finding(kind="truncated", fields={"kept": MAX_FINDINGS})]
    return tuple(found)


def blocking(evaluation: Evaluation) -> list[int]:
    """The checks that deny, or that could: the indices of all that do not allow for certain."""
    return [
        number
        for number, check in enumerate(evaluation.checks)
        if check.effect in DENIALS or (check.effect is Effect.UNKNOWN and set(check.could_be) & set(DENIALS))
    ]


def _all(document: Document, evaluation: Evaluation | None, reported: Report | None) -> Iterator[Finding]:
    decision = "not_evaluated" if evaluation is None else evaluation.decision.value
    yield Finding(kind="decision", fields={"effect": decision})
    if reported is not None:
        yield from report_findings(document, evaluation, reported)
    caller = caller_of(document)
    bare = evaluation is not None and reported is not None and reported.is_access_denied and not reported.policy_type
    exists = bare and shows_what_is_missing(document)
    yield from islice(request_findings(document, caller, exists=exists), MAX_FINDINGS // 2)
    if evaluation is None:
        return
    numbers = blocking(evaluation)
    if len(numbers) == 1:
        yield Finding(kind="sole_blocker", fields={"check": f"c{numbers[0]}"}, check=numbers[0])
    context = CaseContext(document, evaluation)
    readers = [
        StatementFindings(
            document, context, check, number, caller=caller, owner=resource_account(document, check.request)
        )
        for number, check in enumerate(evaluation.checks)
    ]
    for number in numbers:
        yield from _denials(document, evaluation.checks[number], number, caller)
    yield from _without_trust(evaluation, reported)
    for number in numbers:
        yield from readers[number].of_denials()
        yield from _open_questions(document, evaluation.checks[number], number)
    for number, check in enumerate(evaluation.checks):
        yield from _allowing(check, number)
        yield from readers[number].of_named_principals()
    for number in numbers:
        if Effect.IMPLICIT_DENY in possible_effects(evaluation.checks[number]):
            yield from readers[number].of_near_misses()


def _denials(document: Document, check: Check, number: int, caller: Caller | None) -> Iterator[Finding]:
    """One finding for each denial that the check is or could be."""
    basis = Basis.POSSIBLE if check.effect is Effect.UNKNOWN else Basis.EVALUATED
    for effect in possible_effects(check):
        if effect not in DENIALS:
            continue
        yield Finding(
            kind=check.policy_type.value,
            fields={
                "check": f"c{number}",
                "effect": effect.value,
                "request": check.request,
                "service": service_token(check.action.partition(":")[0]),
                "action": action_token(check.action),
                "relation": relation_of(document, check.request, caller).value,
                "empty": not check.policies
                and (check.effect is not Effect.UNKNOWN or _known_to_be_empty(document, check)),
                "basis": int(basis),
            },
            check=number,
        )


def _without_trust(evaluation: Evaluation, reported: Report | None) -> Iterator[Finding]:
    """That a trust policy leaves nothing to identity policies: no statement of it trusts the account as a whole (D-61).

    Not where AWS itself names the identity policies.
    """
    if reported is not None and reported.policy_type is PolicyType.IDENTITY_POLICY:
        return
    for check in evaluation.checks:
        if check.policy_type is not PolicyType.ROLE_TRUST_POLICY or check.effect is not Effect.IMPLICIT_DENY:
            continue
        if all(found.principal_match != "account" for found in check.statements if found.effect == "Allow"):
            yield Finding("account_not_trusted", {"request": check.request, "basis": int(Basis.EVALUATED)})


def _allowing(check: Check, number: int) -> Iterator[Finding]:
    """That a check allows, or could."""
    for effect in possible_effects(check):
        if effect in _ALLOWING:
            basis = Basis.POSSIBLE if check.effect is Effect.UNKNOWN else Basis.EVALUATED
            fields = {
                "check": f"c{number}",
                "layer": check.policy_type.value,
                "effect": effect.value,
                "lets_in": effect is Effect.ALLOW and check.policy_type in LETTING_IN,
                "request": check.request,
                "basis": int(basis),
            }
            yield Finding(kind="allows", fields=fields, check=number)


def _open_questions(document: Document, check: Check, number: int) -> Iterator[Finding]:
    """Settings checked, policies that could not be read or have other versions, and facts that would settle it."""
    setting = next((name for ending, name in _SETTINGS.items() if (check.at or "").endswith(ending)), None)
    if setting is not None:
        yield _about(number, "setting_check", setting=setting)
    foreign = relation_of(document, check.request, caller_of(document)) is Relation.CROSS_ACCOUNT
    if foreign and cannot_be_shared(document, check):
        yield _about(number, "cannot_be_shared")
    if any(_CUSTOMER_MANAGED.match(found.policy_arn or "") for found in check.statements):
        yield _about(number, "managed_policy")
    if check.faults:
        malformed = any(fault.pointer for fault in check.faults)
        concerned = any(_speaks_of(document, fault.at, check.action) for fault in check.faults)
        fields = {"layer": check.policy_type.value, "malformed": malformed, "concerned": concerned}
        yield _about(number, "fault", **fields)
    for token in dict.fromkeys(_fact_token(fact) for fact in check.missing_facts):
        yield _about(number, "missing_fact", fact=token)


def _known_to_be_empty(document: Document, check: Check) -> bool:
    """Whether the facts say that there are no policies at all, though the check is unknown for another reason."""
    incomplete = mapping_at(document, "/facts").get("incomplete") or ()
    at = check.at or ""
    return value_at(document, at) == [] and at.removeprefix("/facts") not in incomplete


def _speaks_of(document: Document, at: str, action: str) -> bool:
    """Whether a document that cannot be read has the action's service, or every action, in its text."""
    text = json.dumps(value_at(document, at), default=str).lower()
    return f"{action.partition(':')[0].lower()}:" in text or '"*' in text


def _about(number: int, kind: str, /, **fields: Token) -> Finding:
    """A certain finding about a check as a whole."""
    return Finding(kind=kind, fields={"check": f"c{number}", **fields, "basis": int(Basis.EVALUATED)}, check=number)


def _fact_token(fact: str) -> str:
    return next((token for prefix, token in _FACT_TOKENS if fact.startswith(prefix)), "other")
