"""Findings about the caller, the resource and its settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.arn import Arn, parse_arn
from iam.principal import Caller, CallerKind, read_caller
from rules.cause import Finding
from rules.documents import Document, mapping_at, request_document, resource_facts
from rules.rule import Basis, Token
from rules.vocabulary import NO, UNKNOWN, YES, Relation

_SERVICE_SESSIONS: Final = frozenset(("AWSCloudFormation", "AutoScaling", "codebuild", "aws-lambda"))
_SESSIONS_OF_SERVICES: Final = re.compile(r"m?i-[0-9a-f]{8,17}|[0-9a-f]{32}|AWSCodeBuild-[0-9a-f-]{36}")
"""What sessions are called in which an instance, an ECS task and a build of CodeBuild work."""
_SESSION_APIS: Final = frozenset(("sts:getfederationtoken", "sts:getsessiontoken"))
_READING: Final = frozenset(("s3:getobject", "s3:getobjectversion"))
_WITH_A_KEY: Final = _READING | {"s3:putobject"}
_KEY_STATES_IN_USE: Final = frozenset(("Enabled", "Creating", "Updating"))


def caller_of(document: Document) -> Caller | None:
    """The caller as the request or else the facts name it; None where neither does."""
    principal = mapping_at(document, "/facts/principal")
    stated = request_document(document, 0).get("principal") or principal.get("arn")
    if not isinstance(stated, str) or not stated:
        return None
    return read_caller(
        stated,
        principal_arn=_text(principal, "arn"),
        created_by=_text(principal, "created_by"),
        unique_id=_text(principal, "unique_id"),
    )


def request_findings(document: Document, caller: Caller | None, *, exists: bool = False) -> Iterator[Finding]:
    """Everything that follows from the request and the facts without any policy.

    `exists` says that the resource of the request itself would have been reported missing, were it so.
    """
    if caller is not None:
        account = _account_kind(document, caller)
        yield _finding(
            "caller", type=caller.kind.value, nature=_nature(caller), is_role=caller.is_role, account=account
        )
        limit = _credential_limit(caller, str(request_document(document, 0).get("action") or "").lower())
        if limit is not None:
            yield _finding("credential_limit", limit=limit)
    dependencies = mapping_at(document, "/facts").get("dependencies")
    count = len(dependencies) if isinstance(dependencies, list) else 0
    for number in range(count + 1):
        yield from _resource_findings(document, number, caller, exists=exists and number == 0)


def relation_of(document: Document, number: int, caller: Caller | None) -> Relation:
    """Whether the caller and the resource of a request are of one account."""
    owner = resource_account(document, number)
    account = caller.account_id if caller is not None else None
    if account is None or owner is None:
        return Relation.UNKNOWN
    return Relation.SAME_ACCOUNT if account == owner else Relation.CROSS_ACCOUNT


def resource_account(document: Document, number: int) -> str | None:
    """The account of the resource of a request: as stated, else as its ARN says; None where neither does."""
    request = request_document(document, number)
    resource = request.get("resource")
    if resource == "*":
        caller = caller_of(document)
        return caller.account_id if caller else None
    arn = parse_arn(resource) if isinstance(resource, str) else None
    return (
        _text(request, "resource_account")
        or _text(resource_facts(document, number), "account_id")
        or (arn.account if arn is not None and arn.account.isdigit() else None)
    )


def _nature(caller: Caller) -> str:
    """What kind of role or provider stands behind the caller, as far as names tell (F-67, F-68, F-74, F-96)."""
    if caller.kind is CallerKind.PROVIDER:
        return "saml" if ":saml-provider/" in caller.arn else "oidc"
    if not caller.is_role:
        return "none"
    role = caller.role_arn or ""
    if caller.is_service_linked:
        return "service_linked"
    if (caller.name or "").startswith("AWSReservedSSO_"):
        return "permission_set"
    session = caller.session or ""
    if ":role/service-role/" in role or session in _SERVICE_SESSIONS or _SESSIONS_OF_SERVICES.fullmatch(session):
        return "service_role"
    return "plain"


def _account_kind(document: Document, caller: Caller) -> str:
    """Where the caller's account stands in an organization."""
    principal = mapping_at(document, "/facts/principal")
    if "organization" not in principal:
        return UNKNOWN
    organization = principal["organization"]
    if not isinstance(organization, Mapping):
        return "none"
    management = organization.get("management_account_id")
    if not isinstance(management, str) or caller.account_id is None:
        return UNKNOWN
    return "management" if management == caller.account_id else "member"


