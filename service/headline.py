"""Says what a person reads first: which layer denied what, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from iam.arn import parse_arn
from service.words import owner_named

Json = Mapping[str, Any]

_LAYERS: Final = {
    "identity_policy": "identity-based policy",
    "resource_policy": "resource-based policy",
    "role_trust_policy": "role trust policy",
    "permissions_boundary": "permissions boundary",
    "session_policy": "session policy",
    "service_control_policy": "service control policy",
    "resource_control_policy": "resource control policy",
    "vpc_endpoint_policy": "VPC endpoint policy",
}
"""What AWS calls the policies that decide; settings decide without one."""

_ATTACHED: Final = ("service_control_policy", "resource_control_policy")
_TARGETED: Final = (*_ATTACHED, "vpc_endpoint_policy")
_DENIES: Final = ("explicit_deny", "implicit_deny")


def headline(document: Json) -> str | None:
    """One sentence about the first cause of a diagnosis, and one about its fix; names are marked as Markdown's code.

    None where no policy is known to deny: what is merely possible is no headline.
    """
    cause = next(iter(document["causes"]), None)
    if cause is None or cause["certainty"] == "possible" or cause["policy_type"] not in _LAYERS:
        return None
    denied = _denied(cause, document)
    if denied is None:
        return None
    return denied if document["fix"] is None else f"{denied} {_ending(document['fix'])}"


def _denied(cause: Json, document: Json) -> str | None:
    check = next((one for one in document["checks"] if _is_about(cause, one)), None)
    if check is not None and not _is_of_policies(check):
        return None
    if check is not None:
        policies = [one["policy"] for one in cause["evidence"] if (one.get("statement") or {}).get("effect") == "Deny"]
        if check["effect"] == "implicit_deny":
            policies = check["policies"] if len(check["policies"]) == 1 else []
        sentence = _sentence(check, policies, target=check["target"])
        where = _region(cause, check, document) or _on(check["resource"])
        return f"{sentence[:1].upper()}{sentence[1:]} `{check['action']}`{where}."
    reported, request = document["reported"], document["request"]
    if reported is None or reported["effect"] not in _DENIES or reported["policy_type"] != cause["policy_type"]:
        return None
    if not request.get("action"):
        return None
    named = [] if reported["policy_arn"] is None else [reported["policy_arn"]]
    sentence = _sentence(reported, named, target=None)
    return f"AWS says that {sentence} `{request['action']}`{_on(request.get('resource'))}."


def _is_about(cause: Json, check: Json) -> bool:
    of_cause = cause["check"]
    effect = next((one["effect"] for one in cause["evidence"] if "effect" in one), check["effect"])
    return (
        of_cause is not None
        and check["effect"] in _DENIES
        and check["effect"] == effect
        and (of_cause["request"], of_cause["target"], cause["policy_type"])
        == (check["request"], check["target"], check["policy_type"])
    )


def _is_of_policies(check: Json) -> bool:
    """Whether policies decide a check, and not who pays or what kind of credentials called."""
    target = check["target"]
    if check["policy_type"] == "session_policy":
        return bool(check["policies"])
    return not target or check["policy_type"] in _TARGETED or target.startswith("arn:")


def _sentence(check: Json, policies: Sequence[str], *, target: str | None) -> str:
    """The layer and what it does, without what it does it to."""
    layer = _LAYERS[check["policy_type"]]
    denies = check["effect"] == "explicit_deny"
    attached = check["policy_type"] in _ATTACHED
    of = f" {'attached to' if attached else 'of'} `{target}`" if target else ""
    if policies:
        of = f",{of}," if attached and target else of
        return f"the {layer} `{policies[0]}`{of} {'denies' if denies else 'does not allow'}"
    return f"a {layer}{of} denies" if denies else f"no {layer}{of} allows"


def _region(cause: Json, check: Json, document: Json) -> str:
    """The Region of the request, where it is what was asked for."""
    if all(one["kind"] != "region_condition" for one in cause["evidence"]):
        return ""
    arn = parse_arn(check["resource"])
    region = (document["request"].get("context") or {}).get("aws:RequestedRegion") or (arn.region if arn else None)
    return f" in `{region}`" if isinstance(region, str) and region else ""


def _on(resource: str | None) -> str:
    return "" if resource in (None, "", "*") else f" on `{resource}`"


def _ending(fix: Json) -> str:
    """How many changes end it, who makes them, and that this was shown."""
    changes = fix["changes"]
    number, them = ("One change ends it", "it") if len(changes) == 1 else (f"{len(changes)} changes end it", "them")
    whose = " and ".join(dict.fromkeys(owner_named(change["owner"]) for change in changes))
    if fix["verified"]:
        return f"{number}, made by {whose}: evaluated again with {them}, the request is allowed."
    conditions = ", ".join(f"`{fact}`" for fact in fix["holds_if"])
    return f"{number}, made by {whose}, if what is not known allows it: {conditions}."
