"""What a fault is: one known way to break a scene, and the cause that the catalogue documents for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.diagnosis import alternatives
from bench.diagnosis.scene import Json, Part, Scene, policy, policy_holding, statements_of

EXPLICIT: Final = "explicit_deny"
IMPLICIT: Final = "implicit_deny"
IDENTITY: Final = "identity_policy"
RESOURCE: Final = "resource_policy"
TRUST: Final = "role_trust_policy"
BOUNDARY: Final = "permissions_boundary"
SESSION: Final = "session_policy"
SCP: Final = "service_control_policy"
RCP: Final = "resource_control_policy"
ENDPOINT: Final = "vpc_endpoint_policy"


@dataclass(frozen=True, slots=True)
class Broken:
    """How a scene was broken: the causes that count as right, the most specific first, and the layer that now denies.

    `fixable` is false where no change is to be proposed; `index` is that of the part that is denied. AWS alone denies
    `silent` faults, against the facts. `layer_told` is false where AWS's text never names the layer, and `unproven`
    begins the names of facts that a fix may leave open. `action` is the one AWS names, where it is not the part's.
    """

    causes: tuple[str, ...]
    layer: str
    effect: str = IMPLICIT
    index: int = 0
    fixable: bool = True
    layer_told: bool = True
    silent: bool = False
    unproven: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A named way to break a scene; `apply` gives None where it does not apply, the scene then being useless.

    What is broken `alone` rewrites the scene, so that no other fault can stand beside it.
    """

    name: str
    apply: Callable[[Scene], Broken | None]
    alone: bool = False


def resource_layer(part: Part) -> str:
    """The layer of a part's resource policy."""
    return TRUST if part.call.action.startswith("sts:AssumeRole") else RESOURCE


MISSING_ALLOW: Final = (
    "identity-no-allow",
    "kms-identity-missing",
    "caller-lacks-assume-role",
    "passrole-missing",
    "service-linked-role-missing-or-protected",
    "service-role-lacks-permission",
    "dependent-action-missing",
    "cross-account-caller-side-missing",
    "resource-policy-account-delegation-only",
)


def missing_identity_allow(scene: Scene, part: Part) -> tuple[str, ...]:
    """The cause of a missing identity Allow, by what it is for (F-01, F-08, F-37, F-41, F-62, F-71, F-76)."""
    if part.call.service == "kms":
        return ("kms-identity-missing",)
    if part.call.action == "sts:AssumeRole":
        return ("caller-lacks-assume-role",)
    if part.call.action == "iam:PassRole":
        return ("passrole-missing",)
    if part.call.action == "iam:CreateServiceLinkedRole":
        return ("service-linked-role-missing-or-protected",)
    if "service role" in scene.notes:
        return ("service-role-lacks-permission",)
    if part.index:
        return ("dependent-action-missing",)
    if scene.cross_account:
        by_policy: tuple[str, ...] = ("cross-account-caller-side-missing",)
        return by_policy if part.grant is not None else alternatives.LET_IN_BY_ACL.causes
    return ("identity-no-allow",) if part.grant is None else ("resource-policy-account-delegation-only",)


def identity_part(scene: Scene) -> Part | None:
    """A part that needs an identity Allow and has one."""
    parts = [part for part in scene.parts if part.allow is not None]
    return scene.names.pick(parts) if parts else None


def remove(policies: list[Json], statement: Json) -> None:
    """Take a statement out of its policy, and the policy away if it was the last one."""
    held = policy_holding(policies, statement)
    statements = statements_of(held)
    statements[:] = [one for one in statements if one is not statement]
    if not statements:
        policies[:] = [one for one in policies if one is not held]


def add_identity_statement(scene: Scene, statement: Json, *, name: str = "", arn: str | None = None) -> None:
    """Put a statement into an identity policy of the principal, or into a new one of that name."""
    policies = scene.caller["identity_policies"]
    if name or not policies:
        further = {"arn": arn} if arn else {}
        policies.append(policy(name or "extra", statement, **further))
        return
    insert(scene, statements_of(scene.names.pick(policies)), statement)


def insert(scene: Scene, statements: list[Json], statement: Json) -> None:
    """Put a statement at any place among others."""
    statements.insert(scene.names.random.randrange(len(statements) + 1), statement)


def denying(scene: Scene, part: Part, *, principal: bool = False, condition: Json | None = None) -> Json:
    """A Deny that catches a part: by its action or its service, on its resource or everything."""
    names = scene.names
    action = names.pick((part.call.action, [part.call.action], f"{part.call.service}:*"))
    statement: Json = {"Effect": "Deny", "Action": action, "Resource": names.pick((part.arn, "*"))}
    if principal:
        statement["Principal"] = "*"
    if condition:
        statement["Condition"] = condition
    return statement
