"""The engine against brute force: a plain forward chainer over the same rules and facts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.engine import Engine
from rules.program import MAX_RULES, MAX_USES_OF_A_KIND
from rules.rule import Compared, Comparison, Derivation, Pattern, Program, Rule, Var
from rules.vocabulary import FINDINGS
from tests.rules.reference import chain, frozen

SCHEMA = {"a": {"x": str, "n": int, "flag": bool}, "b": {"x": str, "n": int}, "c": {"x": str}, "d": {"n": int}}


def holding(engine, facts):
    return {frozen(kind, fields) for kind, fields in engine.run(facts).facts.values() if kind != "begin_"}


def values_of(program):
    """For each kind and field, the literals that the rules test it for, and some others."""
    known = {(kind, field): set() for kind, fields in program.schema.items() for field in fields}
    for one in program.rules:
        for part in one.when:
            for field, test in part.tests:
                literal = test.value if isinstance(test, Compared) else test
                if part.kind in program.schema and not isinstance(literal, Var):
                    known[part.kind, field].add(literal)
        for conclusion in one.then:
            for field, value in conclusion.values:
                if not isinstance(value, Var):
                    known[conclusion.kind, field].add(value)
    others = {str: ["other", "c0", "c1"], int: [0, 1, 2], bool: [True, False]}
    checks = ["c0", "c1", "c2", "reported", "request"]
    places = ["c0.0", "c0.0.0", "c1.0"]
    for (kind, field), literals in known.items():
        own = program.schema[kind][field]
        literals.update(
            checks if field == "check" else places if field == "place" else others[own][: 3 if own is int else 2]
        )
        if field == "basis":
            literals.update((0, 1, 2))
    return {key: sorted(literals, key=lambda one: (str(type(one)), str(one))) for key, literals in known.items()}


@pytest.fixture(scope="session")
def findings(program):
    """A strategy for lists of findings over the real vocabulary, favouring what the rules look at together."""
    choices = values_of(program)
    kinds = sorted(FINDINGS)

    def one(kind):
        return st.tuples(
            st.just(kind),
            st.fixed_dictionaries({field: st.sampled_from(choices[kind, field]) for field in program.schema[kind]}),
        )

    by_kind = {kind: one(kind) for kind in kinds}

    def of_a_rule(number):
        when = [part for part in program.rules[number].when if part.kind in FINDINGS]

        def filled(part):
            fixed = {field: st.just(test) for field, test in part.tests if not isinstance(test, (Var, Compared))}
            return st.tuples(
                st.just(part.kind),
                st.fixed_dictionaries(
                    {
                        field: fixed.get(field, st.sampled_from(choices[part.kind, field]))
                        for field in program.schema[part.kind]
                    }
                ),
            )

        return st.tuples(*(filled(part) for part in when)).map(list) if when else st.just([])

    fitting = st.lists(st.integers(0, len(program.rules) - 1).flatmap(of_a_rule), max_size=6)
    loose = st.lists(st.sampled_from(kinds).flatmap(by_kind.get), max_size=8)
    return st.tuples(fitting, loose).map(lambda pair: [fact for group in pair[0] for fact in group] + pair[1])


@settings(max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_engine_and_plain_chainer_conclude_the_same_from_any_findings_in_any_order(program, engine, findings, data):
    facts = data.draw(findings)
    shuffled = data.draw(st.permutations(facts))

    expected = chain(program, facts)
    assert holding(engine, facts) == expected

    first, second = engine.run(facts), engine.run(shuffled)
    assert first == second


def test_engine_and_plain_chainer_agree_on_a_large_diagnosis(program, engine):
    facts = []
    for number in range(30):
        about = {"check": f"c{number}", "request": number % 4, "basis": number % 3}
        effect = "explicit_deny" if number % 5 == 0 else "implicit_deny"
        rest = {"service": "kms", "action": "other", "relation": "cross_account", "empty": False, "effect": effect}
        facts.append((["identity_policy", "resource_policy", "service_control_policy"][number % 3], {**about, **rest}))
        place = {"check": f"c{number}", "place": f"c{number}.0", "layer": "identity_policy", "basis": 0}
        facts.append(("deciding_condition", {**place, "side": "identity", "effect": effect, "implied": True}))
        facts.append(("mfa_condition", {**place, "detail": "absent"}))
        facts.append(("mismatch", {**place, "element": "resource", "difference": "name", "slip": "segment"}))
    facts.append(
        (
            "denied_by_aws",
            {"request": 0, "service": "kms", "action": "other", "layer_named": True, "caller_named": True, "basis": 1},
        )
    )
    assert holding(engine, facts) == chain(program, facts)


def facts_for(rule, schema):
    """Facts that match a rule's patterns, one each, its derived premises included."""
    bound = {}
    facts = []
    for part in rule.when:
        if part.kind == "absent":
            continue
        fields = {field: {str: "free", int: 0, bool: False}[type_] for field, type_ in schema[part.kind].items()}
        for field, test in part.tests:
            if isinstance(test, Var):
                fields[field] = bound.setdefault(test.name, fields[field])
            elif not isinstance(test, Compared):
                fields[field] = test
        for field, test in part.tests:
            if isinstance(test, Compared):
                limit = bound[test.value.name] if isinstance(test.value, Var) else test.value
                fields[field] = (
                    {"$lt": -1, "$gt": 1}.get(test.comparison, 0) + limit if isinstance(limit, int) else "free"
                )
                for name in [test.name for other, test in part.tests if other == field and isinstance(test, Var)]:
                    bound[name] = fields[field]
        facts.append((part.kind, fields))
    return facts


