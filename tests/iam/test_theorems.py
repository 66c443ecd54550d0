"""What is true of every decision, said as a person would say it, and tried on random documents."""

from copy import deepcopy
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from iam.checks import Decision, Effect, PolicyType
from iam.evaluate import evaluate, evaluate_document
from iam.fact_reader import read_facts
from iam.request import read_request
from tests.iam.reference.facts import EVERYTHING, FORBIDDING, SILENT, policy
from tests.iam.reference.forgetting import forgettable, leave_out
from tests.iam.reference.strategies import ROOT, Source, documents, statement

DENIED = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)
GRANTING = (
    PolicyType.IDENTITY_POLICY,
    PolicyType.RESOURCE_POLICY,
    PolicyType.ROLE_TRUST_POLICY,
    PolicyType.KMS_GRANT,
)
bytes_ = st.binary(min_size=32, max_size=32)
often = settings(max_examples=300)


def decide(document):
    return evaluate_document(document).decision


def holders(document):
    """Every policy of a document with the kind of statements it has: (kind, policy)."""
    facts = document["facts"]
    principal, resource = facts["principal"], facts["resource"]
    trust = document["request"]["action"] == "sts:AssumeRole"
    found = [("identity", item) for item in (*principal["identity_policies"], *principal["session_policies"])]
    found += [("identity", item) for item in (principal["permissions_boundary"],) if item]
    found += [("trust" if trust else "resource", item) for item in (resource["policy"],) if item]
    endpoint = facts["network"]["vpc_endpoint"]
    if endpoint and endpoint["policy"]:
        found.append(("gateway" if endpoint["type"] == "gateway" else "endpoint", endpoint["policy"]))
    for holder, key, kind in (
        (principal, "service_control_policies", "identity"),
        (resource, "resource_control_policies", "rcp"),
    ):
        levels = (holder["organization"] or {}).get(key, ())
        found += [(kind, item) for level in levels for item in level["policies"]]
    return found


def statements_of(attached):
    return attached["document"]["Statement"]


def effects(evaluation):
    return {(check.policy_type, check.target): check for check in evaluation.checks}


def with_statement(document, data, effect):
    """The document with one more statement of this effect in one of its policies; None where it has no policy."""
    changed, source = deepcopy(document), Source(data)
    places = [(kind, item) for kind, item in holders(changed) if not (kind == "rcp" and effect == "Allow")]
    if not places:
        return None
    kind, item = source.pick(places)
    request = document["request"]
    added = statement(source, request["action"], request["resource"], kind) | {"Effect": effect}
    if "NotPrincipal" in added:
        del added["NotPrincipal"]
        added["Principal"] = "*"
    statements_of(item).insert(source.pick((0, 1)), added)
    return changed


@often
@given(documents)
def test_explicit_deny_wins(document):
    """D.2 step 1: a Deny that matches at any layer is the decision, whatever the other layers say."""
    evaluation = evaluate_document(document)
    denying = [check for check in evaluation.checks if check.effect is Effect.EXPLICIT_DENY]

    assert (evaluation.decision is Decision.EXPLICIT_DENY) == bool(denying)


@often
@given(documents, bytes_)
def test_a_deny_of_everything_denies_wherever_its_policy_takes_part(document, data):
    changed = deepcopy(document)
    places = holders(changed)
    assume(places)
    kind, item = Source(data).pick(places)
    everything = {"Effect": "Deny", "Action": "*"} | ({} if kind == "trust" else {"Resource": "*"})
    if kind == "rcp":
        everything["Action"] = document["request"]["action"].split(":")[0] + ":*"
    if kind != "identity":
        everything["Principal"] = "*"
    statements_of(item).append(everything)
    after = evaluate_document(changed)
    before = effects(evaluate_document(document))
    reached = [
        check
        for key, check in effects(after).items()
        if check.effect is Effect.EXPLICIT_DENY and before[key].effect is not Effect.EXPLICIT_DENY
    ]

    assert not reached or after.decision is Decision.EXPLICIT_DENY
    if all(check.effect is not Effect.NOT_APPLICABLE for check in before.values()):
        assert after.decision is Decision.EXPLICIT_DENY


