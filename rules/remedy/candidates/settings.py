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
from rules.remedy.candidates.statements import allowing, resource_of_policy, sids
from rules.remedy.change import Change, Operation, Owner, OwnerRole, Preference
from rules.remedy.editing import Place, Proposal, place_at, replacing
from rules.remedy.json_patch import Op
from rules.remedy.json_patch import Operation as Step
from rules.remedy.situation import Situation
from rules.remedy.wording import account_root, name_caller

_ENFORCED: Final = "BucketOwnerEnforced"


def change_setting(situation: Situation) -> Iterator[Change]:
    """Make the bucket's account the owner of the object: of this one by writing it anew, or of all (F-82, R-16)."""
    settings = situation.resource_facts.settings.get("s3")
    if situation.service != "s3" or situation.check.policy_type is not PolicyType.RESOURCE_POLICY:
        return
    if not isinstance(settings, Mapping) or settings.get("object_ownership", _ENFORCED) == _ENFORCED:
        return
    account, writer = situation.resource_account, settings.get("object_owner_account")
    if account is None or not isinstance(writer, str) or writer == account:
        return
    at = f"{situation.resource_facts.at}/s3"
    layer = PolicyType.RESOURCE_POLICY
    proposal = Proposal(situation, "change_setting", Preference.GRANT_WHERE_NAMED)
    patch = (Step(Op.REPLACE, "/object_owner_account", account),)
    anew = proposal.change(at, patch, Operation.CHANGE_SETTING, layer=layer)
    yield replace(anew, owner=Owner(OwnerRole.RESOURCE_ACCOUNT_ADMIN, writer))
    patch = (Step(Op.REPLACE, "/object_ownership", _ENFORCED),)
    yield proposal.change(at, patch, Operation.CHANGE_SETTING, layer=layer, broad=True)


def make_grant_non_public(situation: Situation) -> Iterator[Change]:
    """Let in the caller and the bucket's own account where a bucket policy lets everyone in (F-81).

    Public access stays blocked: the policy is what ceases to be public.
    """
    layer = PolicyType.RESOURCE_POLICY
    if situation.check.policy_type is not PolicyType.S3_BLOCK_PUBLIC_ACCESS:
        return
    place = place_at(situation, f"{situation.resource_facts.at}/policy", layer)
    named = name_caller(situation)
    account = situation.resource_account
    if place is None or named is None or account is None:
        return
    own = {"AWS": account_root(situation.caller.partition, account)}
    replacements: dict[int, tuple[Mapping[str, Any], ...]] = {
        index: ({**statement, "Principal": own},)
        for index, statement in enumerate(place.statements)
        if _public(place, index)
    }
    if not replacements:
        return
    added = allowing(
        situation,
        taken=sids(place),
        resource=resource_of_policy(situation),
        principal=named.principal,
        condition=named.condition,
    )
    first = next(iter(replacements))
    replacements[first] = (*replacements[first], added)
    proposal = Proposal(situation, "make_grant_non_public", Preference.CORRECT)
    change = proposal.edit(place, replacing(place, replacements), Operation.CHANGE_STATEMENT, statement=added)
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
