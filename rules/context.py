"""The condition context of the requests of a document, by the derivation that the evaluation uses (C.1, C.2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from iam.checks import Evaluation
from iam.context import Context, context_of
from iam.errors import RequestError
from iam.fact_reader import read_facts
from iam.facts import Facts
from iam.request import Request, derive_dependency, read_request
from iam.unit import is_everything
from iam.values import ABSENT, UNKNOWN
from rules.documents import Document

_ENDPOINT: Final = "network.vpc_endpoint"


class CaseContext:
    """Looks up condition keys as a diagnosis does; every key is unknown where the document cannot be read."""

    def __init__(self, document: Document, evaluation: Evaluation | None) -> None:
        self._document = document
        # An evaluation says so where it found that the request went through no endpoint.
        known = evaluation.assumptions if evaluation is not None else ()
        self._no_endpoint = any(one.fact == _ENDPOINT and one.value is None for one in known)
        self._contexts: dict[int, Context | None] = {}

    def values(self, key: str, *, request: int = 0) -> tuple[str, ...] | None:
        """The values of a key in any letter case; () where it is absent, None where it is not known.

        `request` is 0 for the request itself, n for the n-th dependency. Of a key whose value is one of a few, none of
        which changes what a condition says of it in the evaluation, the likeliest one counts.
        """
        if request not in self._contexts:
            self._contexts[request] = self._context(request)
        context = self._contexts[request]
        if context is None:
            return None
        lower = key.lower()
        few = context.alternatives.get(lower)
        found = few[0] if few else context.lookup(lower)
        if found is ABSENT:
            return ()
        return None if found is UNKNOWN or not isinstance(found, tuple) else found

    @cached_property
    def _read(self) -> tuple[Facts, Request] | None:
        facts, request = self._document.get("facts"), self._document.get("request")
        try:
            read = read_facts(_plain(facts))
            return read, read_request(_plain(request), read, complete_by_default=False)
        except RequestError:
            return None

    def _context(self, number: int) -> Context | None:
        if self._read is None:
            return None
        facts, request = self._read
        resource = facts.resource
        if number > len(facts.dependencies):
            return None
        if number:
            resource = facts.dependencies[number - 1].resource
            request = derive_dependency(request, number - 1, facts)
        account = request.resource_account
        if account is None and is_everything(request.resource, request.action.lower()):
            account = request.caller.account_id
        endpoint = None if self._no_endpoint and facts.endpoint is UNKNOWN else facts.endpoint
        return context_of(request, facts, resource, endpoint, resource_account=account, diagnosis=True)


def _plain(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
