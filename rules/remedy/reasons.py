"""Why there is no fix: what was found that no change may or can end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from iam.checks import Decision, Effect, PolicyType, StatementMatch
from iam.layering import has_resource_policies
from iam.principal import CallerKind
from rules.remedy.candidates.exceptions import is_protected
from rules.remedy.editing import place_of
from rules.remedy.situation import Case, Situation

_ALLOWED: Final = "By these facts the request is allowed: there is nothing to change."
_UNREADABLE: Final = "The request could not be read, so no change can be proven."
_MISSING: Final = "Too little is known: {facts} would have to be known before a change can be named."
_QUARANTINE: Final = (
    "AWS or an administrator stops these credentials on purpose, after a leak or by revoking sessions."
    " Follow the steps of the incident and get new credentials; the denying policy stays."
)
_BARRED: Final = "Credentials of this type cannot call this API, whatever policies say: use other credentials."
_ANONYMOUS: Final = "The caller is anonymous, and nothing is opened to the public: sign the request as a user or role."
_PUBLIC: Final = "Public access is blocked by a setting that stays on: sign the request as a user or role."
_SERVICE_LINKED: Final = "The caller is a service-linked role, whose policies only AWS can change."
_AWS_KEY: Final = (
    "The key is managed by AWS and cannot be used from another account: encrypt with a customer managed key."
)
_UNSUPPORTED: Final = (
    "This action cannot be used across accounts, whatever policies say: assume a role in the account of the resource."
)
_NO_RESOURCE: Final = "The resource of the request is not known, and nothing wider than one resource is proposed."
_MALFORMED: Final = "A policy that decides cannot be read ({policy}): correct it first."
_AWS_POLICY: Final = "The denying policy {policy} is managed by AWS and cannot be edited."
_CONDITION: Final = "A condition on {keys} decides, which the caller cannot meet and which must not be loosened."
UNSETTLED: Final = "AWS does not document how this is decided, so no change can be proven to end the denial."
_NONE: Final = "No change of least privilege was found that ends the denial."


def reason_for_no_fix(case: Case | None) -> str:
    """Why no change is proposed, in one or two sentences; `case` None = the document could not be read."""
    if case is None:
        return _UNREADABLE
    if case.evaluation.decision is Decision.ALLOWED:
        return _ALLOWED
    if any(one.fact == "principal.credentials" for one in case.evaluation.assumptions):
        return _BARRED
    for check in case.blockers:
        found = _reason(Situation(case, check))
        if found is not None:
            return found
    if case.request.caller.kind is CallerKind.ANONYMOUS:
        return _ANONYMOUS
    faults = [fault for check in case.evaluation.checks for fault in check.faults]
    if not case.blockers and faults:
        return _MALFORMED.format(policy=f"`{faults[0].policy}`")
    if not case.blockers and case.evaluation.missing_facts:
        return _MISSING.format(facts=", ".join(f"`{fact}`" for fact in case.evaluation.missing_facts[:5]))
    return _NONE


def _reason(situation: Situation) -> str | None:
    check = situation.check
    if any(_is_protected(situation, match) for match in check.statements):
        return _QUARANTINE
    if check.policy_type is PolicyType.S3_BLOCK_PUBLIC_ACCESS:
        return _PUBLIC
    if situation.caller.kind is CallerKind.ANONYMOUS:
        return _ANONYMOUS
    if situation.caller.is_service_linked and check.policy_type is PolicyType.IDENTITY_POLICY:
        return _SERVICE_LINKED
    return _across_accounts(situation) or _of_policies(situation)


def _across_accounts(situation: Situation) -> str | None:
    check = situation.check
    if check.policy_type is not PolicyType.RESOURCE_POLICY or not situation.foreign:
        return None
    settings = situation.resource_facts.settings.get("kms")
    if isinstance(settings, Mapping) and settings.get("key_manager") == "AWS":
        return _AWS_KEY
    refused = any(match.effect == "Allow" and match.matched for match in check.statements)
    if check.effect is Effect.IMPLICIT_DENY and (refused or not has_resource_policies(situation.service)):
        return _UNSUPPORTED
    return None


def _is_protected(situation: Situation, match: StatementMatch) -> bool:
    if match.effect != "Deny" or match.matched is not True:
        return False
    place = place_of(situation, match)
    return place is not None and is_protected(match, place.statements[match.index])


def _of_policies(situation: Situation) -> str | None:
    """What the deciding policies say: that they cannot be read or edited, or a condition nobody here can meet."""
    check = situation.check
    if situation.resource is None:
        return _NO_RESOURCE
    if check.faults:
        return _MALFORMED.format(policy=f"`{check.faults[0].policy}`")
    for match in check.statements:
        if match.effect == "Deny" and match.matched is True:
            place = place_of(situation, match)
            if place is not None and place.aws_managed:
                return _AWS_POLICY.format(policy=f"`{match.policy}`")
    keys = {
        mismatch.key
        for match in check.statements
        if match.effect == "Allow" and all(one.key for one in match.mismatches)
        for mismatch in match.mismatches
        if mismatch.key is not None
    }
    if keys:
        return _CONDITION.format(keys=", ".join(f"`{key}`" for key in sorted(keys)))
    return None
