"""Lists the policies of a user or role, and of the user's groups, attached and inline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.collectors.calls import Pending, Place
from service.collectors.collected import Answer, Json
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry

FACT: Final = "principal.identity_policies"


@dataclass(frozen=True, slots=True)
class Listed:
    """One policy that was named: managed ones by ARN, inline ones with the call that reads them."""

    name: str
    arn: str | None
    source: str | None
    document: Pending | None

    def to_policy(self, managed: Mapping[str, Json]) -> Json:
        """The policy in the contract's shape; without a document where that could not be read."""
        if self.arn is not None:
            found = dict(managed[self.arn])
        else:
            found = {"name": self.name}
            document = (self.document.answer().value or {}).get("PolicyDocument") if self.document else None
            if document is not None:
                found["document"] = read_document(document)
        return found if self.source is None else {**found, "source": self.source}


@dataclass(frozen=True, slots=True)
class _Holder:
    """A user, role or group, and the two listings of its policies."""

    kind: str
    name: str
    source: str | None
    attached: Pending
    inline: Pending


class PolicyListing:
    """The listings of one user's or role's policies; they are begun when this is made.

    `source` says where the policies of the user or role itself are from, where that must be told.
    """

    def __init__(self, inquiry: Inquiry, place: Place, *, kind: str, name: str, source: str | None = None) -> None:
        self._inquiry, self._place = inquiry, place
        self.complete = True
        self._own = self._holder(kind, name, source)
        self._groups = self._start("iam.ListGroupsForUser", {"UserName": name}) if kind == "User" else None

    def read(self) -> list[Listed]:
        """The policies, the holder's own first; `complete` is false afterwards where some could not be listed."""
        holders = [self._own]
        if self._groups is not None:
            names = [str(group.get("GroupName")) for group in self._items(self._groups.answer(), "Groups")]
            holders.extend(self._holder("Group", name, f"group/{name}") for name in names)
        found: list[Listed] = []
        for holder in holders:
            for policy in self._items(holder.attached.answer(), "AttachedPolicies"):
                arn = str(policy.get("PolicyArn"))
                found.append(Listed(arn.rpartition("/")[2], arn, holder.source, None))
            for name in self._items(holder.inline.answer(), "PolicyNames"):
                asked = {f"{holder.kind}Name": holder.name, "PolicyName": name}
                read = self._start(f"iam.Get{holder.kind}Policy", asked)
                found.append(Listed(str(name), None, holder.source, read))
        return found

    def _holder(self, kind: str, name: str, source: str | None) -> _Holder:
        asked = {f"{kind}Name": name}
        attached = self._start(f"iam.ListAttached{kind}Policies", asked)
        return _Holder(kind, name, source, attached, self._start(f"iam.List{kind}Policies", asked))

    def _start(self, call: str, asked: Mapping[str, Any]) -> Pending:
        return self._inquiry.calls.start(call, self._place, asked, fact=FACT, every_page=".List" in call)

    def _items(self, answer: Answer, member: str) -> list[Any]:
        found = (answer.value or {}).get(member)
        if not isinstance(found, list):
            self.complete = False
            return []
        self.complete = self.complete and answer.complete
        return found
