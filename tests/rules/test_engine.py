"""Each guard that keeps the engine inside what durable_rules does correctly."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import durable_rules_engine
import pytest

from rules.engine import MAX_FACTS, MAX_SESSIONS, Engine, self_test
from rules.program import MAX_RULES, check_program, definitions
from rules.rule import Compared, Comparison, Derivation, Pattern, Program, Rule, RuleError, Var
from tests.rules.reference import frozen

SCHEMA = {"a": {"x": str, "n": int, "flag": bool}, "b": {"x": str, "n": int}, "c": {"x": str}, "d": {"n": int}}

MANY = {f"k{n}": {"x": str} for n in range(10)}


def rule(name, when, then):
    return Rule(name=name, when=tuple(when), then=tuple(then))


def pattern(kind, **tests):
    return Pattern(kind, tuple(tests.items()))


def derived(kind, **values):
    return Derivation(kind, tuple(values.items()))


def holding(engine, facts):
    return {frozen(kind, fields) for kind, fields in engine.run(facts).facts.values() if kind != "begin_"}


def small_engine(*rules, strata=()):
    return Engine(Program(schema=SCHEMA, rules=rules, strata=strata))


COPY = rule("copy", [pattern("a", x=Var("x"))], [derived("c", x=Var("x"))])


def test_self_test_passes_on_this_machine():
    self_test()


def test_absence_is_decided_in_strata_and_disables_no_other_rule():
    """T0: the package's own negation deletes the matches of unrelated rules."""
    engine = small_engine(
        rule("none", [pattern("absent", of="b"), pattern("a", x=Var("x"))], [derived("c", x=Var("x"))]),
        rule("both", [pattern("a", x=Var("x")), pattern("b", x=Var("x"))], [derived("d", n=1)]),
        strata=(("b",),),
    )
    one = ("a", {"x": "p", "n": 0, "flag": True})
    other = ("b", {"x": "p", "n": 0})
    assert ("c", ("x", "p")) in holding(engine, [one])
    assert holding(engine, [one, other]) == {frozen(*one), frozen(*other), ("d", ("n", 1))}


def test_deriving_a_kind_after_its_absence_was_decided_is_refused():
    engine = small_engine(
        rule("late", [pattern("absent", of="b"), pattern("a", x=Var("x"))], [derived("b", x=Var("x"), n=1)]),
        strata=(("b",),),
    )
    with pytest.raises(RuleError, match="after its absence"):
        engine.run([("a", {"x": "p", "n": 0, "flag": True})])


def test_every_join_ends_in_a_test_that_is_always_true():
    """T1: a join whose last test is false reads out of bounds."""
    program = Program(
        schema=SCHEMA,
        rules=(rule("join", [pattern("a", x=Var("x")), pattern("b", x=Var("x"), n=1)], [derived("d", n=1)]),),
    )
    second = definitions(program)["join"]["all"][1]["p1"]["$and"]
    assert second[-1] == {"z_": {"p0": "z_"}}


def test_engine_starts_no_thread():
    """T2, T3: the package's hosts run actions and timers in threads of their own."""
    before = set(threading.enumerate())
    engine = small_engine(COPY)
    engine.run([("a", {"x": "p", "n": 0, "flag": True})])
    assert set(threading.enumerate()) == before


def test_sessions_come_from_a_fixed_pool_and_go_back_after_an_error():
    """T4, T5: more than 1,023 sessions crash, and session names collide."""
    engine = small_engine(COPY)
    for number in range(3 * MAX_SESSIONS):
        facts = [("a", {"x": "p", "n": 0, "flag": True})]
        if number % 3 == 0:
            with pytest.raises(RuleError):
                engine.run([*facts, ("b", {"x": "not a token", "n": 0})])
        else:
            assert len(engine.run(facts).facts) == 3
    assert engine._sessions.qsize() == MAX_SESSIONS


def test_session_that_fails_before_any_rule_is_deleted_safely():
    """T6: a session in which no action ran frees an uninitialised pointer; a first fact and rule see to one."""
    engine = small_engine(COPY)
    with pytest.raises(RuleError):
        engine.run([("unknown", {})])
    assert engine.run([]).facts == {1: ("begin_", {})}


@pytest.mark.parametrize(
    "fact",
    [
        ("a", {"x": "p", "n": 0}),
        ("a", {"x": "p", "n": 0, "flag": True, "more": 1}),
        ("a", {"x": "p", "n": True, "flag": True}),
        ("a", {"x": "p", "n": 1.0, "flag": True}),
        ("a", {"x": None, "n": 1, "flag": True}),
        ("a", {"x": "p", "n": 2**53 + 1, "flag": True}),
        ("a", {"x": "two words", "n": 1, "flag": True}),
        ("a", {"x": "x" * 65, "n": 1, "flag": True}),
        ("a", {"x": "p\n", "n": 1, "flag": True}),
        ("a", {"x": "\ud800", "n": 1, "flag": True}),
        ("a", {"x": '"},{', "n": 1, "flag": True}),
        ("nothing", {}),
        ("begin_", {"sid": "s000"}),
    ],
)
def test_facts_outside_the_schema_or_the_token_alphabet_are_refused(fact):
    """T7, T9, T12, T13: missing fields, other types, foreign text and names that move a fact to another session."""
    with pytest.raises(RuleError):
        small_engine(COPY).run([fact])


