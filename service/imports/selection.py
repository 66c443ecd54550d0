"""Chooses from a set of facts those that decide one request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iam.arn import parse_arn
from iam.principal import CallerKind, read_caller
from service.imports.fact_set import Lookup
from service.imports.names import account_in, last_part, principal_name, resource_name
from service.imports.organization_levels import organization_of
from service.imports.shapes import INCOMPLETE, Json, Kind
from service.imports.values import inner, text

_S3: Final = ("object_ownership", "requester_pays", "kms_key_arn", "access_point")
_KMS: Final = ("key_manager", "key_state", "grants")
_OF_THE_BUCKET: Final = frozenset(("s3:putobject", "s3:deleteobject", "s3:deleteobjectversion"))
"""Actions on objects that the ACL of their bucket grants (`D-83`)."""
_OF_ONE_PIECE: Final = {
    "principal": ("tags", "permissions_boundary", "organization"),
    "resource": ("tags", "policy", "organization"),
}
"""Members that no two sources can tell half of each."""

_WRITES: Final = frozenset(("s3:putobject",))
_ORDER: Final = ("attached", "inline")


def select(facts: Lookup, request: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Json:
    """The facts about one request of the contract's shape, in the contract's shape; what is not known is left out.

    `known` are facts that are known already: they tell what the request leaves out, such as the endpoint, and what is
    found must not mix with them. The set never tells of session policies: they are of one session.
    """
    found = _Selection(facts, request, known or {}).facts()
    for part, members in _OF_ONE_PIECE.items():
        for member in members:
            if not _fit(inner(found, part, member), inner(known, part), member):
                found.get(part, {}).pop(member, None)
                at = f"/{part}/{member}"
                found[INCOMPLETE] = [one for one in found.get(INCOMPLETE, ()) if not f"{one}/".startswith(f"{at}/")]
    if not found.get(INCOMPLETE):
        found.pop(INCOMPLETE, None)
    return found


def _fit(ours: Any, known: Any, member: str) -> bool:
    """Whether what the set has may complete what is known already: it is of the same policy or organization."""
    if not isinstance(known, Mapping) or member not in known:
        return True
    theirs = known[member]
    if not isinstance(ours, Mapping) or not isinstance(theirs, Mapping) or member == "tags":
        return False
    if member == "organization":
        return theirs.get("id") in {None, ours["id"]}
    return "document" not in theirs and theirs.get("arn") == ours.get("arn")


@dataclass(slots=True)
class _Selection:
    """One selection under way; `incomplete` are JSON Pointers of lists that may hold more."""

    lookup: Lookup
    request: Mapping[str, Any]
    known: Mapping[str, Any]
    incomplete: list[str] = field(default_factory=list)

    def facts(self) -> Json:
        """The facts found."""
        found: Json = {}
        principal = self._principal()
        if principal:
            found["principal"] = principal
        arn = text(self.request, "resource") or text(self.known, "resource", "arn")
        if arn is not None:
            resource = self._resource(arn, self._stated_owner(arn), "/resource")
            if resource:
                found["resource"] = resource
            dependencies = self._dependencies(resource)
            if dependencies:
                found["dependencies"] = dependencies
        endpoint = self._endpoint()
        if endpoint is not None:
            found["network"] = {"vpc_endpoint": endpoint}
        if self.incomplete:
            found[INCOMPLETE] = self.incomplete
        return found

    def _principal(self) -> Json:
        given = text(self.request, "principal") or text(self.known, "principal", "arn")
        if given is None:
            return {}
        caller = read_caller(given)
        name = principal_name(given)
        creator = text(self.known, "principal", "created_by")
        if caller.kind is CallerKind.FEDERATED_USER and creator is not None:
            found = self._identity(principal_name(creator), creator=last_part(creator))
        else:
            found = self._identity(name)
        account = account_in(given)
        if account is not None:
            place = "service_control_policies"
            found |= organization_of(self.lookup, account, place, "/principal", self.incomplete)
        return found

    def _identity(self, name: str | None, *, creator: str | None = None) -> Json:
        entry = self.lookup.get(Kind.PRINCIPAL, name) if name is not None else None
        if name is None or entry is None:
            return {}
        found: Json = {}
        if creator is None:
            account = account_in(name)
            found = {member: entry[member] for member in ("arn", "unique_id", "tags") if member in entry}
            found["account_id"] = account
            self._mark(entry, "tags", "/principal/tags", found)
        if "permissions_boundary" in entry:
            boundary = entry["permissions_boundary"]
            found["permissions_boundary"] = None if boundary is None else self._with_document(boundary)
        policies, whole = self._held(entry, None if creator is None else f"user/{creator}")
        if ":user/" in name:
            inherited, all_groups = self._of_groups(entry, name)
            policies, whole = policies + inherited, whole and all_groups
        if policies or whole:
            found["identity_policies"] = policies
        if policies and not whole:
            self.incomplete.append("/principal/identity_policies")
        return found

    def _held(self, entry: Mapping[str, Any], source: str | None) -> tuple[list[Json], bool]:
        """The policies that a user, role or group holds itself, and whether these are all."""
        policies = [self._with_document(one) for member in _ORDER for one in entry.get(member, ())]
        whole = all(member in entry and member not in entry.get(INCOMPLETE, ()) for member in _ORDER)
        return policies if source is None else [{**one, "source": source} for one in policies], whole

    def _of_groups(self, entry: Mapping[str, Any], user: str) -> tuple[list[Json], bool]:
        policies: list[Json] = []
        whole = "groups" in entry and "groups" not in entry.get(INCOMPLETE, ())
        for group in entry.get("groups", ()):
            held = self.lookup.get(Kind.GROUP, f"{user.partition(':user/')[0]}:group/{last_part(group)}")
            found, complete = self._held(held or {}, f"group/{last_part(group)}")
            policies, whole = policies + found, whole and complete
        return policies, whole

    def _with_document(self, policy: Mapping[str, Any]) -> Json:
        """A policy with its content, where the set has it; a managed one is kept once."""
        found = dict(policy)
        managed = self.lookup.get(Kind.POLICY, policy["arn"]) if policy.get("arn") else None
        if managed is not None and "document" not in found and "document" in managed:
            found["document"] = managed["document"]
        if "name" not in found:
            found["name"] = (managed or {}).get("name") or last_part(policy["arn"])
        return found

    def _stated_owner(self, arn: str) -> str | None:
        return text(self.request, "resource_account") or text(self.known, "resource", "account_id") or account_in(arn)

    def _resource(self, arn: str, owner: str | None, at: str) -> Json:
        if arn == "*":
            caller = account_in(text(self.request, "principal"))
            return self._organization(caller, at) if caller is not None else {}
        name = principal_name(arn)
        if name is not None:
            return self._identity_as_resource(name, arn, at)
        entry = self.lookup.get(Kind.RESOURCE, resource_name(arn)) or {}
        found: Json = {}
        if owner is None and "account_id" in entry:
            owner = found["account_id"] = entry["account_id"]
        if "policy" in entry:
            found["policy"] = entry["policy"]
        if entry.get("arn") == arn:
            found |= {member: entry[member] for member in ("arn", "exists", "tags") if member in entry}
            self._mark(entry, "tags", f"{at}/tags", found)
        found |= self._settings(entry, arn, owner, at)
        if owner is not None:
            found |= self._organization(owner, at)
        return found

    def _identity_as_resource(self, name: str, arn: str, at: str) -> Json:
        """A user or role that is acted upon; the trust policy is a role's resource policy (contract)."""
        entry = self.lookup.get(Kind.PRINCIPAL, name)
        account = account_in(arn)
        found: Json = {}
        if entry is not None and entry.get("arn") == arn:
            found = {member: entry[member] for member in ("arn", "exists", "tags") if member in entry}
            self._mark(entry, "tags", f"{at}/tags", found)
            if "trust_policy" in entry:
                found["policy"] = entry["trust_policy"]
        return found | (self._organization(account, at) if account is not None else {})

    def _settings(self, entry: Mapping[str, Any], arn: str, owner: str | None, at: str) -> Json:
        parsed = parse_arn(arn)
        service = None if parsed is None else parsed.service
        if service == "kms":
            kms = {member: entry[member] for member in _KMS if member in entry}
            self._mark(entry, "grants", f"{at}/kms/grants", kms)
            return {"kms": kms} if kms else {}
        if service != "s3":
            return {}
        s3 = {member: entry[member] for member in _S3 if member in entry}
        if "acl_grants" in entry and (entry.get("arn") == arn or self._action() in _OF_THE_BUCKET):
            s3["acl_grants"] = entry["acl_grants"]
        blocks: Json = {}
        account = self.lookup.get(Kind.ACCOUNT, owner) if owner is not None else None
        if account is not None and "block_public_access" in account:
            blocks["account"] = account["block_public_access"]
        through = "access_point" if ":accesspoint/" in arn else "bucket"
        if "block_public_access" in entry:
            blocks[through] = entry["block_public_access"]
        if blocks:
            s3["block_public_access"] = blocks
        found: Json = {"s3": s3} if s3 else {}
        behind = self.lookup.get(Kind.RESOURCE, entry["bucket"]) if "bucket" in entry else None
        if behind is not None and "policy" in behind:
            further = {"kind": "bucket_behind_access_point", "arn": entry["bucket"], "policy": behind["policy"]}
            found["further_policies"] = [{**further, **{n: behind[n] for n in ("account_id",) if n in behind}}]
        return found

    def _action(self) -> str:
        return (text(self.request, "action") or "").lower()

    def _organization(self, account: str, at: str) -> Json:
        return organization_of(self.lookup, account, "resource_control_policies", at, self.incomplete)

    def _mark(self, entry: Mapping[str, Any], member: str, at: str, found: Mapping[str, Any]) -> None:
        if member in found and member in entry.get(INCOMPLETE, ()):
            self.incomplete.append(at)

    def _dependencies(self, resource: Mapping[str, Any]) -> list[Json]:
        """The key under which a bucket encrypts what is written now; what is there may be under another (`D-88`)."""
        key = text(resource, "s3", "kms_key_arn")
        if key is None or self._action() not in _WRITES or "dependencies" in self.known:
            return []
        of_key = self._resource(key, account_in(key), "/dependencies/0/resource")
        request = {"action": "kms:GenerateDataKey", "resource": key}
        return [{"request": request, "via": "s3.amazonaws.com", "resource": of_key}]

    def _endpoint(self) -> Json | None:
        network = self.known.get("network")
        if isinstance(network, Mapping) and "vpc_endpoint" in network and network["vpc_endpoint"] is None:
            return None
        identifier = text(network, "vpc_endpoint", "id") or self._key("aws:SourceVpce")
        entry = self.lookup.get(Kind.ENDPOINT, identifier) if identifier is not None else None
        return None if entry is None else {"id": identifier, **entry}

    def _key(self, wanted: str) -> str | None:
        context = inner(self.request, "context")
        found = (value for key, value in (context or {}).items() if key.lower() == wanted.lower())
        value = next(found, None)
        return value if isinstance(value, str) else None
