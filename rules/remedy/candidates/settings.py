"""Settings of the resource that decide beside policies: object ownership, and a policy that counts as public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from iam.by_service.s3_public import is_public
from iam.checks import PolicyType
from iam.errors import PolicyError
from iam.grammar import Kind
from iam.policy import compile_policy
from iam.principal import CallerKind
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.editing import Place, Proposal, place_at, replacing
from rules.remedy.json_patch import Op
from rules.remedy.json_patch import Operation as Step
from rules.remedy.situation import Situation
from rules.remedy.wording import account_root, name_caller

_ENFORCED: Final = "BucketOwnerEnforced"


def change_setting(situation: Situation) -> Iterator[Change]:
    """Make the bucket's owner the owner of its objects, so that policies reach them (F-82, R-16)."""
    settings = situation.resource_facts.settings.get("s3")
    if situation.service != "s3" or situation.check.policy_type is not PolicyType.RESOURCE_POLICY:
        return
    if not isinstance(settings, Mapping) or settings.get("object_ownership", _ENFORCED) == _ENFORCED:
        return
    if settings.get("object_owner_account") in (None, situation.resource_account):
        return
    proposal = Proposal(situation, "change_setting", Preference.GRANT_WHERE_NAMED)
    yield proposal.change(
        f"{situation.resource_facts.at}/s3",
        (Step(Op.REPLACE, "/object_ownership", _ENFORCED),),
        Operation.CHANGE_SETTING,
        layer=PolicyType.RESOURCE_POLICY,
    )


def make_grant_non_public(situation: Situation) -> Iterator[Change]:
    """Name the caller, and the bucket's own account, where a bucket policy lets everyone in (F-81).

    Public access stays blocked: the policy is what ceases to be public.
    """
    layer = PolicyType.RESOURCE_POLICY
    if situation.check.policy_type is not PolicyType.S3_BLOCK_PUBLIC_ACCESS:
        return
    place = place_at(situation, f"{situation.resource_facts.at}/policy", layer)
    named = name_caller(situation)
    account = situation.resource_account
    if place is None or named is None or account is None or situation.caller.kind is CallerKind.ANONYMOUS:
        return
    if named.condition or not isinstance(named.principal, Mapping):
        return
    root = account_root(situation.caller.partition, account)
    ((kind, value),) = named.principal.items()
    principal = {kind: [value, root]} if kind == "AWS" else {kind: value, "AWS": root}
    replacements = {
        index: ({**statement, "Principal": principal},)
        for index, statement in enumerate(place.statements)
        if _public(place, index)
    }
    proposal = Proposal(situation, "make_grant_non_public", Preference.CORRECT)
    shown = next((statements[0] for statements in replacements.values()), None)
    patch = replacing(place, replacements) if replacements else None
    change = proposal.edit(place, patch, Operation.CHANGE_STATEMENT, statement=shown)
    if change is not None:
        yield replace(change, policy_type=layer, account_id=account)


def _public(place: Place, index: int) -> bool:
    statement: Mapping[str, Any] = place.statements[index]
    if statement.get("Effect") != "Allow":
        return False
    try:
        return is_public(compile_policy({**place.document, "Statement": [statement]}, Kind.RESOURCE))
    except PolicyError:
        return False
