"""Forward chaining by durable_rules 2.0.28, confined to what it does correctly.

Only its Rete network is used, through the C module, in the caller's thread. Its hosts start threads that steal actions
and free memory in use; its negation disables unrelated rules; its identities are 32-bit hashes, which makes colliding
sessions share facts; a session in which no action ran cannot be deleted; errors in actions vanish. Each of these is
walled off here or by the checks of `rules.program`.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import durable_rules_engine
from durable import engine as durable_engine

from rules.program import ABSENT, BEGIN, TRUE_FIELD, alias, check_program, check_token, definitions, with_built_in_kinds
from rules.rule import (
    Compared,
    Comparison,
    Derivation,
    Fields,
    Pattern,
    Program,
    Rule,
    RuleError,
    Schema,
    Token,
    Var,
    follows,
)

MAX_SESSIONS: Final = 64
MAX_FACTS: Final = 2500
MAX_FIRINGS: Final = 10_000
_HANDLED: Final = 0

Fact = tuple[str, Fields]


@dataclass(frozen=True, slots=True)
class Firing:
    """One application of a rule: the numbers of the facts it matched, and of those that follow."""

    rule: str
    premises: tuple[int, ...]
    conclusions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Every fact that holds, by number, and how each derived one was derived; the same for any order of the input."""

    facts: dict[int, Fact]
    firings: tuple[Firing, ...]


class _NoHost(durable_engine.Host):  # type: ignore[misc]  # the package has no types
    """A host without the two timer threads that the package would start."""

    def _run(self) -> None:
        """Start nothing."""


def _do_nothing(_closure: object) -> None:
    """Stand in for an action: ours run in the session's own loop, where their errors are seen."""


class Engine:
    """A program loaded once a process; `run` may be called from many threads, before or after a fork.

    Raises `RuleError` for a program outside the safe subset.
    """

    def __init__(self, program: Program, *, name: str = "diagnosis") -> None:
        check_program(program)
        self.program = program
        self.schema = with_built_in_kinds(program.schema)
        self.rules = {rule.name: rule for rule in program.rules}
        loaded = {rule: {**definition, "run": _do_nothing} for rule, definition in definitions(program).items()}
        self.handle = durable_engine.Ruleset(name, _NoHost(), loaded)._handle  # noqa: SLF001  the C handle has no public name
        self._sessions: queue.LifoQueue[str] = queue.LifoQueue()
        for number in range(MAX_SESSIONS):
            self._sessions.put(f"s{number:03d}")

    def run(self, facts: Iterable[Fact]) -> Result:
        """Derive everything that follows from the facts.

        Raises `RuleError` for a fact outside the schema or the token alphabet, and where the limits are exceeded.
        """
        name = self._sessions.get()
        session = _Session(self, name)
        try:
            session.add(BEGIN, {})  # a session must have completed an action before it can be deleted
            session.drain()
            for kind, fields in sorted(facts, key=_canonical):
                session.add(kind, fields)
            session.drain()
            for kinds in self.program.strata:
                session.close(kinds)
            return Result(facts=session.facts, firings=tuple(sorted(session.firings, key=_in_order)))
        finally:
            durable_rules_engine.delete_state(self.handle, name)
            self._sessions.put(name)


def _canonical(fact: Fact) -> tuple[str, list[tuple[str, Token]]]:
    return fact[0], sorted(fact[1].items())


def _in_order(firing: Firing) -> tuple[tuple[int, ...], str]:
    return firing.premises, firing.rule


