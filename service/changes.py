"""Finds the recent changes that may have brought a cause about: those of the layer, policy or tag that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from service.collectors import RecentChange

Json = dict[str, Any]

_CALLER: Final = "principal.identity_policies"
_RESOURCE: Final = "resource.policy"
_TAGGING: Final = re.compile(r"(?:Un)?[Tt]ag|Tags|PutBucketTagging|DeleteBucketTagging")
_TAG_KEY: Final = re.compile(r":(?:Principal|Resource|ExistingObject)Tag/(.+)|ExistingObjectTag/(.+)", re.IGNORECASE)
_MOVING: Final = frozenset(("MoveAccount", "EnablePolicyType", "DisablePolicyType", "EnableAllFeatures"))
# What only adds cannot have taken a permission away, and what only takes away cannot have brought a Deny.
_ADDING: Final = re.compile(r"Attach|Add|CreateGrant|EnableKey")
_REMOVING: Final = re.compile(r"Detach|Remove|RevokeGrant|RetireGrant|Delete(?!PolicyVersion)|DisablePolicyType")
_ALWAYS: Final = re.compile(r"PermissionsBoundary|Group")
_SETTINGS: Final = (
    (re.compile(r"PublicAccessBlock"), frozenset(("s3_block_public_access",))),
    (re.compile(r"Acl|OwnershipControls"), frozenset(("s3_acl",))),
    (re.compile(r"Grant"), frozenset(("kms_grant", "resource_policy"))),
)
_OF_THE_CALLER: Final = frozenset(("identity_policy",))
_OF_THE_RESOURCE: Final = frozenset(("resource_policy", "role_trust_policy"))
_BOUNDARY: Final = "permissions_boundary"
_KEY_STATES: Final = re.compile(r"(?:Enable|Disable)Key\b|ScheduleKeyDeletion|CancelKeyDeletion")


def changes_behind(
    document: Mapping[str, Any], changes: Sequence[RecentChange]
) -> Iterator[tuple[Json, list[RecentChange]]]:
    """Each cause of a diagnosis with the changes that may have brought it about, newest first."""
    for cause in document["causes"]:
        about = _About(cause, document["checks"])
        yield cause, [change for change in changes if about.may_be_from(change)]


class _About:
    """What a cause is about: its layer and level, how that decided, and the policies and tags it names."""

    def __init__(self, cause: Json, checks: Sequence[Json]) -> None:
        reference = cause["check"] or {}
        self._id, self._layer, self._target = cause["id"], cause["policy_type"], reference.get("target")
        check = next(
            (
                one
                for one in checks
                if (one["policy_type"], one["request"], one["target"])
                == (self._layer, reference.get("request"), self._target)
            ),
            {},
        )
        shown = [one for one in cause["evidence"] if one.get("policy") is not None]
        self._denies = (cause["evidence"] or [{}])[0].get("effect", check.get("effect")) == "explicit_deny"
        self._policies = {name for one in shown for name in (one["policy"], one.get("policy_arn")) if name}
        stated = (name for one in check.get("statements", ()) for name in (one["policy"], one["policy_arn"]) if name)
        self._attached = {*self._policies, *stated, *check.get("policies", ())}
        keys = [str(one.get("key") or "") for one in cause["evidence"]]
        self._tags = {(found[1] or found[2]).lower() for key in keys if (found := _TAG_KEY.search(key)) is not None}
        self._of_caller = any("principaltag/" in key.lower() for key in keys)

    def may_be_from(self, change: RecentChange) -> bool:
        """Whether the change is of what the cause is about, and could have had this effect."""
        name = change.call.partition(":")[2]
        if _TAGGING.search(name):
            return self._is_of_tags(change)
        if change.fact == _CALLER:
            return self._is_of_caller(change, name)
        if change.fact == _RESOURCE:
            return self._is_of_resource(name)
        return self._is_of_organization(change, name)

    def _is_of_tags(self, change: RecentChange) -> bool:
        if change.fact not in (_CALLER, _RESOURCE) or self._of_caller != (change.fact == _CALLER):
            return False
        named = {one.lower() for one in change.involves}
        return bool(self._tags) and (not named or bool(self._tags & named))

    def _is_of_caller(self, change: RecentChange, name: str) -> bool:
        named = {change.resource, *change.involves}
        if "AssumeRolePolicy" in name:
            return False
        if "PermissionsBoundary" in name:
            return bool(self._layer == _BOUNDARY)
        if self._layer == _BOUNDARY:
            return bool(named & self._attached)
        return self._layer in _OF_THE_CALLER and self._could(name) and self._is_of_policy(change)

    def _is_of_resource(self, name: str) -> bool:
        if _KEY_STATES.search(name):
            return bool(self._id == "kms-key-unusable")
        layers = next((layers for pattern, layers in _SETTINGS if pattern.search(name)), _OF_THE_RESOURCE)
        return self._layer in layers and self._could(name)

    def _is_of_organization(self, change: RecentChange, name: str) -> bool:
        layer = change.fact.rpartition(".")[2].replace("_policies", "_policy")
        if self._layer != layer:
            return False
        if name in _MOVING:
            return True
        named = {change.resource, *change.involves}
        at_level = self._target in named or bool(named & {arn.rpartition("/")[2] for arn in self._attached})
        return at_level and self._could(name) and self._is_of_policy(change)

    def _is_of_policy(self, change: RecentChange) -> bool:
        """Whether the policies that a Deny is in, or none in particular, are those that the change names."""
        if not self._denies or not self._policies:
            return True
        known = self._policies | {name.rpartition("/")[2] for name in self._policies}
        named = [one for one in change.involves if one != self._target and not one.startswith(("ou-", "r-"))]
        return not named or not known.isdisjoint(named) or bool(_ALWAYS.search(change.call))

    def _could(self, name: str) -> bool:
        """Whether such a call could have had the effect."""
        return not (_REMOVING if self._denies else _ADDING).match(name)