@often
@given(documents)
def test_default_deny(document):
    """Without any Allow nothing is allowed, except to the root user in its own account (D-01)."""
    assume(document["request"]["principal"] != ROOT)
    changed = deepcopy(document)
    changed["facts"]["resource"].get("kms", {})["grants"] = []
    for _, item in holders(changed):
        item["document"]["Statement"] = [s for s in statements_of(item) if s["Effect"] == "Deny"]

    assert decide(changed) in DENIED


@often
@given(documents)
def test_allowed_only_if_explicitly_allowed(document):
    evaluation = evaluate_document(document)
    allowing = [c for c in evaluation.checks if c.effect is Effect.ALLOW and c.policy_type in GRANTING]
    root_at_home = document["request"]["principal"] == ROOT

    assert evaluation.decision is not Decision.ALLOWED or allowing or root_at_home


@often
@given(documents, st.randoms(use_true_random=False))
def test_order_and_duplicates_do_not_matter(document, random):
    """A-03, D.2."""
    changed = deepcopy(document)
    for _, item in holders(changed):
        doubled = statements_of(item) * 2
        random.shuffle(doubled)
        item["document"]["Statement"] = doubled
    principal = changed["facts"]["principal"]
    for key in ("identity_policies", "session_policies"):
        principal[key] = random.sample(principal[key] * 2, 2 * len(principal[key]))
    before, after = evaluate_document(document), evaluate_document(changed)

    assert after.decision is before.decision
    assert [check.effect for check in after.checks] == [check.effect for check in before.checks]


@often
@given(documents, bytes_)
def test_adding_an_allow_never_turns_an_allow_into_a_deny(document, data):
    """Statements without `NotPrincipal`."""
    changed = with_statement(document, data, "Allow")
    assume(changed is not None)

    assert decide(document) is not Decision.ALLOWED or decide(changed) is Decision.ALLOWED


@often
@given(documents, bytes_)
def test_adding_a_deny_never_turns_a_deny_into_an_allow(document, data):
    changed = with_statement(document, data, "Deny")
    assume(changed is not None)

    assert decide(document) not in DENIED or decide(changed) in DENIED
    assert decide(document) is Decision.ALLOWED or decide(changed) is not Decision.ALLOWED


def assumed_absent(document, way):
    """Whether leaving this out says something: a complete context without an endpoint had none (contract), and a role
    session carries no MFA (C-10), so one that is said to have it differs from one of which nothing is said.
    """
    if way == ("drop", "facts", "network"):
        return document["facts"]["network"]["vpc_endpoint"] is not None
    of_mfa = way[0] == "context" and way[-1].lower().startswith("aws:multifactorauth")
    return of_mfa and "role/" in document["request"]["principal"]


@st.composite
def forgotten(draw):
    """A document, the same with one fact left out, and which."""
    document = draw(documents)
    ways = [way for way in forgettable(document) if not assumed_absent(document, way)]
    way = ways[draw(st.integers(0, 10_000)) % len(ways)]
    partial = deepcopy(document)
    leave_out(partial, way)
    return document, partial, way


@settings(max_examples=800)
@given(forgotten())
def test_removing_a_fact_never_turns_denied_into_allowed_nor_allowed_into_denied(found):
    """An explicit deny may become implicit, and any decision undetermined; what is said for certain stays said."""
    document, partial, _ = found
    before, after = decide(document), decide(partial)

    match after:
        case Decision.ALLOWED | Decision.EXPLICIT_DENY:
            assert before is after
        case Decision.IMPLICIT_DENY:
            assert before in DENIED


@settings(max_examples=800)
@given(forgotten())
def test_removing_a_fact_never_makes_a_layer_say_something_else_for_certain(found):
    document, partial, _ = found
    before, after = effects(evaluate_document(document)), effects(evaluate_document(partial))
    said = {key for key, check in before.items() if check.effect is not Effect.NOT_APPLICABLE}
    for key in said & after.keys():
        possible = after[key].could_be or (after[key].effect,)
        if possible in ((Effect.NO_IMPACT,), (Effect.NOT_APPLICABLE,)):
            possible = (Effect.NO_IMPACT, Effect.ALLOW)

        assert set(before[key].could_be or (before[key].effect,)) <= set(possible), key