@dataclass(slots=True)
class _Session:
    """The facts of one run; numbers are given here, since the engine's own identities may collide."""

    engine: Engine
    name: str
    facts: dict[int, Fact] = field(default_factory=dict)
    firings: list[Firing] = field(default_factory=list)
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    offset: Any = 0

    def add(self, kind: str, fields: Fields) -> int:
        """Assert a fact unless it holds already; return its number."""
        number = self._known(kind, fields)
        if number:
            return number
        number = len(self.numbers) + 1
        if number > MAX_FACTS:
            raise RuleError(f"more than {MAX_FACTS} facts")
        self.numbers[self._key(kind, fields)] = number
        self.facts[number] = (kind, dict(fields))
        document = json.dumps({**fields, "kind": kind, TRUE_FIELD: True, "id": number, "sid": self.name})
        code, self.offset = durable_rules_engine.assert_fact(self.engine.handle, document)
        if code != _HANDLED:
            raise RuleError(f"the engine answered {code} to a fact of kind `{kind}`")
        return number

    def _key(self, kind: str, fields: Fields) -> tuple[object, ...]:
        return (kind, *(fields[name] for name in self.engine.schema[kind]))

    def _known(self, kind: str, fields: Fields) -> int | None:
        expected = self.engine.schema.get(kind)
        if expected is None or expected.keys() != fields.keys():
            raise RuleError(f"a fact of kind `{kind}` does not have the fields of its kind")
        for name, value in fields.items():
            check_token(value, expected[name], where=f"`{kind}.{name}`")
        number = self.numbers.get(self._key(kind, fields))
        if number is None and kind in self.closed:
            raise RuleError(f"`{kind}` was derived after its absence was decided")
        return number

    def close(self, kinds: Iterable[str]) -> None:
        """Decide which of the kinds are absent, and derive what follows from that."""
        kinds = tuple(kinds)
        self.closed.update(kinds)
        present = {kind for kind, _ in self.facts.values()}
        for kind in kinds:
            if kind not in present:
                self.add(ABSENT, {"of": kind})
        self.drain()

    def drain(self) -> None:
        """Fire rules until none is left."""
        handle = self.engine.handle
        started = durable_rules_engine.start_action_for_state(handle, self.offset)
        message = started[1] if started else None
        while message:
            ((name, matched),) = json.loads(message).items()
            rule = self.engine.rules.get(name)
            if rule:
                self._fire(rule, matched)
            message = durable_rules_engine.complete_and_start_action(handle, self.offset)

    def _fire(self, rule: Rule, matched: dict[str, dict[str, int]]) -> None:
        premises = tuple(matched[alias(position)]["id"] for position in range(len(rule.when)))
        if len(self.firings) >= MAX_FIRINGS:
            raise RuleError(f"more than {MAX_FIRINGS} rule firings")
        derived = follows(rule, tuple(self.facts[number][1] for number in premises), self.engine.schema)
        conclusions = tuple(self.add(kind, fields) for kind, fields in derived)
        self.firings.append(Firing(rule=rule.name, premises=premises, conclusions=conclusions))


def _self_test_program() -> Program:
    """A join, a comparison, a chain and a stratum: what every rule of ours is made of."""
    schema: Schema = {"parent": {"of": str, "child": str, "age": int}, "elder": {"who": str}, "alone": {"who": str}}
    grandparent = Rule(
        name="elder",
        when=(
            Pattern("parent", (("of", Var("who")), ("child", Var("child")))),
            Pattern("parent", (("of", Var("child")), ("age", Compared(Comparison.GREATER, 20)))),
        ),
        then=(Derivation("elder", (("who", Var("who")),)),),
    )
    alone = Rule(
        name="alone",
        when=(Pattern(ABSENT, (("of", "elder"),)), Pattern("parent", (("of", Var("who")),))),
        then=(Derivation("alone", (("who", Var("who")),)),),
    )
    return Program(schema=schema, rules=(grandparent, alone), strata=(("elder",),))


def self_test() -> None:
    """Run a program whose answer is known; raises `RuleError` where the engine does not work."""
    engine = Engine(_self_test_program(), name="self_test")
    first: Fact = ("parent", {"of": "a", "child": "b", "age": 60})
    second: Fact = ("parent", {"of": "b", "child": "c", "age": 30})
    for facts, expected in (
        ([first, second], ("elder", {"who": "a"})),
        ([second], ("alone", {"who": "b"})),
    ):
        derived = [fact for fact in engine.run(facts).facts.values() if fact[0] in ("elder", "alone")]
        if derived != [expected]:
            raise RuleError("the rule engine failed its self-test: durable_rules 2.0.28 does not work on this machine")


def tested_engine(program: Program) -> Engine:
    """An engine for the program, made after the package has shown that it works here; raises `RuleError` otherwise.

    To be called once a process and program, since a ruleset is never freed.
    """
    self_test()
    return Engine(program)
