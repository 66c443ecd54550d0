"""Reads Terraform states and plans: `terraform show -json`, and state files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.imports.fact_set import FactSet
from service.imports.names import account_in, is_account
from service.imports.organization_outputs import TYPES, enabled
from service.imports.origin import Origin
from service.imports.shapes import Json, Kind
from service.imports.terraform_iam import read_iam
from service.imports.terraform_resources import read_resources
from service.imports.terraform_state import State, read_state
from service.imports.values import document, known, objects, text, texts


def read_terraform(value: Mapping[str, Any], origin: Origin) -> FactSet:
    """The facts in a document for which `is_terraform` holds; what is not known until a plan is applied is unknown."""
    state = read_state(value, origin)
    found = FactSet()
    read_iam(state, found)
    read_resources(state, found)
    _read_organizations(state, found)
    if not len(found):
        found.note(f"{origin.name}: Terraform manages nothing here that decides about access")
    return found


def _read_organizations(state: State, found: FactSet) -> None:
    for values in state.of("aws_organizations_organization"):
        _read_organization(values, found)
    for values in state.of("aws_organizations_organizational_unit", "aws_organizations_account"):
        _put_unit(text(values, "id"), {**_organization_in(values), "parent": text(values, "parent_id")}, found)
        for account in objects(values, "accounts"):
            _put_unit(text(account, "id"), {**_organization_in(account), "parent": text(values, "id")}, found)
    for values in state.of("aws_organizations_policy"):
        members = {name: text(values, name) for name in ("name", "arn", "type")}
        members["document"] = document(values.get("content"))
        identifier = text(values, "id") or text(values, "policy_id")
        found.put(Kind.ORGANIZATION_POLICY, identifier, known(members.items()))
    for values in state.of("aws_organizations_policy_attachment"):
        policy = text(values, "policy_id")
        place = TYPES.get(_type_of(policy, found) or "")
        if policy is not None and place is not None:
            _put_unit(text(values, "target_id"), {place: [policy]}, found, incomplete=(place,))
    for values in state.of("aws_organizations_policies_for_target"):
        place = TYPES.get(text(values, "filter") or "")
        if place is not None and isinstance(values.get("ids"), list):
            _put_unit(text(values, "target_id"), {place: texts(values, "ids")}, found)


def _type_of(policy: str | None, found: FactSet) -> str | None:
    by_aws = {"p-FullAWSAccess": "SERVICE_CONTROL_POLICY", "p-RCPFullAWSAccess": "RESOURCE_CONTROL_POLICY"}
    return by_aws.get(policy or "") or text(found.get(Kind.ORGANIZATION_POLICY, policy or ""), "type")


def _read_organization(values: Json, found: FactSet) -> None:
    identifier = text(values, "id")
    management = text(values, "master_account_id")
    members: Json = known((("management_account_id", management),))
    roots = objects(values, "roots")
    if text(values, "feature_set") == "CONSOLIDATED_BILLING":
        members |= enabled(())
    elif roots:
        types = {text(one, "type") for root in roots for one in objects(root, "policy_types")}
        # A state is read before the types are enabled: those that it names are, of the others it does not tell.
        members |= {place: True for name, place in TYPES.items() if name in types}
    found.put(Kind.ORGANIZATION, identifier, members)
    for one in roots:
        _put_unit(text(one, "id"), {"organization": identifier}, found)
    for one in [*objects(values, "accounts"), {"id": management}]:
        _put_unit(text(one, "id"), {"organization": identifier}, found)


def _organization_in(values: Json) -> Json:
    """The organization that the ARN of a unit or account names."""
    arn = text(values, "arn") or ""
    names = [part for part in arn.split("/") if part.startswith("o-")]
    return {"organization": names[0] if names and account_in(arn) else None}


def _put_unit(identifier: str | None, members: Json, found: FactSet, *, incomplete: tuple[str, ...] = ()) -> None:
    kind = Kind.ACCOUNT if is_account(identifier) else Kind.UNIT
    found.put(kind, identifier, known(members.items()), incomplete=incomplete)
