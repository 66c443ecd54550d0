"""The caller: its policies and those of its groups, boundary, tags and ids, and what its session was limited to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iam.principal import CallerKind
from service.collectors.calls import Pending
from service.collectors.collected import Json
from service.collectors.documents import may_allow, read_document
from service.collectors.events import find_event
from service.collectors.identity_policies import FACT, Listed, PolicyListing
from service.collectors.inquiry import Inquiry
from service.collectors.managed_policies import read_managed_policies, read_other_versions
from service.collectors.sessions import SessionEvent, look_for_session, read_session

_BOUNDARY: Final = "principal.permissions_boundary"
_SESSION: Final = "principal.session_policies"
_OF_ENTITY: Final = ("arn", "unique_id", "permissions_boundary", "tags")
_IN_A_SESSION: Final = (CallerKind.ROLE_SESSION, CallerKind.FEDERATED_USER)


def collect_principal(inquiry: Inquiry) -> None:
    """Read the caller, a user, role, session or federated user, as far as it was not given."""
    caller, account, bundle = inquiry.subject.caller, inquiry.subject.caller_account, inquiry.bundle
    if account is None or caller.name is None or not caller.is_identity:
        return
    looked = _look_for_session(inquiry, account)
    federated = caller.kind is CallerKind.FEDERATED_USER
    name, session = caller.name, None
    if federated:
        session = _read_session(inquiry, looked)
        name = _creator_name(inquiry, session) or ""
    if not name:
        return
    kind, place = "Role" if caller.is_role else "User", inquiry.place(account)
    entity = None
    if any(bundle.wants("principal", wanted) for wanted in _OF_ENTITY):
        entity = inquiry.calls.start(f"iam.Get{kind}", place, {f"{kind}Name": name}, fact="principal.arn")
    listing = None
    if bundle.wants("principal", "identity_policies"):
        source = f"user/{name}" if federated else None
        listing = PolicyListing(inquiry, place, kind=kind, name=name, source=source)
    found = (entity.answer().value or {}).get(kind) if entity is not None else None
    found = found if isinstance(found, Mapping) and found.get("Arn") else None
    listed = listing.read() if listing is not None else []
    if caller.kind is CallerKind.ROLE_SESSION:
        session = _read_session(inquiry, looked)
    documents = _read_documents(inquiry, account, listed, found, session)
    if listing is not None and (listed or listing.complete):
        policies = [policy.to_policy(documents) for policy in listed]
        bundle.put(policies, "principal", "identity_policies", complete=listing.complete)
    if found is not None:
        _put_entity(inquiry, account, found, documents)
        _put_tags(inquiry, found, session)
    if session is not None:
        _put_session(inquiry, session, documents)
    if _may_lack_a_version(inquiry):
        arns = [policy.arn for policy in listed if policy.arn is not None]
        inquiry.findings.other_versions.extend(read_other_versions(inquiry.calls, place, arns, fact=FACT))


def _creator_name(inquiry: Inquiry, session: SessionEvent | None) -> str | None:
    """The user behind a federated session, from the event that made it or as given."""
    creator = inquiry.bundle.given("principal", "created_by") or (session.creator if session is not None else None)
    if not isinstance(creator, str) or ":user/" not in creator:
        return None
    inquiry.bundle.put(creator, "principal", "created_by")
    return creator.rpartition("/")[2]


def _read_documents(
    inquiry: Inquiry,
    account: str,
    listed: list[Listed],
    found: Mapping[str, Any] | None,
    session: SessionEvent | None,
) -> Mapping[str, Json]:
    """All managed policies that play a part, read at the same time."""
    facts = {policy.arn: FACT for policy in listed if policy.arn is not None}
    boundary = _boundary_arn(found)
    if boundary is not None and inquiry.bundle.wants("principal", "permissions_boundary"):
        facts.setdefault(boundary, _BOUNDARY)
    if session is not None and inquiry.bundle.wants("principal", "session_policies"):
        for arn in session.policy_arns:
            facts.setdefault(arn, _SESSION)
    return read_managed_policies(inquiry.calls, inquiry.place(account), facts)


def _put_entity(inquiry: Inquiry, account: str, found: Mapping[str, Any], documents: Mapping[str, Json]) -> None:
    bundle = inquiry.bundle
    identifier = found.get("RoleId") or found.get("UserId")
    bundle.put(account, "principal", "account_id")
    if inquiry.subject.caller.kind is not CallerKind.FEDERATED_USER:
        bundle.put(found["Arn"], "principal", "arn")
        if identifier:
            bundle.put(identifier, "principal", "unique_id")
    boundary = _boundary_arn(found)
    bundle.put(None if boundary is None else documents.get(boundary), "principal", "permissions_boundary")


def _put_tags(inquiry: Inquiry, found: Mapping[str, Any], session: SessionEvent | None) -> None:
    """The caller's tags; those of a session replace its role's, whatever the letter case of the key (C-12).

    Where a session may have been given tags that nobody can see, its tags stay unknown.
    """
    tags = {str(t.get("Key")): str(t.get("Value", "")) for t in found.get("Tags") or [] if isinstance(t, Mapping)}
    kind = inquiry.subject.caller.kind
    if kind is CallerKind.ROLE_SESSION and may_allow(found.get("AssumeRolePolicyDocument"), "sts:TagSession"):
        if session is None or session.chained:
            return
        replaced = {key.lower() for key in session.tags}
        tags = {key: value for key, value in tags.items() if key.lower() not in replaced} | dict(session.tags)
    if kind is not CallerKind.FEDERATED_USER:
        inquiry.bundle.put(tags, "principal", "tags")


def _put_session(inquiry: Inquiry, session: SessionEvent, documents: Mapping[str, Json]) -> None:
    found: list[Json] = []
    if session.policy is not None:
        found.append({"name": "session-policy", "document": read_document(session.policy)})
    found.extend(documents[arn] for arn in session.policy_arns if arn in documents)
    inquiry.bundle.put(found, "principal", "session_policies")


def _look_for_session(inquiry: Inquiry, account: str) -> list[Pending]:
    caller, bundle = inquiry.subject.caller, inquiry.bundle
    if caller.kind not in _IN_A_SESSION or caller.is_service_linked:
        return []
    federated = caller.kind is CallerKind.FEDERATED_USER
    wanted = bundle.wants("principal", "session_policies") or (federated and bundle.wants("principal", "created_by"))
    return look_for_session(inquiry, account) if wanted else []


def _read_session(inquiry: Inquiry, looked: list[Pending]) -> SessionEvent | None:
    key = ((find_event(inquiry) or {}).get("userIdentity") or {}).get("accessKeyId")
    return read_session(looked, access_key_id=key, before=inquiry.calls.now)


def _boundary_arn(found: Mapping[str, Any] | None) -> str | None:
    boundary = (found or {}).get("PermissionsBoundary") or {}
    arn = boundary.get("PermissionsBoundaryArn")
    return arn if isinstance(arn, str) else None


def _may_lack_a_version(inquiry: Inquiry) -> bool:
    """Whether the denial may come of a missing Allow in the caller's own policies (F-17)."""
    reported = inquiry.subject.reported
    return reported is None or reported.policy_type is None or str(reported.policy_type) == "identity_policy"
