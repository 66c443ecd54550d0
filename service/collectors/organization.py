"""The place of an account in its organization, and the service or resource control policies at every level above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from iam import actions
from iam.principal import CallerKind
from service.collectors.calls import Pending, Place
from service.collectors.collected import Answer, Json
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry

_NO_ORGANIZATION: Final = ("AWSOrganizationsNotInUseException",)
_DEEPEST: Final = 8  # an organization is at most root, five levels of units and the account
_ENABLED: Final = "ENABLED"
# AWS: these two allow everything and cannot be changed ("SCP evaluation", "Resource control policies").
_ALL_OF_AWS: Final[Mapping[str, Json]] = {
    "p-FullAWSAccess": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    },
    "p-RCPFullAWSAccess": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    },
}


class ControlPolicy(Enum):
    """The two policy types of an organization that take part in a decision: AWS's name, and the fact's."""

    SERVICE = ("SERVICE_CONTROL_POLICY", "service_control_policies")
    RESOURCE = ("RESOURCE_CONTROL_POLICY", "resource_control_policies")

    @property
    def fact(self) -> str:
        """The name of the list of levels."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class _Level:
    """One level above an account, or the account, and the listing of its policies under way."""

    target: str
    listing: Pending


def collect_callers_organization(inquiry: Inquiry) -> None:
    """The organization of the caller's account with its service control policies, where these can bind the caller."""
    subject = inquiry.subject
    kinds = (CallerKind.SERVICE, CallerKind.ANONYMOUS)
    if subject.caller_account is None or subject.caller.kind in kinds or subject.caller.is_service_linked:
        return
    side = _Side(inquiry, subject.caller_account, "principal", ControlPolicy.SERVICE)
    side.collect()


def collect_resources_organization(inquiry: Inquiry) -> None:
    """The organization of the resource's account, with its resource control policies if its service supports them."""
    subject = inquiry.subject
    account = inquiry.bundle.known("resource", "account_id") or subject.resource_account
    if account is None:
        return
    supported = actions.rcp_supports(subject.service)
    _Side(inquiry, account, "resource", ControlPolicy.RESOURCE if supported else None).collect()


class _Side:
    """One account's organization, as the facts of caller or resource."""

    def __init__(self, inquiry: Inquiry, account: str, side: str, wanted: ControlPolicy | None) -> None:
        self._inquiry, self._account, self._side = inquiry, account, side
        self._wanted = wanted
        self._fact = f"{side}.organization"

    def collect(self) -> None:
        """Find the organization, then walk from the account to the root."""
        inquiry = self._inquiry
        if not inquiry.bundle.wants(self._side, "organization"):
            return
        described = self._describe(Place(self._account))
        if described.none_code is not None:
            inquiry.bundle.put(None, self._side, "organization")
            return
        organization = _organization(described)
        identifier, management = organization.get("Id"), organization.get("MasterAccountId")
        asked = inquiry.calls.connection.organization_account(identifier, management)
        levels: Json = {}
        if self._wanted is not None and asked is not None and management != self._account:
            levels = self._levels(Place(asked), organization, self._wanted)
            if not organization and levels:
                # The account could not say which organization it is in; the one that lists its parents can.
                organization = _organization(self._describe(Place(asked)))
        found = {"id": organization.get("Id"), "management_account_id": organization.get("MasterAccountId")}
        found = {name: value for name, value in found.items() if value} | levels
        if found:
            inquiry.bundle.put(found, self._side, "organization")

    def _describe(self, place: Place) -> Answer:
        call = "organizations.DescribeOrganization"
        return self._inquiry.calls.ask(call, place, fact=self._fact, none=_NO_ORGANIZATION)

    def _levels(self, place: Place, organization: Mapping[str, Any], wanted: ControlPolicy) -> Json:
        """The levels from root to account; nothing where they cannot be read, and one that cannot without policies."""
        fact = f"{self._fact}.{wanted.fact}"
        if organization.get("FeatureSet") not in (None, "ALL"):
            return {wanted.fact: []}
        levels = self._walk(place, wanted, fact)
        if any(_lists_nothing(level.listing.answer()) for level in levels):
            # Where a policy type is enabled, some policy of it is attached everywhere; else none is anywhere.
            roots = self._inquiry.calls.ask("organizations.ListRoots", place, fact=fact, every_page=True)
            if _enabled(roots, wanted) is False:
                return {wanted.fact: []}
        documents = self._documents(place, levels, fact)
        found = [_level(level, documents) for level in reversed(levels)]
        return {wanted.fact: found} if found else {}

    def _walk(self, place: Place, wanted: ControlPolicy, fact: str) -> list[_Level]:
        """The levels from the account upwards, the listing of each begun as soon as it is known.

        None where the account is not one of this organization.
        """
        calls = self._inquiry.calls
        levels: list[_Level] = []
        target = self._account
        while len(levels) < _DEEPEST:
            asked = {"TargetId": target, "Filter": wanted.value[0]}
            listing = calls.start("organizations.ListPoliciesForTarget", place, asked, fact=fact, every_page=True)
            levels.append(_Level(target, listing))
            if target.startswith("r-"):
                break
            parents = calls.ask("organizations.ListParents", place, {"ChildId": target}, fact=fact).items("Parents")
            if not parents or not isinstance(parents[0], Mapping) or not parents[0].get("Id"):
                return levels if len(levels) > 1 else []
            target = str(parents[0]["Id"])
        return levels

    def _documents(self, place: Place, levels: list[_Level], fact: str) -> Mapping[str, Any]:
        """The content of every policy at these levels, each read once."""
        pending: dict[str, Pending] = {}
        for level in levels:
            for policy in level.listing.answer().items("Policies"):
                key = str(policy.get("Id"))
                if key not in _ALL_OF_AWS and key not in pending:
                    pending[key] = self._inquiry.calls.start(
                        "organizations.DescribePolicy", place, {"PolicyId": key}, fact=fact
                    )
        contents = {key: ((asked.answer().value or {}).get("Policy") or {}) for key, asked in pending.items()}
        read = {key: read_document(found["Content"]) for key, found in contents.items() if found.get("Content")}
        return {**_ALL_OF_AWS, **read}


def _organization(answer: Answer) -> Mapping[str, Any]:
    found = (answer.value or {}).get("Organization")
    return found if isinstance(found, Mapping) else {}


def _lists_nothing(answer: Answer) -> bool:
    return answer.value is not None and answer.value.get("Policies") == []


def _enabled(roots: Answer, wanted: ControlPolicy) -> bool | None:
    """Whether the policy type is enabled; None where that cannot be told."""
    found = roots.items("Roots")
    if not found or not isinstance(found[0], Mapping) or "PolicyTypes" not in found[0]:
        return None
    states = {t.get("Type"): t.get("Status") for t in found[0]["PolicyTypes"] if isinstance(t, Mapping)}
    return bool(states.get(wanted.value[0]) == _ENABLED)


def _level(level: _Level, documents: Mapping[str, Any]) -> Json:
    answer = level.listing.answer()
    found: Json = {"target": level.target}
    if not isinstance((answer.value or {}).get("Policies"), list) or not answer.complete:
        return found
    policies = []
    for summary in answer.items("Policies"):
        identifier = str(summary.get("Id"))
        policy = {"name": summary.get("Name") or identifier, "arn": summary.get("Arn")}
        if identifier in documents:
            policy["document"] = documents[identifier]
        policies.append(policy)
    found["policies"] = policies
    return found
