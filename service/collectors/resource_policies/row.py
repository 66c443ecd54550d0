"""One row of the table of resource policies: how a resource is named, which call reads its policy, where that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from iam.arn import Arn
from service.collectors.documents import read_document

Parameters = Mapping[str, Any]
Found = list[tuple[str, Any]]
"""Policies read from an answer: the name of each and its document."""


@dataclass(frozen=True)
class Row:
    """Where the policy of one kind of resource is.

    `service` is the service of the ARN and `resource` a pattern of the whole of its last part, whose named groups fill
    `parameters` beside `{arn}`, `{region}`, `{account}` and `{partition}`; a parameter `"{version:int}"` is a number.
    `path` leads to the policy: names separated by dots, `[]` for every item of a list, `{}` for every value of a map.
    Without one there, there is no policy, provided that `proof` names a member which a whole answer always has.
    `none` are error codes that mean no policy, `missing` those that mean that there is no such resource; `first` is a
    call whose answer gives a parameter that the ARN does not hold; `also` are parameters of the same call for more.
    `names` is the member that names each of several policies; `keep` tells which of them are of this resource.
    `actions` are the only ones, in lower case, that the policy is about.
    """

    service: str
    resource: str
    call: str
    parameters: Parameters
    path: str
    also: Parameters | None = None
    name: str = "resource-policy"
    proof: str | None = None
    none: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    first: First | None = None
    region: str | None = None
    read: Callable[[Any], Any] = read_document
    every_page: bool = False
    names: str | None = None
    keep: Callable[[Mapping[str, Any], Mapping[str, str]], bool] | None = None
    actions: frozenset[str] | None = None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.resource)

    def values(self, arn: Arn, action: str) -> dict[str, str] | None:
        """What the ARN says of the resource; None where it is of another kind."""
        found = self._pattern.fullmatch(arn.resource)
        if self.actions is not None and action.lower() not in self.actions:
            return None
        if arn.service != self.service or found is None:
            return None
        whole = {"arn": arn.text, "region": arn.region, "account": arn.account, "partition": arn.partition}
        return whole | {name: text or "" for name, text in found.groupdict().items()}

    def policies(self, answer: Mapping[str, Any], values: Mapping[str, str]) -> Found | None:
        """The policies in an answer, [] = none; None where the answer is not whole."""
        if self.proof is not None and _follow(answer, self.proof) == []:
            return None
        found: Found = []
        for holder in self._holders(answer, values):
            document = holder.get(self._leaf)
            if document not in (None, "", "{}"):
                title = holder.get(self.names) if self.names is not None else None
                found.append((str(title or self.name), self.read(document)))
        return found

    @property
    def _leaf(self) -> str:
        return self.path.rpartition(".")[2].removesuffix("[]").removesuffix("{}")

    def _holders(self, answer: Mapping[str, Any], values: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """The objects that hold a policy each."""
        path, _, leaf = self.path.rpartition(".")
        holders = [h for h in _follow(answer, path) if isinstance(h, Mapping)]
        if leaf.endswith("[]"):
            items = [item for holder in holders for item in holder.get(self._leaf) or []]
            holders = [{self._leaf: item} for item in items]
        elif leaf.endswith("{}"):
            pairs = [pair for holder in holders for pair in (holder.get(self._leaf) or {}).items()]
            holders = [{self._leaf: value, "name": key} for key, value in pairs]
        if self.keep is None:
            return holders
        return [holder for holder in holders if self.keep(holder, values)]


@dataclass(frozen=True)
class First:
    """A call made before the one that reads the policy; what is at `path` becomes the value `name`."""

    call: str
    parameters: Parameters
    path: str
    name: str


def fill(parameters: Parameters, values: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a call; those that come out empty are left out."""
    filled = {name: _filled(value, values) for name, value in parameters.items()}
    return {name: value for name, value in filled.items() if value != ""}


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, Mapping):
        return {name: _filled(item, values) for name, item in value.items()}
    if not isinstance(value, str):
        return value
    if value.endswith(":int}"):
        return int(values[value[1:-5]])
    return value.format(**values)


def _follow(answer: Any, path: str) -> list[Any]:
    """What is at the end of a path; [] where it leads nowhere."""
    found = [answer]
    for name in path.split(".") if path else ():
        bare = name.removesuffix("[]")
        below = [value[bare] for value in found if isinstance(value, Mapping) and value.get(bare) is not None]
        found = [item for value in below for item in value] if name.endswith("[]") else below
    return found
