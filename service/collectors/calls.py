"""Asks AWS: each call against a declared permission, within the budget, kept for a while, and never raising."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTimeError
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from botocore import xform_name

from service.collectors.accounts import Accounts
from service.collectors.collected import Answer, Budget, Failure, FailureKind, Source
from service.collectors.errors import (
    OverBudgetError,
    UnansweredError,
    denial_of,
    error_code,
    kind_of,
    message_of,
)
from service.collectors.kept import Kept
from service.collectors.permissions import PERMISSIONS
from service.connections import Connection

_THREADS: Final = 16
_MOST_PAGES: Final = 10
_TOKENS: Final = ("NextToken", "nextToken", "Marker", "NextMarker")
_SUBJECTS: Final = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call goes: an account, and a Region (None = where the connection asks global services)."""

    account_id: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A call under way."""

    calls: Calls
    future: Future[Answer]
    source: Source

    def answer(self) -> Answer:
        """Wait for the answer; what is not there in time stays unknown. Writes down where the fact is from."""
        return self.calls.settle(self)


class Calls:
    """The calls of one collection.

    A call is named by client and operation (`iam.GetRole`) and must be declared in `permissions`. Answers that were
    kept cost nothing; the same question is asked once.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        kept: Kept,
        budget: Budget,
        now: datetime,
        policy: str,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.connection = connection
        self.now = now
        self.budget = budget
        self._clients, self._cache, self._timer = kept.clients, kept.cache, timer
        self._started = timer()
        self._made = 0
        self._lock = threading.Lock()
        self._asked: dict[Hashable, Future[Answer]] = {}
        self._sources: set[Source] = set()
        self._failures: dict[Hashable, Failure] = {}
        self._accounts = Accounts(connection, clients=kept.clients, now=now, policy=policy, count=self._count)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="collector-call")
        self._subjects = ThreadPoolExecutor(_SUBJECTS, thread_name_prefix="collector")

    @property
    def made(self) -> int:
        """How many calls were made."""
        return self._made

    @property
    def elapsed(self) -> float:
        """Seconds since the collection began."""
        return self._timer() - self._started

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the facts are from, in a fixed order."""
        return tuple(sorted(self._sources, key=lambda s: (s.fact, s.call, s.account_id, s.region, s.time)))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be read, in a fixed order."""
        return tuple(sorted(self._failures.values(), key=lambda f: (f.facts, f.call, f.account_id, f.region)))

    def start(
        self,
        call: str,
        place: Place,
        parameters: Mapping[str, Any] | None = None,
        *,
        fact: str,
        none: Collection[str] = (),
        every_page: bool = False,
    ) -> Pending:
        """Begin a call; `none` are the error codes that mean that there is none of what is asked for."""
        if call not in PERMISSIONS:
            raise LookupError(f"the call `{call}` is not declared in service.collectors.permissions")
        region = place.region or self.connection.region
        asked = dict(parameters or {})
        key = (self.connection.name, place.account_id, region, call, json.dumps(asked, sort_keys=True, default=str))
        source = Source(fact=fact, call=call, account_id=place.account_id, region=region, time=self.now)
        with self._lock:
            future = self._asked.get(key)
            if future is None:
                future = self._begin(key, source, asked, none=none, every_page=every_page)
                self._asked[key] = future
        return Pending(self, future, source)

    def ask(
        self,
        call: str,
        place: Place,
        parameters: Mapping[str, Any] | None = None,
        *,
        fact: str,
        none: Collection[str] = (),
        every_page: bool = False,
    ) -> Answer:
        """Make a call and wait for its answer."""
        return self.start(call, place, parameters, fact=fact, none=none, every_page=every_page).answer()

    def settle(self, pending: Pending) -> Answer:
        """The answer of a call under way, written down."""
        source = pending.source
        try:
            answer = pending.future.result(timeout=max(self.budget.seconds - self.elapsed, 0.0))
        except NotInTimeError:
            late = _failure(source, FailureKind.OVER_BUDGET, "the answer did not come within the time allowed")
            answer = Answer(failure=late)
        with self._lock:
            if answer.failure is None:
                self._sources.add(replace(source, time=answer.time or self.now, age=answer.age))
            else:
                self._note(answer.failure, source.fact)
        return answer

    def together(self, *subjects: Callable[[], None]) -> None:
        """Run several subjects at a time, and raise what one of them raises."""
        for running in [self._subjects.submit(subject) for subject in subjects]:
            running.result()

    def close(self) -> None:
        """Give up what is still under way; calls that were sent end by their own time limits."""
        self._subjects.shutdown(wait=False, cancel_futures=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(
        self, key: Hashable, source: Source, asked: dict[str, Any], *, none: Collection[str], every_page: bool
    ) -> Future[Answer]:
        kept = self._cache.get(key)
        if kept is not None:
            age = (self.now - kept.time).total_seconds() if kept.time is not None else 0.0
            return _settled(replace(kept, age=max(age, 0.0)))
        if self.elapsed >= self.budget.seconds:
            return _settled(Answer(failure=_failure(source, FailureKind.OVER_BUDGET, "the time allowed was used up")))

        def work() -> Answer:
            answer = self._make(source, asked, none=frozenset(none), every_page=every_page)
            self._cache.put(key, answer)
            return answer

        return self._pool.submit(work)

    def _make(self, source: Source, asked: dict[str, Any], *, none: frozenset[str], every_page: bool) -> Answer:
        """Make a call in this thread."""
        service, _, operation = source.call.partition(".")
        try:
            entry = self._accounts.enter(source.account_id, source.region)
            client = self._clients.client(self.connection, entry, service, source.region)
            value, complete = self._pages(client, xform_name(operation), asked, every_page=every_page)
        except UnansweredError as error:
            return Answer(failure=replace(error.failure, facts=(source.fact,)))
        except OverBudgetError as error:
            return Answer(failure=_failure(source, FailureKind.OVER_BUDGET, str(error)))
        except Exception as error:  # noqa: BLE001  whatever boto3 raises, the fact stays unknown
            code = error_code(error)
            if code in none:
                return Answer(none_code=code, time=self.now)
            failure = _failure(source, kind_of(error), message_of(error))
            return Answer(failure=replace(failure, error_code=code, denial=denial_of(error)))
        return Answer(value=value, complete=complete, time=self.now)

    def _pages(self, client: Any, name: str, asked: dict[str, Any], *, every_page: bool) -> tuple[dict[str, Any], bool]:
        """The answer, and whether it is whole: of a listing at most so many pages are read."""
        self._count()
        if not every_page or not client.can_paginate(name):
            value = getattr(client, name)(**asked)
            value.pop("ResponseMetadata", None)
            return value, not (every_page and any(value.get(name) for name in _TOKENS))
        found: dict[str, Any] = {}
        for number, page in enumerate(client.get_paginator(name).paginate(**asked), start=1):
            if number > 1:
                self._count()
            for member, value in page.items():
                if isinstance(value, list) and isinstance(found.get(member), list):
                    found[member] = [*found[member], *value]
                elif member != "ResponseMetadata":
                    found[member] = value
            if number == _MOST_PAGES:
                return found, False
        return found, True

    def _count(self) -> None:
        """Count one call, or refuse it."""
        with self._lock:
            if self._made >= self.budget.calls:
                raise OverBudgetError(f"{self.budget.calls} calls were made, which is all that is allowed")
            self._made += 1

    def _note(self, failure: Failure, fact: str) -> None:
        key = (failure.call, failure.account_id, failure.region, failure.kind, failure.message)
        before = self._failures.get(key)
        facts = {fact, *(before.facts if before is not None else ())}
        self._failures[key] = replace(failure, facts=tuple(sorted(facts)))


def _settled(answer: Answer) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_result(answer)
    return future


def _failure(source: Source, kind: FailureKind, message: str) -> Failure:
    return Failure(
        facts=(source.fact,),
        call=source.call,
        account_id=source.account_id,
        region=source.region,
        kind=kind,
        error_code=None,
        message=message,
        permissions=PERMISSIONS[source.call],
    )
