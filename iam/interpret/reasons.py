"""The clause of a denial that names the policy layer (E.1): which type, implicit or explicit, which policy."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iam.checks import Effect, PolicyType

_NAMES: dict[str, PolicyType] = {
    "identity-basedpolicies": PolicyType.IDENTITY_POLICY,
    "identity-basedpolicy": PolicyType.IDENTITY_POLICY,
    "identitybasedpolicy": PolicyType.IDENTITY_POLICY,
    "identitypolicy": PolicyType.IDENTITY_POLICY,
    "resource-basedpolicies": PolicyType.RESOURCE_POLICY,
    "resource-basedpolicy": PolicyType.RESOURCE_POLICY,
    "resourcebasedpolicy": PolicyType.RESOURCE_POLICY,
    "resourcepolicy": PolicyType.RESOURCE_POLICY,
    "servicecontrolpolicies": PolicyType.SERVICE_CONTROL_POLICY,
    "servicecontrolpolicy": PolicyType.SERVICE_CONTROL_POLICY,
    "resourcecontrolpolicies": PolicyType.RESOURCE_CONTROL_POLICY,
    "resourcecontrolpolicy": PolicyType.RESOURCE_CONTROL_POLICY,
    "permissionsboundary": PolicyType.PERMISSIONS_BOUNDARY,
    "permissionboundary": PolicyType.PERMISSIONS_BOUNDARY,
    "sessionspolicy": PolicyType.SESSION_POLICY,
    "sessionpolicies": PolicyType.SESSION_POLICY,
    "sessionpolicy": PolicyType.SESSION_POLICY,
    "vpcendpointpolicies": PolicyType.VPC_ENDPOINT_POLICY,
    "vpcendpointpolicy": PolicyType.VPC_ENDPOINT_POLICY,
    "roletrustpolicy": PolicyType.ROLE_TRUST_POLICY,
    "trustpolicy": PolicyType.ROLE_TRUST_POLICY,
}
_TYPE = "(?P<type>" + "|".join(_NAMES) + ")"
_ART = "(?:an|a|the|its)?"
_REASON = re.compile(
    rf"(?P<implicit>because(?:no|the){_TYPE}allows?(?:the[a-z0-9:*_-]{{1,140}}?action)?)"
    rf"|(?P<explicit>with(?:an|a|the)?explicitden(?:y|ial)"
    rf"(?:in{_ART}{_TYPE.replace('type', 'explicit_type')}(?:,?withpolicyarn)?)?)"
    rf"|(?P<legacy>duetoan?explicitdenyin{_ART}{_TYPE.replace('type', 'legacy_type')})"
    r"|(?P<public>becausepublic(?:acls|policies)areprevented)"
    r"|(?P<vpce>deniedduetoavpcendpointpolicy)"
)
_CUT = re.compile(
    r"(?:becauseno|with(?:an|a|the)?explicitdenyin(?:an|a|the))([a-z-]{4,24})(?=[\"'`\u2026}\]]|\.\.\.|\Z)"
)
_CONTEXT = re.compile(
    rf"(?:because)?no{_TYPE}allows?(?:the(?:[a-z0-9:*_-]{{1,140}}?)?action)?"
    rf"|{_ART}{_TYPE.replace('type', 'explicit_type')}explicitlydenie?[sd](?:the(?:[a-z0-9:*_-]{{1,140}}?)?action)?"
)
_CUT_WITHIN = 1200
_TRANSITIVE = re.compile(rf"transitivelythrough{_ART}{_TYPE}")


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason clause found in squeezed text: `[start, end)`, and whether a policy ARN may follow (`names_policy`)."""

    start: int
    end: int
    policy_type: PolicyType | None
    effect: Effect | None
    names_policy: bool = False


def find_reason(squeezed: str, start: int, end: int) -> Reason | None:
    """The first reason clause of `squeezed[start:end]`, or None; one cut off by the end of the text if unambiguous."""
    found = _REASON.search(squeezed, start, end)
    if found is None:
        return _cut_reason(squeezed, start, end)
    if found["implicit"]:
        return Reason(found.start(), found.end(), _NAMES[found["type"]], Effect.IMPLICIT_DENY)
    if found["explicit"]:
        name = found["explicit_type"]
        stop = found.end()
        transitive = _TRANSITIVE.match(squeezed, stop, end)
        stop = transitive.end() if transitive else stop
        return Reason(
            found.start(), stop, _NAMES[name] if name else None, Effect.EXPLICIT_DENY, names_policy=name is not None
        )
    if found["legacy"]:
        # That wording was also used where no service control policy allowed the action (E-09): it tells the layer only.
        return Reason(found.start(), found.end(), _NAMES[found["legacy_type"]], None)
    if found["public"]:
        return Reason(found.start(), found.end(), PolicyType.S3_BLOCK_PUBLIC_ACCESS, None)
    return Reason(found.start(), found.end(), PolicyType.VPC_ENDPOINT_POLICY, None)


def find_context(squeezed: str, start: int, end: int) -> Reason | None:
    """The clause of a console's `Context:` line, which has no `because`."""
    found = _CONTEXT.match(squeezed, start, end)
    if found is None:
        return find_reason(squeezed, start, end)
    if found["type"]:
        return Reason(found.start(), found.end(), _NAMES[found["type"]], Effect.IMPLICIT_DENY)
    return Reason(found.start(), found.end(), _NAMES[found["explicit_type"]], Effect.EXPLICIT_DENY)


def _cut_reason(squeezed: str, start: int, end: int) -> Reason | None:
    found = _CUT.search(squeezed, start, min(end, start + _CUT_WITHIN))
    if found is None:
        return None
    types = {policy_type for name, policy_type in _NAMES.items() if name.startswith(found[1])}
    if len(types) != 1:
        return None
    effect = Effect.IMPLICIT_DENY if found.group().startswith("because") else Effect.EXPLICIT_DENY
    return Reason(found.start(), found.end(), types.pop(), effect)
