"""What S3 access control lists grant, where they are in force (D-81…D-83, D-85)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iam.checks import PolicyType
from iam.layers import Layer, exempt
from iam.principal import CallerKind, Grant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.unit import Unit

_ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
_AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_CANONICAL = re.compile(r"[0-9a-f]{64}\Z")
# D-83: an ACL of a bucket lets list and write, one of an object lets read; FULL_CONTROL is all of them.
_PERMISSIONS = {
    "s3:listbucket": "READ",
    "s3:listbucketversions": "READ",
    "s3:listbucketmultipartuploads": "READ",
    "s3:putobject": "WRITE",
    "s3:deleteobject": "WRITE",
    "s3:deleteobjectversion": "WRITE",
    "s3:getobject": "READ",
    "s3:getobjectversion": "READ",
    "s3:getbucketacl": "READ_ACP",
    "s3:getobjectacl": "READ_ACP",
    "s3:getobjectversionacl": "READ_ACP",
    "s3:putbucketacl": "WRITE_ACP",
    "s3:putobjectacl": "WRITE_ACP",
    "s3:putobjectversionacl": "WRITE_ACP",
}


def acl_grants(unit: Unit, settings: Mapping[str, object], *, enforced: bool, ignore_public: bool) -> tuple[Layer, ...]:
    """The layer of the ACL, none where no ACL grant is stated (contract: left out = none)."""
    stated = settings.get("acl_grants")
    if not isinstance(stated, list):
        return ()
    at = f"{unit.resource_facts.at}/s3/acl_grants"
    complete = at.removeprefix("/facts") not in unit.resource_facts.incomplete
    if not stated and complete:
        return ()
    if enforced:
        return (exempt(PolicyType.S3_ACL, unit.resource_account),)
    layer = Layer(
        policy_type=PolicyType.S3_ACL, account_id=unit.resource_account, at=f"{unit.resource_facts.at}/s3/acl_grants"
    )
    wanted = _PERMISSIONS.get(unit.action)
    for grant in stated:
        if not isinstance(grant, dict) or wanted is None or grant.get("permission") not in (wanted, "FULL_CONTROL"):
            continue
        _add(layer, str(grant.get("grantee") or ""), unit, ignore_public=ignore_public)
    if not complete:
        layer.most = max(layer.most, Grant.ACCOUNT)
        layer.missing[f"{unit.resource_facts.prefix}.s3.acl_grants"] = None
    return (layer,)


def _add(layer: Layer, grantee: str, unit: Unit, *, ignore_public: bool) -> None:
    caller = unit.request.caller
    public = grantee == _ALL_USERS or (grantee == _AUTHENTICATED and caller.kind is not CallerKind.ANONYMOUS)
    if public:
        if ignore_public:
            return
        # Whether a public ACL also spares a caller of the account its own Allow is not documented.
        least = Grant.DIRECT if caller.kind is CallerKind.ANONYMOUS else Grant.ACCOUNT
        layer.least, layer.most = max(layer.least, least), Grant.DIRECT
    elif grantee == unit.caller_account:
        layer.least, layer.most = max(layer.least, Grant.ACCOUNT), max(layer.most, Grant.ACCOUNT)
    elif _CANONICAL.match(grantee) and unit.caller_account is not None:
        layer.most = max(layer.most, Grant.ACCOUNT)
        layer.missing[f"{unit.resource_facts.prefix}.s3.acl_grants"] = None