@settings(max_examples=800)
@given(forgotten())
def test_removing_a_fact_is_named_when_it_leaves_the_decision_open(found):
    document, partial, _ = found
    before, after = evaluate_document(document), evaluate_document(partial)
    if before.decision is not Decision.UNDETERMINED and after.decision is Decision.UNDETERMINED:
        assert after.missing_facts != ()
    if after.decision is not Decision.UNDETERMINED:
        assert after.missing_facts == ()


RESOURCE_POLICIES = (
    None,
    *(policy(effect, principal=who) for effect in ("Allow", "Deny") for who in ("*", {"AWS": "111122223333"})),
)
COMPLETIONS = {
    "tags": ({}, {"team": "data"}, {"TEAM": "ops"}),
    "identity_policies": ([], [EVERYTHING], [SILENT], [EVERYTHING, FORBIDDING]),
    "session_policies": ([], [EVERYTHING], [SILENT], [FORBIDDING]),
    "permissions_boundary": (None, EVERYTHING, SILENT, FORBIDDING),
    "management_account_id": ("111122223333", "444455556666", "999999999999"),
    "service_control_policies": (
        [],
        [{"target": "r-ab12", "policies": [SILENT]}, {"target": "111122223333", "policies": [EVERYTHING]}],
    ),
    "policies": ([EVERYTHING], [SILENT], [EVERYTHING, FORBIDDING]),
    "document": (EVERYTHING["document"], SILENT["document"], FORBIDDING["document"]),
    "created_by": ("arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/other", None),
    "policy": RESOURCE_POLICIES,
}


@settings(max_examples=400)
@given(forgotten())
def test_unknown_is_sound(found):
    """B-13: a decision that is certain without a fact is the decision for every value of that fact."""
    document, partial, way = found
    assume(way[0] == "drop" and way[-1] in COMPLETIONS)
    without_principals = {
        "document": ("identity_policies", "session_policies", "permissions_boundary"),
        "policies": ("service_control_policies",),
    }
    assume(way[-1] not in without_principals or any(part in without_principals[way[-1]] for part in way))
    trust_or_none = document["request"]["action"] in ("sts:AssumeRole", "ec2:StartInstances")
    assume(not (way[-1] == "policy" and trust_or_none))
    said = decide(partial)
    assume(said is not Decision.UNDETERMINED)
    for value in COMPLETIONS[way[-1]]:
        complete = deepcopy(document)
        holder = complete
        for step in way[1:-1]:
            holder = holder[step]
        holder[way[-1]] = value
        decided = decide(complete)

        assert decided is said or (said is Decision.IMPLICIT_DENY and decided is Decision.EXPLICIT_DENY), value


@settings(max_examples=800)
@given(forgotten(), st.booleans())
def test_an_explanation_changes_nothing(found, diagnosis):
    """Evaluate first, explain on demand."""
    for document in found[:2]:
        facts = read_facts(document["facts"])
        request = read_request(document["request"], facts, complete_by_default=not diagnosis)
        plain = evaluate(request, facts, diagnosis=diagnosis, explain=False)
        full = evaluate(request, facts, diagnosis=diagnosis)

        assert not any(check.explained for check in plain.checks)
        assert replace(full, checks=tuple(replace(check, explained=()) for check in full.checks)) == plain


@often
@given(documents)
def test_a_layer_says_what_its_statements_say(document):
    """A Deny that matched makes an explicit deny; without an Allow that matched there is no allow."""
    for check in evaluate_document(document).checks:
        if check.policy_type is PolicyType.KMS_GRANT or not check.statements:
            continue
        matched = {(s.effect, s.matched) for s in check.statements}
        if check.effect is Effect.EXPLICIT_DENY:
            assert ("Deny", True) in matched
        if check.effect is Effect.ALLOW and check.policy_type is not PolicyType.RESOURCE_CONTROL_POLICY:
            assert ("Allow", True) in matched
        if check.effect in (Effect.ALLOW, Effect.IMPLICIT_DENY, Effect.NO_IMPACT):
            assert ("Deny", True) not in matched
