"""The vocabulary of an evaluation: one check per policy type and level, and why each statement matched or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import NotRequired, TypedDict

from iam.pointer import escape
from iam.record import record


@unique
class PolicyType(StrEnum):
    """The layers that take part in a decision (contract, `policy_type`)."""

    RESOURCE_CONTROL_POLICY = "resource_control_policy"
    SERVICE_CONTROL_POLICY = "service_control_policy"
    VPC_ENDPOINT_POLICY = "vpc_endpoint_policy"
    RESOURCE_POLICY = "resource_policy"
    ROLE_TRUST_POLICY = "role_trust_policy"
    S3_BLOCK_PUBLIC_ACCESS = "s3_block_public_access"
    S3_ACL = "s3_acl"
    KMS_GRANT = "kms_grant"
    LAKE_FORMATION_GRANT = "lake_formation_grant"
    IDENTITY_POLICY = "identity_policy"
    PERMISSIONS_BOUNDARY = "permissions_boundary"
    SESSION_POLICY = "session_policy"


@unique
class Effect(StrEnum):
    """What one check says: AWS's vocabulary (D-03b) plus `not_applicable` and `unknown`."""

    EXPLICIT_DENY = "explicit_deny"
    IMPLICIT_DENY = "implicit_deny"
    ALLOW = "allow"
    NO_IMPACT = "no_impact"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


@unique
class Decision(StrEnum):
    """What AWS would answer."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicit_deny"
    IMPLICIT_DENY = "implicit_deny"
    UNDETERMINED = "undetermined"


@unique
class Element(StrEnum):
    """The element of a statement that did not match."""

    PRINCIPAL = "principal"
    NOT_PRINCIPAL = "not_principal"
    ACTION = "action"
    NOT_ACTION = "not_action"
    RESOURCE = "resource"
    NOT_RESOURCE = "not_resource"
    CONDITION = "condition"


_MEMBER_OF = {
    Element.PRINCIPAL: "Principal",
    Element.NOT_PRINCIPAL: "NotPrincipal",
    Element.ACTION: "Action",
    Element.NOT_ACTION: "NotAction",
    Element.RESOURCE: "Resource",
    Element.NOT_RESOURCE: "NotResource",
    Element.CONDITION: "Condition",
}


@unique
class State(StrEnum):
    """What is known of a request value."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class ShownMismatch(TypedDict):
    """A mismatch as the API shows it (contract, `mismatches`)."""

    element: Element
    expected: list[str]
    actual: list[str]
    operator: NotRequired[str]
    key: NotRequired[str]
    state: NotRequired[State]
    resolved: NotRequired[list[str]]
    certain: NotRequired[bool]


class ShownStatement(TypedDict):
    """A statement held against a request as the API shows it (contract, `statements`)."""

    policy: str
    policy_arn: str | None
    index: int
    sid: str | None
    effect: str
    matched: bool | None
    at: str
    principal_match: str | None
    mismatches: list[ShownMismatch]


@record
class Mismatch:
    """Why one element of a statement does not match, or cannot be judged (`certain` false).

    `expected` are the policy's values as written (variables expanded are in `resolved`), `actual` the request's values;
    `state` tells an absent key from an unknown one. `operator` and `key` are given for conditions only. `at` is the
    JSON Pointer of the element inside the statement, such as "/Resource" or "/Condition/Bool/aws:SecureTransport".
    """

    element: Element
    at: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    operator: str | None = None
    key: str | None = None
    state: State = State.PRESENT
    certain: bool = True
    resolved: tuple[str, ...] = ()

    @classmethod
    def of(cls, shown: ShownMismatch) -> Mismatch:
        """Read a mismatch as the API shows it."""
        element, operator, key = shown["element"], shown.get("operator"), shown.get("key")
        at = f"/{_MEMBER_OF[element]}"
        if operator is not None and key is not None:
            at += f"/{escape(operator)}/{escape(key)}"
        return cls(
            element=element,
            at=at,
            expected=tuple(shown["expected"]),
            actual=tuple(shown["actual"]),
            operator=operator,
            key=key,
            state=shown.get("state", State.PRESENT if shown["actual"] else State.UNKNOWN),
            certain=shown.get("certain", True),
            resolved=tuple(shown.get("resolved", ())),
        )


@record
class StatementMatch:
    """One statement held against the request.

    `matched` is true, false or None (unknown). `at` is the statement's JSON Pointer in `{"request": …, "facts": …}`.
    `principal_match` names how a Principal element matched (D.2 step 5): `direct`, `wildcard`, `role_of_session`,
    `user_of_session`, `account`, or None.
    """

    policy: str
    policy_arn: str | None
    index: int
    sid: str | None
    effect: str
    matched: bool | None
    mismatches: tuple[Mismatch, ...]
    at: str
    principal_match: str | None = None

    @classmethod
    def of(cls, shown: ShownStatement) -> StatementMatch:
        """Read a statement as the API shows it."""
        return cls(
            policy=shown["policy"],
            policy_arn=shown["policy_arn"],
            index=shown["index"],
            sid=shown["sid"],
            effect=shown["effect"],
            matched=shown["matched"],
            mismatches=tuple(Mismatch.of(one) for one in shown["mismatches"]),
            at=shown["at"],
            principal_match=shown["principal_match"],
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """A policy that could not be evaluated: its name, where it is, and what is wrong."""

    policy: str
    at: str
    message: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None


@record
class Check:
    """What one policy type (at one level of an organization) says of one (action, resource).

    `request` is 0 for the request itself and n for `dependencies[n-1]`. `could_be` is given for `unknown` only. `at` is
    the JSON Pointer, in `{"request": …, "facts": …}`, of the policy or list of policies that was evaluated (None where
    there is none to point at). `missing_facts` are fact names (contract) that would settle an unknown effect;
    `unsettled` are rules without a documented answer that leave it unknown. `explained` holds the statements as the API
    shows them: an explanation is built once, in that shape, of which `statements` is a reading. Parts of it are shared
    between checks, so nobody changes it.
    """

    request: int
    action: str
    resource: str
    policy_type: PolicyType
    effect: Effect
    account_id: str | None = None
    target: str | None = None
    policies: tuple[str, ...] = ()
    could_be: tuple[Effect, ...] = ()
    explained: tuple[ShownStatement, ...] = field(default=(), hash=False)
    missing_facts: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    at: str | None = None
    unsettled: tuple[str, ...] = ()
    _read: tuple[StatementMatch, ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def statements(self) -> tuple[StatementMatch, ...]:
        """The statements of the policies, each held against the request; read from `explained` when first asked for."""
        read = self._read
        if read is None:
            read = tuple([StatementMatch.of(shown) for shown in self.explained])
            object.__setattr__(self, "_read", read)
        return read


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value taken for a fact that was left out (contract, "Three values")."""

    fact: str
    value: object


@record
class Evaluation:
    """The decision over the request and its dependencies, with every check that led to it."""

    decision: Decision
    checks: tuple[Check, ...]
    assumptions: tuple[Assumption, ...] = ()
    missing_facts: tuple[str, ...] = ()