def _credential_limit(caller: Caller, action: str) -> str | None:
    """The APIs that credentials of this type cannot call, whatever policies say (D-20, D-22)."""
    if caller.kind is CallerKind.ROOT and action == "sts:assumerole":
        return "root_assumes_role"
    if (
        caller.kind is CallerKind.FEDERATED_USER
        and action.startswith(("iam:", "sts:"))
        and action != "sts:getcalleridentity"
    ):
        return "federated_user"
    return "role_session" if caller.is_role and action in _SESSION_APIS else None


def _resource_findings(document: Document, number: int, caller: Caller | None, *, exists: bool) -> Iterator[Finding]:
    request, facts = request_document(document, number), resource_facts(document, number)
    action = str(request.get("action") or "").lower()
    resource = request.get("resource") or facts.get("arn")
    arn = parse_arn(resource) if isinstance(resource, str) else None
    known = facts.get("exists", exists or None)
    yield _finding(
        "target",
        request=number,
        type=_resource_type(arn, action),
        exists=UNKNOWN if not isinstance(known, bool) else YES if known else NO,
    )
    if caller is not None and caller.is_role and action == "sts:assumerole" and resource == caller.role_arn:
        yield _finding("self_assumption", request=number)
    owner = resource_account(document, number)
    for name, value in _settings(facts, owner=owner, account=caller.account_id if caller is not None else None):
        yield _finding("setting", request=number, name=name, value=value)
    if known is not False:
        yield from _unsaid_of_object(document, number, action)


def _resource_type(arn: Arn | None, action: str) -> str:
    """The type of the resource, where a rule tells it from others."""
    if arn is None:
        return "other"
    if arn.service == "s3" and not arn.account:
        return "s3_object" if "/" in arn.resource else "s3_bucket"
    if arn.service in {"s3", "s3-object-lambda"}:
        return "s3_access_point" if arn.resource.startswith("accesspoint") else "other"
    if arn.service == "iam" and arn.resource.startswith("role/"):
        if arn.resource.startswith("role/aws-service-role/"):
            return "service_linked_role"
        return "reserved_role" if arn.resource.startswith("role/aws-reserved/") else "role"
    if arn.service == "kms":
        return "kms_alias" if arn.resource.startswith("alias/") else "kms_key"
    if arn.service == "sqs":
        return "queue"
    return "api" if action == "execute-api:invoke" else "other"


def _settings(facts: Mapping[str, Any], *, owner: str | None, account: str | None) -> Iterator[tuple[str, str]]:
    """The settings of a resource that a rule asks for, those that are known."""
    s3, kms = facts.get("s3"), facts.get("kms")
    if isinstance(s3, Mapping):
        ownership = s3.get("object_ownership")
        if isinstance(ownership, str):
            yield "s3_acls", "disabled" if ownership == "BucketOwnerEnforced" else "enabled"
        object_owner = s3.get("object_owner_account")
        if isinstance(object_owner, str) and owner is not None:
            yield "s3_object_owner", "bucket_owner" if object_owner == owner else "other"
        if s3.get("requester_pays") is True:
            yield "s3_requester_pays", YES
        if isinstance(s3.get("access_point"), Mapping):
            yield "s3_access_point", YES
        if any(_grants_to(grant, account) for grant in s3.get("acl_grants") or ()):
            yield "s3_acl_grants", YES
    if isinstance(kms, Mapping):
        if isinstance(kms.get("key_manager"), str):
            yield "kms_key_manager", "aws" if kms["key_manager"] == "AWS" else "customer"
        if isinstance(kms.get("key_state"), str):
            yield "kms_key_state", "usable" if kms["key_state"] in _KEY_STATES_IN_USE else "unusable"


def _unsaid_of_object(document: Document, number: int, action: str) -> Iterator[Finding]:
    """Whether the facts leave it open whose an S3 object is, and whether a key of KMS encrypts it."""
    facts = resource_facts(document, number)
    s3: Mapping[str, Any] = facts["s3"] if isinstance(facts.get("s3"), Mapping) else {}
    if action in _READING and s3.get("object_ownership") != "BucketOwnerEnforced" and "object_owner_account" not in s3:
        yield _finding("setting", request=number, name="s3_object_owner", value=UNKNOWN)
    told = "dependencies" in mapping_at(document, "/facts") or s3.get("kms_key_arn", UNKNOWN) is None
    if action in _WITH_A_KEY and not told:
        yield _finding("key_in_question", request=number)


def _grants_to(grant: object, account: str | None) -> bool:
    """Whether an ACL entry is for the caller's account or for everyone."""
    grantee = grant.get("grantee") if isinstance(grant, Mapping) else None
    return isinstance(grantee, str) and (grantee == account or grantee.endswith(("/AllUsers", "/AuthenticatedUsers")))


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) and value else None


def _finding(kind: str, /, **fields: Token) -> Finding:
    return Finding(kind=kind, fields={**fields, "basis": int(Basis.EVALUATED)})