def test_error_in_a_rule_reaches_the_caller():
    """T8: the package swallows what an action raises."""
    endless = rule(
        "endless", [pattern("b", x=Var("x"), n=Var("n")), pattern("d", n=Var("m"))], [derived("c", x=Var("x"))]
    )
    engine = small_engine(endless)
    facts = [("b", {"x": "p", "n": n}) for n in range(120)] + [("d", {"n": n}) for n in range(120)]
    with pytest.raises(RuleError, match="firings"):
        engine.run(facts)
    assert engine.run(facts[:3]).firings == ()


def test_too_many_facts_are_refused():
    engine = small_engine(COPY)
    with pytest.raises(RuleError, match="facts"):
        engine.run([("d", {"n": n}) for n in range(MAX_FACTS + 1)])


@pytest.mark.parametrize(
    ("schema", "rules"),
    [
        ({"a": {"id": str}}, []),
        ({"a": {"sid": str}}, []),
        ({"a": {"z_": bool}}, []),
        ({"a": {"Upper": str}}, []),
        ({"a": {"x": float}}, []),
        ({"begin_": {}}, []),
        ({"absent": {"of": str}}, []),
        (SCHEMA, [COPY, COPY]),
        (SCHEMA, [rule("r", [], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("nothing")], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a", y="p")], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a", x=1)], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a", n=True)], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a", x="two words")], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a", x=Var("v")), pattern("b", n=Var("v"))], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a", x=Compared(Comparison.DIFFERS, Var("v")))], [derived("c", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a", x=Var("v"))], [derived("c", x=Var("w"))])]),
        (SCHEMA, [rule("r", [pattern("a", x=Var("v"))], [derived("d", n=Var("v"))])]),
        (SCHEMA, [rule("r", [pattern("a")], [derived("b", x="p")])]),
        (SCHEMA, [rule("r", [pattern("a")], [derived("absent", of="b")])]),
        (SCHEMA, [rule("r", [pattern("a")] * 13, [derived("c", x="p")])]),
        (SCHEMA, [rule(f"r{n}", [pattern("a")], [derived("c", x="p")]) for n in range(61)]),
        (MANY, [rule(f"r{n}", [pattern(f"k{n % 10}")], [derived("k0", x="p")]) for n in range(MAX_RULES + 1)]),
    ],
)
def test_programs_outside_the_safe_subset_are_refused(schema, rules):
    """T10, T11, T14 to T17: limits that crash, joins on identities, and constructs that do not work."""
    with pytest.raises(RuleError):
        check_program(Program(schema=schema, rules=tuple(rules)))


def test_stratum_of_an_unknown_kind_is_refused():
    with pytest.raises(RuleError, match="stratum"):
        check_program(Program(schema=SCHEMA, rules=(), strata=(("nothing",),)))


def test_real_program_passes_the_static_checks(program):
    check_program(program)


def test_only_positive_conjunctions_reach_the_engine(program):
    """T0, T14, T15, T16: no negation, no alternatives, no expressions, and a kind in every pattern."""
    for definition in definitions(program).values():
        for bound in definition["all"]:
            for test in bound.values():
                parts = test.get("$and", [test])
                assert "kind" in parts[0]
                operators = {key for part in parts for key in part if key.startswith("$")}
                assert operators <= {comparison.value for comparison in Comparison}


def test_threads_do_not_see_each_others_facts(engine):
    def run(number):
        facts = [
            (
                "identity_policy",
                {
                    "check": f"c{number}",
                    "effect": "implicit_deny",
                    "request": number,
                    "service": "other",
                    "action": "other",
                    "relation": "unknown",
                    "empty": False,
                    "basis": number % 3,
                },
            )
        ]
        found = engine.run(facts).facts.values()
        return {fields["check"] for kind, fields in found if kind == "cause" and fields["check"] != "request"}

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(800)))
    assert results == [{f"c{number}"} for number in range(800)]


def test_memory_stays_flat_over_five_thousand_runs(engine):
    facts = [
        (
            "identity_policy",
            {
                "check": f"c{n}",
                "effect": "implicit_deny",
                "request": 0,
                "service": "s3",
                "action": "other",
                "relation": "same_account",
                "empty": False,
                "basis": 0,
            },
        )
        for n in range(10)
    ]
    for _ in range(500):
        engine.run(facts)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(5000):
        engine.run(facts)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 1024, f"{grown} KiB more"


def test_engine_works_on_both_sides_of_a_fork():
    script = (
        "import os, sys\n"
        "from rules.engine import self_test, Engine, _self_test_program\n"
        "engine = Engine(_self_test_program())\n"
        "facts = [('parent', {'of': 'b', 'child': 'c', 'age': 30})]\n"
        "def right(): return ('alone', {'who': 'b'}) in engine.run(facts).facts.values()\n"
        "assert right()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    self_test()\n"
        "    os._exit(0 if all(right() for _ in range(100)) else 1)\n"
        "assert all(right() for _ in range(100))\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0


def test_engine_is_the_pinned_package():
    assert version("durable_rules") == "2.0.28"
    assert durable_rules_engine.__name__ == "durable_rules_engine"
