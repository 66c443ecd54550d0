"""Faults by conditions: a requirement that the request does not meet, in an Allow or a Deny of any layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.diagnosis import alternatives, layers
from bench.diagnosis.ceiling_faults import add_control_statement
from bench.diagnosis.fault import (
    BOUNDARY,
    ENDPOINT,
    EXPLICIT,
    IDENTITY,
    IMPLICIT,
    RCP,
    RESOURCE,
    SCP,
    SESSION,
    TRUST,
    Broken,
    Fault,
    add_identity_statement,
    denying,
    insert,
    resource_layer,
)
from bench.diagnosis.requirements import CALLERS, REQUIREMENTS, Requirement
from bench.diagnosis.scene import Json, Scene, policy, statements_of

_UNNATURAL: Final = {
    "organization": {IDENTITY, BOUNDARY, SESSION},
    "resource account": {RESOURCE, TRUST, RCP},
    "resource tag": {TRUST, RCP, ENDPOINT},
    "ACL header": {ENDPOINT, BOUNDARY, SESSION},
    "calling service": {TRUST, RCP, ENDPOINT, RESOURCE},
}
_LAYER_NAMES: Final = {
    IDENTITY: "identity",
    RESOURCE: "resource-policy",
    BOUNDARY: "boundary",
    SESSION: "session-policy",
    SCP: "scp",
    RCP: "rcp",
    ENDPOINT: "vpce-policy",
}
_RCP_SERVICES: Final = frozenset(("s3", "sqs", "secretsmanager", "kms", "dynamodb", "logs"))


def merge(statement: Json, condition: Json) -> None:
    """Add a condition to those of a statement."""
    held = statement.setdefault("Condition", {})
    for operator, keys in condition.items():
        held[operator] = {**held.get(operator, {}), **keys}


def expected(requirement: Requirement, layer: str, effect: str) -> tuple[str, ...]:
    """The causes that part F documents for a condition of a layer."""
    causes = requirement.causes
    if layer == TRUST:
        return (*causes, *alternatives.TRUST_CONDITION.causes)
    if layer == RCP and "condition-org-membership" in causes:
        return alternatives.RCP_ORGANIZATION.causes
    if requirement.name == "Region" and layer == SCP and effect == EXPLICIT:
        return ("scp-region-restriction",)
    if causes:
        return causes
    if effect == EXPLICIT:
        return (f"{_LAYER_NAMES[layer]}-explicit-deny",)
    return (
        {IDENTITY: "identity-condition-unmet", RESOURCE: "resource-policy-condition-unmet"}.get(
            layer, "ceiling-condition-unmet"
        ),
    )


def _allowing(scene: Scene, layer: str) -> Json | None:
    return {
        IDENTITY: scene.main.allow,
        RESOURCE: scene.main.grant,
        TRUST: scene.main.grant,
        BOUNDARY: scene.boundary,
        SESSION: scene.session,
        ENDPOINT: scene.endpoint,
    }.get(layer)


def _in_allow(scene: Scene, layer: str, condition: Json) -> bool:
    statement = _allowing(scene, layer)
    if layer == SCP and scene.levels():
        management = scene.caller["organization"]["management_account_id"]
        only = layers.allow_list(scene.names, (scene.main.call.service,), management)
        merge(statements_of(only)[0], condition)
        scene.names.pick(scene.levels())["policies"] = [only]
        return True
    if statement is None:
        return False
    merge(statement, condition)
    return True


def _in_deny(scene: Scene, layer: str, condition: Json) -> bool:
    part = scene.main
    statement = denying(scene, part, principal=layer in {RESOURCE, TRUST, ENDPOINT, RCP}, condition=condition)
    if layer == IDENTITY:
        add_identity_statement(scene, statement)
        return True
    if layer in {SCP, RCP}:
        if layer == RCP:
            if part.call.service not in _RCP_SERVICES:
                return False
            statement.update({"Action": part.call.action, "Resource": "*"})
        return add_control_statement(scene, layer, statement)
    if layer in {RESOURCE, TRUST}:
        return _deny_in_resource_policy(scene, layer, statement)
    held = {
        BOUNDARY: scene.caller.get("permissions_boundary") if scene.boundary is not None else None,
        SESSION: scene.caller["session_policies"][0] if scene.session is not None else None,
        ENDPOINT: scene.facts["network"]["vpc_endpoint"]["policy"] if scene.endpoint is not None else None,
    }[layer]
    if held is None:
        return False
    insert(scene, statements_of(held), statement)
    return True


def _deny_in_resource_policy(scene: Scene, layer: str, statement: Json) -> bool:
    part = scene.main
    if layer == TRUST:
        del statement["Resource"]
        statement["Action"] = part.call.action
    elif not part.call.shareable:
        return False
    if part.call.service == "ecr":
        del statement["Resource"]
    if part.resource["policy"] is None:
        part.resource["policy"] = policy("resource-policy", statement)
    else:
        insert(scene, statements_of(part.resource["policy"]), statement)
    return True


def _fault(
    requirement: Requirement, effect: str, layers_of: frozenset[str] | None = None
) -> Callable[[Scene], Broken | None]:
    def apply(scene: Scene) -> Broken | None:
        if scene.kind not in CALLERS:
            return None
        possible = [IDENTITY, resource_layer(scene.main), BOUNDARY, SESSION, SCP, ENDPOINT]
        if effect == EXPLICIT:
            possible.append(RCP)
        possible = [one for one in possible if one not in _UNNATURAL.get(requirement.name, ())]
        possible = [one for one in possible if layers_of is None or one in layers_of]
        scene.names.random.shuffle(possible)
        unmet = requirement.make(scene)
        if unmet is None:
            return None
        place = _in_allow if effect == IMPLICIT else _in_deny
        condition = unmet.allow if effect == IMPLICIT else unmet.deny
        if condition is None:
            return None
        layer = next((one for one in possible if place(scene, one, condition)), None)
        needless = layer == RESOURCE and not scene.cross_account and scene.main.allow is None
        if layer is None or needless:
            return None
        unproven = "network." if requirement.name == "endpoint or VPC" else None
        return Broken(expected(requirement, layer, effect), layer, effect, unproven=unproven)

    return apply


_BY_SIDE: Final = (
    ("an identity Allow", frozenset((IDENTITY,))),
    ("a resource Allow", frozenset((RESOURCE,))),
    ("a ceiling's Allow", frozenset((BOUNDARY, SESSION, SCP, ENDPOINT))),
)
"""A condition of no family has a cause for each side."""
_OF_NO_FAMILY: Final = tuple(
    Fault(f"condition in {word}: {requirement.name}", _fault(requirement, IMPLICIT, layers_of))
    for requirement in REQUIREMENTS
    if not requirement.causes
    for word, layers_of in _BY_SIDE
)
FAULTS: Final = _OF_NO_FAMILY + tuple(
    Fault(f"condition in {word}: {requirement.name}", _fault(requirement, effect))
    for requirement in REQUIREMENTS
    for effect, word in ((IMPLICIT, "Allow"), (EXPLICIT, "Deny"))
    if requirement.causes or effect == EXPLICIT
)