def test_every_rule_fires_on_facts_that_match_it(program, engine):
    silent = []
    for one in program.rules:
        facts = facts_for(one, program.schema)
        if one.name not in {firing.rule for firing in engine.run(facts).firings}:
            silent.append(one.name)
    assert silent == []


@st.composite
def programs(draw):
    kinds = list(SCHEMA)
    rules = []
    for number in range(draw(st.integers(1, 6))):
        bound = {}
        when = []
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(kinds))
            tests, new = [], {}
            for field, type_ in SCHEMA[kind].items():
                same = [name for name, bound_type in bound.items() if bound_type is type_]
                choice = draw(st.integers(0, 4))
                if choice == 0:
                    tests.append((field, draw(_literal(type_))))
                elif choice == 1 and same:
                    tests.append((field, Var(draw(st.sampled_from(same)))))
                elif choice == 2 and type_ is int:
                    against = Var(draw(st.sampled_from(same))) if same and draw(st.booleans()) else draw(_literal(int))
                    tests.append((field, Compared(draw(st.sampled_from(list(Comparison))), against)))
                elif choice == 3 and type_ is str and same:
                    tests.append((field, Compared(Comparison.DIFFERS, Var(draw(st.sampled_from(same))))))
                else:
                    name = f"v{len(bound) + len(new)}"
                    new[name] = type_
                    tests.append((field, Var(name)))
            bound.update(new)
            when.append(Pattern(kind, tuple(tests)))
        kind = draw(st.sampled_from(["c", "d", "b"]))
        values = []
        for field, type_ in SCHEMA[kind].items():
            same = [name for name, bound_type in bound.items() if bound_type is type_]
            use = same and draw(st.booleans())
            values.append((field, Var(draw(st.sampled_from(same))) if use else draw(_literal(type_))))
        rules.append(Rule(f"r{number}", tuple(when), (Derivation(kind, tuple(values)),)))
    return Program(schema=SCHEMA, rules=tuple(rules))


def _literal(type_):
    return {str: st.sampled_from(["p", "q", ""]), int: st.integers(0, 2), bool: st.booleans()}[type_]


def _facts():
    return st.lists(
        st.sampled_from(list(SCHEMA)).flatmap(
            lambda kind: st.tuples(
                st.just(kind), st.fixed_dictionaries({field: _literal(type_) for field, type_ in SCHEMA[kind].items()})
            )
        ),
        max_size=8,
    )


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(program=programs(), facts=_facts(), random=st.randoms(use_true_random=False))
def test_engine_and_plain_chainer_agree_on_random_programs(program, facts, random):
    engine = Engine(program)
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert holding(engine, facts) == chain(program, facts)
    assert engine.run(shuffled) == engine.run(facts)


def shape(name, kind, number):
    """The patterns of one rule: literals, comparisons that every fact passes, or joins of neighbouring kinds."""
    check = ("check", Var("check"))
    if name == "literals":
        return (Pattern(f"k{kind}", (check, ("n", number))),)
    if name == "comparisons":
        return (Pattern(f"k{kind}", (check, ("n", Compared(Comparison.GREATER, -1 - number)))),)
    own = Pattern(f"k{kind}", (check, ("n", Compared(Comparison.DIFFERS, number))))
    return own, Pattern(f"k{kind + 1}", (check, ("n", Compared(Comparison.AT_LEAST, number))))


@pytest.mark.parametrize("count", [300, MAX_RULES])
@pytest.mark.parametrize(
    ("name", "uses"), [("literals", MAX_USES_OF_A_KIND), ("comparisons", MAX_USES_OF_A_KIND), ("joins", 20)]
)
def test_engine_and_plain_chainer_agree_on_as_many_rules_as_are_let_in(name, uses, count):
    """T10: what is limited is how many different patterns one fact passes, not how many rules there are."""
    kinds = count // uses + 1
    fields = {"check": str, "n": int}
    schema = {"out": fields, **{f"k{kind}": fields for kind in range(kinds + 1)}}
    rules = tuple(
        Rule(
            f"r{number}",
            shape(name, number // uses, number % uses),
            (Derivation("out", (("check", Var("check")), ("n", number))),),
        )
        for number in range(count)
    )
    program = Program(schema=schema, rules=rules)
    facts = [
        (f"k{kind}", {"check": f"c{number}", "n": (7 * kind + number) % uses})
        for kind in range(kinds)
        for number in range(3)
    ]
    expected = chain(program, facts)

    assert len(expected) > len(facts)
    assert holding(Engine(program), facts) == expected
