"""The request context: what was given, what follows from the facts (C.1, C.2), and what is absent or unknown."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from iam.condition_keys import spelling
from iam.derived import Derived
from iam.values import ABSENT, UNKNOWN, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iam.facts import Endpoint, Facts, ResourceFacts
    from iam.request import Request

_PERMISSION_SET = "AWSReservedSSO_"


class Context:
    """Looks up condition keys for one (action, resource) of a request.

    `alternatives` holds, for a key whose value is one of a few, those values: a statement on such a key is evaluated
    under each (C-10: MFA in a role session is absent or false; A-35: a role's path is not known). `unsettled` collects
    the rules without a documented answer that a statement came to rest on.
    """

    __slots__ = (
        "_complete",
        "_derive",
        "_derived",
        "_diagnosis",
        "_given",
        "alternatives",
        "assumed",
        "has_path",
        "unsettled",
    )

    def __init__(self, request: Request, derive: Callable[[], Derived], *, diagnosis: bool) -> None:
        """`derive` is called when a key is first looked up that was not given; often none is."""
        self._derive = derive
        self._complete = request.complete
        self._diagnosis = diagnosis
        self._given = request.given
        self._derived: Derived | None = None
        self.assumed: dict[str, str] = {}
        self.alternatives: dict[str, tuple[Value, ...]] = {}
        self.unsettled: dict[str, None] = {}
        caller = request.caller
        self.has_path = caller.path_known or not caller.is_role
        name = caller.name or ""
        if not self.has_path and name.startswith(_PERMISSION_SET):
            # the path of a permission set's role is fixed but for the Region of the Identity Center.
            prefix = f"arn:{caller.partition}:iam::{caller.account_id or ''}:role/aws-reserved/sso.amazonaws.com/"
            self.alternatives["aws:principalarn"] = ((prefix + name,), (f"{prefix}eu-west-1/{name}",))
            self.has_path = True
        if not self._complete and caller.is_role and "aws:multifactorauthpresent" not in self._given:
            # C-10: the credentials of a role carry no MFA; whether the key is absent or false is not settled.
            self.alternatives["aws:multifactorauthpresent"] = (ABSENT, ("false",))

    def lookup(self, key: str) -> Value:
        """The value of a lower-case condition key."""
        value = self._given.get(key)
        if value is not None:
            return value
        derived = self._follow()
        value = derived.value(key)
        if value is not None:
            return value
        assumed = derived.assumable.get(key)
        if assumed is not None:
            self.assumed[key] = assumed
            return (assumed,)
        if key in derived.undocumented and (self._diagnosis or not self._complete):
            return UNKNOWN
        if key in derived.undocumented:
            self.unsettled["C.1"] = None
        if key == "aws:multifactorauthage" and "aws:multifactorauthpresent" in self.alternatives:
            return ABSENT
        return ABSENT if self._complete else UNKNOWN

    def _follow(self) -> Derived:
        if self._derived is None:
            self._derived = self._derive()
        return self._derived

    def notes(self) -> tuple[int, int]:
        """How much has been taken for granted so far: of `assumed` and of `unsettled`."""
        return len(self.assumed), len(self.unsettled)

    def restore(self, notes: tuple[int, int]) -> None:
        """Take for granted no more than when these notes were made."""
        self.assumed = dict(islice(self.assumed.items(), notes[0]))
        self.unsettled = dict(islice(self.unsettled.items(), notes[1]))

    def with_values(self, values: Mapping[str, Value]) -> _Overlay:
        """The same context with other values for some keys, in lower case."""
        return _Overlay(self, values)

    def fact_of(self, key: str) -> str:
        """The name of the fact that would tell a key that is unknown (contract: `context.<key>` or the fact)."""
        return self._follow().fact_of(key) or context_fact(key)


def context_of(
    request: Request,
    facts: Facts,
    resource: ResourceFacts,
    endpoint: Endpoint | Unknown | None,
    *,
    resource_account: str | None,
    diagnosis: bool,
) -> Context:
    """The context of one (action, resource): what was given, and what follows from the facts once it is asked for."""
    derive = partial(
        Derived, request, facts, resource, endpoint, resource_account=resource_account, diagnosis=diagnosis
    )
    return Context(request, derive, diagnosis=diagnosis)


def context_fact(key: str) -> str:
    """The name of the fact that a lower-case condition key is (contract: `context.<key>`)."""
    return f"context.{spelling(key)}"


class _Overlay:
    """A lookup that differs from a context in some keys."""

    __slots__ = ("_context", "_values")

    def __init__(self, context: Context, values: Mapping[str, Value]) -> None:
        self._context, self._values = context, values

    def lookup(self, key: str) -> Value:
        found = self._values.get(key)
        return self._context.lookup(key) if found is None else found
