"""Policies as they are attached, and the patches that change their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from iam.arn import parse_arn
from iam.checks import PolicyType, StatementMatch
from iam.errors import PolicyError
from iam.grammar import Kind
from iam.policy import compile_policy
from rules.remedy import sizes
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.json_patch import Op, Patch, PatchError, apply_at
from rules.remedy.json_patch import Operation as Step
from rules.remedy.owner import owner_of
from rules.remedy.situation import Situation
from rules.remedy.wording import VERSION, needs_variables

KINDS: Final = {
    PolicyType.IDENTITY_POLICY: Kind.IDENTITY,
    PolicyType.PERMISSIONS_BOUNDARY: Kind.BOUNDARY,
    PolicyType.SESSION_POLICY: Kind.SESSION,
    PolicyType.RESOURCE_POLICY: Kind.RESOURCE,
    PolicyType.ROLE_TRUST_POLICY: Kind.TRUST,
    PolicyType.SERVICE_CONTROL_POLICY: Kind.SCP,
    PolicyType.RESOURCE_CONTROL_POLICY: Kind.RCP,
    PolicyType.VPC_ENDPOINT_POLICY: Kind.ENDPOINT,
}
"""What the document of each policy type is compiled as."""

_DOCUMENT: Final = "/document"


@dataclass(frozen=True, slots=True)
class Place:
    """A policy with a document that can be read: `at` points at the policy, not at its document."""

    at: str
    name: str | None
    arn: str | None
    source: str | None
    document: Mapping[str, Any]
    layer: PolicyType

    @property
    def document_at(self) -> str:
        """The pointer at the document."""
        return self.at + _DOCUMENT

    @property
    def statements(self) -> list[Mapping[str, Any]]:
        """The statements as a list (A-01)."""
        found = self.document["Statement"]
        return list(found) if isinstance(found, list) else [found]

    @property
    def aws_managed(self) -> bool:
        """Whether AWS owns the policy, so that nobody else can edit it."""
        arn = parse_arn(self.arn) if self.arn else None
        return arn is not None and arn.account == "aws"

    @property
    def shared(self) -> bool:
        """Whether others may have the policy too: a managed policy, or one of a group."""
        return self.arn is not None or (self.source or "").startswith("group/")


def place_at(situation: Situation, pointer: str | None, layer: PolicyType) -> Place | None:
    """The policy at a pointer; None where there is none, its content is unknown or it is malformed."""
    found = situation.value(pointer) if pointer is not None else None
    if pointer is None or not isinstance(found, Mapping) or not isinstance(found.get("document"), Mapping):
        return None
    try:
        compile_policy(found["document"], KINDS[layer])
    except PolicyError:
        return None
    return Place(
        at=pointer,
        name=found.get("name"),
        arn=found.get("arn"),
        source=found.get("source"),
        document=found["document"],
        layer=layer,
    )


def place_of(situation: Situation, match: StatementMatch) -> Place | None:
    """The policy that a statement of the check is in."""
    return place_at(situation, match.at.rpartition(_DOCUMENT + "/")[0], situation.check.policy_type)


def adding(place: Place, statement: Mapping[str, Any]) -> Patch | None:
    """The patch of the document that appends a statement; None where the document cannot hold it."""
    if needs_variables(statement) and place.document.get("Version") != VERSION:
        return None
    if isinstance(place.document["Statement"], list):
        return (Step(Op.ADD, "/Statement/-", statement),)
    return (Step(Op.REPLACE, "/Statement", [*place.statements, statement]),)


def replacing(place: Place, replacements: Mapping[int, Sequence[Mapping[str, Any]]]) -> Patch | None:
    """The patch that puts statements in the place of others; further ones go to the end, so that indices stay.

    A statement without replacement is removed. None where nothing would remain or the document cannot hold it.
    """
    written = [statement for statements in replacements.values() for statement in statements]
    if needs_variables(written) and place.document.get("Version") != VERSION:
        # Variables that stand there already are literal text, and are kept as such.
        kept = [place.statements[index] for index in replacements]
        if not needs_variables(kept):
            return None
    if len(replacements) == len(place.statements) and not written:
        return None
    if not isinstance(place.document["Statement"], list):
        (statements,) = replacements.values()
        return (Step(Op.REPLACE, "/Statement", list(statements)),)
    steps = [Step(Op.REPLACE, f"/Statement/{i}", found[0]) for i, found in replacements.items() if found]
    steps += [Step(Op.REMOVE, f"/Statement/{i}") for i in sorted(replacements, reverse=True) if not replacements[i]]
    steps += [Step(Op.ADD, "/Statement/-", statement) for found in replacements.values() for statement in found[1:]]
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the changes of one candidate have in common."""

    situation: Situation
    candidate: str
    preference: Preference
    broad: bool = False

    def edit(
        self,
        place: Place,
        patch: Patch | None,
        operation: Operation,
        *,
        statement: Mapping[str, Any] | None,
        broad: bool = False,
    ) -> Change | None:
        """A change of a document; None where there is no patch, or the document would be too large or invalid."""
        if patch is None or place.aws_managed:
            return None
        try:
            changed = apply_at(place.document, "", patch)
            compile_policy(changed, KINDS[place.layer])
        except (PatchError, PolicyError):
            return None
        if not self._fits(place, changed):
            return None
        return self.change(
            place.document_at,
            patch,
            operation,
            layer=place.layer,
            statement=statement,
            policy=(place.name, place.arn),
            broad=broad,
        )

    def _fits(self, place: Place, changed: Mapping[str, Any]) -> bool:
        if place.layer is not PolicyType.IDENTITY_POLICY or place.arn is not None:
            return sizes.fits(changed, place.layer, self.situation.service)
        return inline_fits(self.situation, changed, at=place.at, holder=_holder(place, self.situation))

    def change(
        self,
        at: str,
        patch: Patch,
        operation: Operation,
        *,
        layer: PolicyType,
        statement: Mapping[str, Any] | None = None,
        policy: tuple[str | None, str | None] = (None, None),
        broad: bool = False,
    ) -> Change:
        """A change of anything else than a policy's document; `policy` is the name and ARN of the one it is about."""
        own = layer is self.situation.check.policy_type
        owner = owner_of(self.situation, layer)
        return Change(
            candidate=self.candidate,
            policy_type=layer,
            request=self.situation.check.request,
            account_id=self.situation.check.account_id if own else owner.account_id,
            target=self.situation.check.target if own else None,
            policy=policy[0],
            policy_arn=policy[1],
            at=at,
            operation=operation,
            patch=patch,
            statement=statement,
            owner=owner,
            preference=self.preference,
            broad=self.broad or broad,
        )


def _holder(place: Place, situation: Situation) -> str:
    if (place.source or "").startswith("group/"):
        return "group"
    return "role" if situation.caller.is_role else "user"


def inline_fits(situation: Situation, document: Mapping[str, Any], *, at: str | None, holder: str) -> bool:
    """Whether the inline policies of the caller, with this one put at `at` or added, stay within their limit."""
    found = situation.value("/facts/principal/identity_policies") or []
    documents: list[object] = [document]
    for index, policy in enumerate(found):
        grouped = str(policy.get("source") or "").startswith("group/")
        counted = policy.get("arn") is None and grouped == (holder == "group")
        if counted and f"/facts/principal/identity_policies/{index}" != at:
            documents.append(policy.get("document"))
    return sizes.inline_fit(documents, holder)
