"""Adds to a diagnosis what was collected for it: where facts are from, what could not be read, what was changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from service.changes import changes_behind

if TYPE_CHECKING:
    from service.collectors import Collected, Failure

Json = dict[str, Any]

_CALLED: Final = {
    "principal": "the caller",
    "principal.identity_policies": "the caller's policies",
    "principal.permissions_boundary": "the caller's permissions boundary",
    "principal.session_policies": "the event that made the caller's session",
    "principal.tags": "the caller's tags",
    "principal.organization": "the organization of the caller's account",
    "principal.organization.service_control_policies": "the service control policies",
    "resource": "the resource",
    "resource.policy": "the resource's policy",
    "resource.tags": "the resource's tags",
    "resource.s3": "the bucket's settings",
    "resource.kms": "the key's settings",
    "resource.organization": "the organization of the resource's account",
    "resource.organization.resource_control_policies": "the resource control policies",
    "network": "the VPC endpoint",
    "dependencies": "the key that encrypts the data",
    "event": "the CloudTrail record of the denial",
    "decoded_message": "the encoded message",
    "authorization_details": "the authorization details",
    "recent_changes": "recent changes",
    "identity": "the account",
    "permissions": "the permissions of the role",
}
"""What each fact is called in a sentence; a name covers everything below it."""

_DEPENDENCY: Final = re.compile(r"^dependencies\[[^\]]*\]")
_ENTRY: Final = frozenset(("sts.AssumeRole", "sts.GetCallerIdentity"))
_MOST_NAMED: Final = 3


def with_collected(document: Json, collected: Collected, *, connection: str) -> Json:
    """The diagnosis with a member `collected`, and with what belongs beside its other members.

    Changes stand beside the causes that they explain, what kept us from a fact beside each that is missing.
    """
    causes = [
        {**cause, "recent_changes": [change.to_json() for change in changes]}
        for cause, changes in changes_behind(document, collected.recent_changes)
    ]
    missing = [_with_reasons(one, collected.failures) for one in document["missing_facts"]]
    shown = collected_json(collected, connection=connection)
    return {**document, "causes": causes, "missing_facts": missing, "collected": shown}


def collected_json(collected: Collected, *, connection: str) -> Json:
    """The member `collected`: where facts are from, what could not be read and why, what was changed lately."""
    shown = collected.to_json()
    for failure, entry in zip(collected.failures, shown["failures"], strict=True):
        entry["explanation"] = explanation_of(failure)
    return {"connection": connection, **shown}


def explanation_of(failure: Failure) -> str:
    """Why something could not be read, as a sentence: AWS's refusal as our interpreter reads it."""
    what = _listed([called(fact) for fact in failure.facts]) or "the account"
    call = _listed([f"`{permission}`" for permission in failure.permissions]) or f"`{failure.call}`"
    if failure.kind == "denied":
        entering = f"cannot enter account `{failure.account_id}` and " if failure.call in _ENTRY else ""
        return f"We {entering}may not read {what}: {call} is denied{_by(failure)}."
    if failure.kind == "no_connection":
        return f"Account `{failure.account_id}` was not asked for {what}: {_clause(failure.message)}."
    reasons = {
        "throttled": f"AWS throttled {call}",
        "timed_out": f"{call} did not answer in time",
        "over_budget": f"{call} was left: {_clause(failure.message)}",
        "not_found": f"{call} found nothing: {_clause(failure.message)}",
    }
    reason = reasons.get(str(failure.kind), f"{call} failed: {_clause(failure.message)}")
    return f"We could not read {what} in account `{failure.account_id}`: {reason}."


def called(fact: str) -> str:
    """What a fact is called in a sentence."""
    name = fact.partition("[")[0]
    while name:
        if name in _CALLED:
            return _CALLED[name]
        name = name.rpartition(".")[0]
    return f"`{fact}`"


def _by(failure: Failure) -> str:
    """Whom AWS denied and by what, as far as its error says."""
    denial = failure.denial
    if denial is None:
        return f" in account `{failure.account_id}`"
    whom = f" to `{denial.principal}`" if denial.principal else f" in account `{failure.account_id}`"
    if denial.policy_type is None:
        return whom
    layer = str(denial.policy_type).replace("_", " ")
    named = f" `{denial.policy_arn}`" if denial.policy_arn else ""
    if denial.effect == "explicit_deny":
        return f"{whom} by an explicit deny in a {layer}{named}"
    return f"{whom}, because no {layer} allows it"


def _with_reasons(missing: Json, failures: Sequence[Failure]) -> Json:
    """A missing fact with what kept us from it, where we tried."""
    found = next((one for one in failures if any(_concerns(fact, missing["fact"]) for fact in one.facts)), None)
    return missing if found is None else {**missing, "not_collected": explanation_of(found)}


def _concerns(failed: str, missing: str) -> bool:
    """Whether a fact that could not be read is the missing one, a part of it, or what it is a part of."""
    failed, missing = _DEPENDENCY.sub("dependencies", failed), _DEPENDENCY.sub("dependencies", missing)
    return any(
        whole == part or (part.startswith(whole) and part[len(whole)] in ".[/")
        for whole, part in ((failed, missing), (missing, failed))
    )


def _clause(message: str) -> str:
    text = message.strip().rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    shown = unique[:_MOST_NAMED]
    more = f" and {len(unique) - len(shown)} more" if len(unique) > len(shown) else ""
    if more or len(shown) == 1:
        return ", ".join(shown) + more
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
