"""Whether any resource-based policy could let another account use a resource as it was asked."""

from __future__ import annotations

from typing import Any, Final

from iam.checks import Check, Effect, PolicyType
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from iam.layering import has_resource_policies
from rules.documents import Document, mapping_at
from rules.report_findings import possible_effects

_ANYONE: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}


def cannot_be_shared(document: Document, check: Check) -> bool:
    """Whether no resource-based policy could end what a check denies to a caller of another account (D-10, D-72, D-73).

    Either the service's resources take no such policy, or AWS refuses this use of a key whatever its policy says: that
    is found by evaluating with a key policy that allows everything to everyone.
    """
    if check.policy_type is not PolicyType.RESOURCE_POLICY or Effect.IMPLICIT_DENY not in possible_effects(check):
        return False
    service = check.action.partition(":")[0].lower()
    return not has_resource_policies(service) or (service == "kms" and _refused(document, check))


def _refused(document: Document, check: Check) -> bool:
    try:
        opened = evaluate_document(_opened(document, check.request), diagnosis=True, explain=False)
    except RequestError:
        return False
    return any(
        (one.request, one.action, one.policy_type, one.target, one.effect)
        == (check.request, check.action, check.policy_type, check.target, Effect.IMPLICIT_DENY)
        for one in opened.checks
    )


def _opened(document: Document, request: int) -> dict[str, Any]:
    """The document with a policy on the resource of the request that allows everything to everyone."""
    facts = dict(mapping_at(document, "/facts"))
    anyone = {"name": "policy", "document": _ANYONE}
    if request == 0:
        facts["resource"] = {**mapping_at(facts, "/resource"), "policy": anyone}
    else:
        dependencies = [dict(one) for one in facts.get("dependencies") or ()]
        changed = dependencies[request - 1]
        changed["resource"] = {**mapping_at(changed, "/resource"), "policy": anyone}
        facts["dependencies"] = dependencies
    return {"request": document["request"], "facts": facts}
