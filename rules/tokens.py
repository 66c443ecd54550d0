"""Closed words for what texts name: services, actions, error codes. No foreign text reaches the rules."""

from __future__ import annotations

from typing import Final

from iam.actions import is_known_service
from iam.interpret.codes import normalise

_ACTIONS: Final = frozenset(
    (
        "sts:assumerole",
        "sts:assumerolewithwebidentity",
        "sts:assumerolewithsaml",
        "iam:passrole",
        "iam:createservicelinkedrole",
        "s3:getobject",
        "s3:getobjectversion",
        "s3:headobject",
        "s3:listbucket",
        "s3:putobject",
        "s3:deleteobjectversion",
        "s3:putobjectretention",
        "s3:bypassgovernanceretention",
        "lakeformation:getdataaccess",
        "lambda:invokefunction",
        "lambda:invokefunctionurl",
        "execute-api:invoke",
    )
)
"""The actions that rules name; any other is `other` to them."""
_SESSION_ATTRIBUTES: Final = frozenset(("sts:tagsession", "sts:setsourceidentity", "sts:setcontext"))
_LOOK_ALIKES: Final = {
    "expired_credentials": "credentials",
    "invalid_credentials": "credentials",
    "bad_signature": "credentials",
    "clock_skew": "credentials",
    "region_disabled": "not_enabled",
}
_CODES: Final = {
    "operationnotpermitted": "operation_not_permitted",
    "unmodifiableentity": "unmodifiable_entity",
    "accesscontrollistnotsupported": "acls_disabled",
    "disabledexception": "key_unusable",
    "kms.disabledexception": "key_unusable",
    "kmsinvalidstateexception": "key_unusable",
    "kmsinvalidstate": "key_unusable",
    "kms.kmsinvalidstate": "key_unusable",
    "kmsdisabled": "key_unusable",
    "kmsdisabledexception": "key_unusable",
    "kms.notfound": "key_unusable",
    "forbidden": "forbidden",
    "forbiddenexception": "forbidden",
    "403": "forbidden",
    "optinrequired": "account_not_enabled",
    "subscriptionrequiredexception": "account_not_enabled",
    "notsignedup": "account_not_enabled",
    "accountproblem": "account_not_enabled",
    "pendingverification": "account_not_enabled",
    "blocked": "account_not_enabled",
    "accessdenied": "access_denied",
    "accessdeniedexception": "access_denied",
    "requestexpired": "request_expired",
    "limitexceeded": "limit_exceeded",
    "limitexceededexception": "limit_exceeded",
    "malformedpolicydocument": "malformed_policy",
    "malformedpolicydocumentexception": "malformed_policy",
    "malformedpolicy": "malformed_policy",
    "malformedpolicyexception": "malformed_policy",
    "invalidprincipal": "malformed_policy",
    "packedpolicytoolarge": "policy_limit",
    "packedpolicytoolargeexception": "policy_limit",
    "validationerror": "validation",
    "invalidparametervalueexception": "validation",
    "invalidparametervalue": "validation",
}


def service_token(prefix: str) -> str:
    """The service prefix if AWS has such a service, else `other`: no foreign text reaches the engine."""
    lower = prefix.lower()
    return lower if lower and is_known_service(lower) else "other"


def action_token(action: str) -> str:
    """The action if rules name it, else `other`; what a session is given on its way is one action to them (D-63)."""
    lower = action.lower()
    if lower in _SESSION_ATTRIBUTES:
        return "session_attribute"
    return lower if lower in _ACTIONS else "other"


def code_token(code: str | None) -> str:
    """The group of error codes that a code belongs to, where rules tell it from others."""
    given = code or ""
    return _CODES.get(given.lower()) or _CODES.get(normalise(given), "other")


def look_alike_token(kind: str) -> str:
    """What a look-alike is, as far as rules tell."""
    return _LOOK_ALIKES.get(kind, kind)
