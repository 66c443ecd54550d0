"""Reads the facts of one request, as the API takes them, into a set of facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError

from service.api.facts import Facts
from service.api.faults import faults_of
from service.imports.fact_set import FactSet
from service.imports.names import account_in, is_account, last_part, principal_name, resource_name
from service.imports.origin import Origin
from service.imports.shapes import Json, Kind
from service.imports.values import known, objects, text
from service.problems import Fault, invalid

_PARTS: Final = frozenset(("principal", "resource", "network", "dependencies"))
_SETTINGS: Final = (
    ("object_ownership", "s3", "object_ownership"),
    ("requester_pays", "s3", "requester_pays"),
    ("access_point", "s3", "access_point"),
    ("key_manager", "kms", "key_manager"),
    ("key_state", "kms", "key_state"),
    ("grants", "kms", "grants"),
)


def is_bundle(value: Any, _origin: Origin) -> bool:
    """Whether a document holds the facts of a request, alone or as the `facts` of a diagnosis."""
    if not isinstance(value, dict):
        return False
    facts = value["facts"] if isinstance(value.get("facts"), dict) else value
    return bool(facts) and facts.keys() <= {*_PARTS, "incomplete"} and isinstance(_part(facts, "principal"), dict)


def _part(facts: Mapping[str, Any], name: str) -> Any:
    found = facts.get(name)
    return {} if found is None else found


def read_bundle(value: Mapping[str, Any], origin: Origin) -> FactSet:
    """What the facts of one request tell of its principal, resource, organizations and endpoint.

    Session policies, `created_by` and object settings are of that one request and are not kept. Raises Problem for
    facts that the API would not take.
    """
    given = value["facts"] if isinstance(value.get("facts"), dict) else value
    try:
        facts = Facts().load(dict(given))
    except ValidationError as error:
        faults = faults_of(error.messages)
        raise invalid([Fault(f"{origin.name}{fault.path}", fault.message) for fault in faults]) from error
    incomplete = frozenset(facts.get("incomplete") or ())
    request = value.get("request") if isinstance(value.get("request"), dict) else {}
    found = FactSet()
    principal, resource = facts.get("principal") or {}, facts.get("resource") or {}
    # Where the two contradict each other about one account, the caller's organization is the one that is evaluated.
    _read_resource(resource.get("arn") or text(request, "resource"), resource, incomplete, found)
    arn = principal.get("arn") or principal_name(text(request, "principal") or "")
    if arn is not None:
        _read_principal(arn, principal, incomplete, found)
        _read_organization(account_in(arn) or "", principal, "principal", incomplete, found)
    endpoint = (facts.get("network") or {}).get("vpc_endpoint") or {}
    members = {name: endpoint[name] for name in ("account_id", "vpc_id", "type") if endpoint.get(name) is not None}
    if "policy" in endpoint:
        members["policy"] = endpoint["policy"]
    found.put(Kind.ENDPOINT, endpoint.get("id"), members)
    return found


def _read_principal(arn: str, given: Json, incomplete: frozenset[str], found: FactSet) -> None:
    partial = "/principal/identity_policies" in incomplete
    members = known((("arn", given.get("arn")), ("unique_id", given.get("unique_id"))))
    if given.get("tags") is not None:
        members["tags"] = given["tags"]
    if "permissions_boundary" in given:
        members["permissions_boundary"] = given["permissions_boundary"]
    groups: dict[str, list[Json]] = {}
    if given.get("identity_policies") is not None:
        attached: list[Json] = []
        inline: list[Json] = []
        for policy in given["identity_policies"]:
            source = policy.get("source") or ""
            plain = {name: item for name, item in policy.items() if name != "source"}
            if source.startswith("group/"):
                groups.setdefault(last_part(source), []).append(plain)
            else:
                (attached if plain.get("arn") else inline).append(plain)
        members |= {"attached": attached, "inline": inline}
        if ":user/" in arn:
            members["groups"] = list(groups)
    lists = ("attached", "inline", "groups") if partial else ()
    tags = ("tags",) if "/principal/tags" in incomplete else ()
    found.put(Kind.PRINCIPAL, principal_name(arn), members, incomplete=(*lists, *tags))
    for group, policies in groups.items():
        name = f"{(principal_name(arn) or '').partition(':user/')[0]}:group/{group}"
        held = {
            "attached": [policy for policy in policies if policy.get("arn")],
            "inline": [policy for policy in policies if not policy.get("arn")],
        }
        found.put(Kind.GROUP, name, held, incomplete=("attached", "inline") if partial else ())


def _read_resource(arn: str | None, given: Json, incomplete: frozenset[str], found: FactSet) -> None:
    if arn is None or not arn.startswith("arn:"):
        return
    name = principal_name(arn)
    partial = {"tags": "/resource/tags", "grants": "/resource/kms/grants"}
    lists = tuple(member for member, at in partial.items() if at in incomplete)
    if name is not None:
        members = {"arn": arn, "exists": given.get("exists"), "tags": given.get("tags")}
        found.put(
            Kind.PRINCIPAL, name, known((*members.items(), ("trust_policy", given.get("policy")))), incomplete=lists
        )
        _read_organization(account_in(name) or "", given, "resource", incomplete, found)
        return
    carrier = resource_name(arn)
    members = known((("account_id", given.get("account_id") or account_in(arn)),))
    if "policy" in given:
        members["policy"] = given["policy"]
    if carrier == arn:
        members |= known((("arn", given.get("arn")), ("exists", given.get("exists")), ("tags", given.get("tags"))))
    for ours, part, theirs in _SETTINGS:
        value = (given.get(part) or {}).get(theirs)
        if value is not None:
            members[ours] = value
    blocks = (given.get("s3") or {}).get("block_public_access") or {}
    if "bucket" in blocks:
        members["block_public_access"] = blocks["bucket"]
    if "account" in blocks and is_account(members.get("account_id")):
        found.put(Kind.ACCOUNT, members["account_id"], {"block_public_access": blocks["account"]})
    found.put(Kind.RESOURCE, carrier, members, incomplete=lists)
    _read_organization(members.get("account_id") or "", given, "resource", incomplete, found)


def _read_organization(account: str, given: Json, part: str, incomplete: frozenset[str], found: FactSet) -> None:
    """The place of an account in its organization, level by level from the root."""
    if not is_account(account) or "organization" not in given:
        return
    organization = given["organization"]
    if organization is None:
        found.put(Kind.ACCOUNT, account, {"organization": None})
        return
    identifier = text(organization, "id")
    if identifier is None:
        return
    found.put(Kind.ACCOUNT, account, {"organization": identifier})
    management = organization.get("management_account_id")
    found.put(Kind.ORGANIZATION, identifier, known((("management_account_id", management),)))
    for place in ("service_control_policies", "resource_control_policies"):
        if organization.get(place) is not None:
            levels = _Levels(identifier, place, f"/{part}/organization/{place}", incomplete)
            levels.read(objects(organization, place), found)


@dataclass(frozen=True, slots=True)
class _Levels:
    """The levels of one type of policies, found at the JSON Pointer `at` of the facts."""

    organization: str
    place: str
    at: str
    incomplete: frozenset[str]

    def read(self, levels: list[Json], found: FactSet) -> None:
        whole = self.at not in self.incomplete
        if not levels:
            if whole:
                found.put(Kind.ORGANIZATION, self.organization, {self.place: False})
            return
        found.put(Kind.ORGANIZATION, self.organization, {self.place: True})
        unbroken = whole and levels[0]["target"].startswith("r-") and is_account(levels[-1]["target"])
        for index, level in enumerate(levels):
            members: Json = {}
            if index and unbroken:
                members["parent"] = levels[index - 1]["target"]
            partial = f"{self.at}/{index}/policies" in self.incomplete
            if level.get("policies") is not None:
                named = [self._put(policy, found) for policy in level["policies"]]
                members[self.place] = [name for name in named if name is not None]
                partial = partial or None in named
            kind = Kind.ACCOUNT if is_account(level["target"]) else Kind.UNIT
            found.put(kind, level["target"], members, incomplete=(self.place,) if partial else ())

    def _put(self, policy: Json, found: FactSet) -> str | None:
        """The id of a policy: of its ARN, else made of its name; None where it has neither."""
        identifier = last_part(policy["arn"]) if policy.get("arn") else None
        if identifier is None and policy.get("name"):
            identifier = f"{self.organization}/{policy['name']}"
        members = {name: policy[name] for name in ("name", "arn", "document") if policy.get(name) is not None}
        found.put(Kind.ORGANIZATION_POLICY, identifier, members)
        return identifier
