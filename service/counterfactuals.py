"""Which values of the condition context would have turned a denial, each shown by evaluating with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iam.checks import Decision, Effect, Element, Evaluation, StatementMatch
from iam.errors import IamError, PolicyError
from iam.policy import compile_policy
from rules.remedy import parsed
from rules.remedy.counterfactual import Updates, can_set, to_escape, to_match
from rules.remedy.editing import KINDS, place_of
from rules.remedy.situation import DENIALS, Case, Situation, key_of, read_case

Json = dict[str, Any]
MAX_SHOWN: Final = 5
_MOST_EVALUATIONS: Final = 12
_MOST_BLOCKERS: Final = 3
_ENDPOINT: Final = "network.vpc_endpoint"
_NETWORK: Final = {"aws:sourcevpce": "id", "aws:sourcevpc": "vpc_id"}
_ADDRESS: Final = "aws:sourceip"


def counterfactuals_json(document: Mapping[str, Any], evaluation: Evaluation) -> list[Json]:
    """Contexts under which the request is allowed, fewest keys first.

    `document` is `{"request": …, "facts": …}` as evaluated; null = without the key. `caller_can_set` says whether the
    caller decides these values when it makes the request, as it does not its own tags or its organization.
    """
    if evaluation.decision is Decision.ALLOWED or not any(check.effect in DENIALS for check in evaluation.checks):
        return []
    try:
        start = read_case(parsed(document))
    except IamError:
        return []
    if len(start.blockers) > _MOST_BLOCKERS:
        return []
    found = list(_Search().run(start, {}, settable=True))
    found.sort(key=lambda one: (not one["verified"], len(one["context"]), not one["caller_can_set"]))
    return found[:MAX_SHOWN]


@dataclass(slots=True)
class _Search:
    """Meets the conditions of one blocking check after the other; how often it evaluates is bounded."""

    spent: int = 0
    seen: list[Updates] = field(default_factory=list)

    def run(self, case: Case, given: Updates, *, settable: bool) -> Iterator[Json]:
        """Every context that turns the decision, built on those already `given`."""
        blockers = case.blockers
        if not blockers or len(given) > _MOST_BLOCKERS:
            return
        situation = Situation(case, blockers[0])
        if situation.check.request > 0:
            return  # a dependency inherits the context: what meets it is found by its own request
        for updates in _ways(situation):
            together = {**given, **updates}
            if self.spent >= _MOST_EVALUATIONS or together in self.seen:
                continue
            self.seen.append(together)
            self.spent += 1
            after = _with_context(case, updates)
            if after is None:
                continue
            own = settable and all(can_set(situation, key) for key in updates)
            if not after.blockers:
                yield from _outcome(after, together, settable=own)
            elif _named(after) - _named(case) or _named(after) < _named(case):
                yield from self.run(after, together, settable=own)


def _named(case: Case) -> set[tuple[object, ...]]:
    """The blocking checks and how each denies: what an explicit denial hid shows once it is gone."""
    return {(key_of(check), check.effect) for check in case.blockers}


def _outcome(after: Case, context: Updates, *, settable: bool) -> Iterator[Json]:
    """What a context comes to: allowed, or open where nothing but the endpoint's own policy is not known."""
    decision, missing = after.evaluation.decision, after.evaluation.missing_facts
    if decision is Decision.ALLOWED or all(fact.startswith(_ENDPOINT) for fact in missing):
        yield {
            "context": {key: list(value) if isinstance(value, tuple) else value for key, value in context.items()},
            "caller_can_set": settable,
            "decision_after": str(decision),
            "verified": decision is Decision.ALLOWED,
            "holds_if": list(missing) if decision is not Decision.ALLOWED else [],
        }


def _ways(situation: Situation) -> Iterator[Updates]:
    """Contexts under which the check no longer denies: an Allow matches, or no Deny does."""
    check = situation.check
    if check.effect is Effect.EXPLICIT_DENY:
        denying = [match for match in check.statements if match.effect == "Deny" and match.matched is True]
        ways = [list(_escapes(situation, match)) for match in denying]
        if ways and all(ways):
            rest = {key: value for one in ways[1:] for key, value in one[0].items()}
            yield from ({**rest, **way} for way in ways[0])
        return
    for match in check.statements:
        if match.effect == "Allow" and match.matched is not True and match.mismatches:
            only_conditions = all(one.element is Element.CONDITION for one in match.mismatches)
            if only_conditions and (updates := to_match(match.mismatches, lambda _: True)):
                yield _spelled(updates, (one.key for one in match.mismatches if one.key is not None))


def _escapes(situation: Situation, match: StatementMatch) -> Iterator[Updates]:
    place = place_of(situation, match)
    if place is None:
        return
    try:
        policy = compile_policy(place.document, KINDS[place.layer])
    except PolicyError:
        return
    condition = policy.statements[match.index].condition
    if condition is not None:
        for updates in to_escape(condition.entries, lambda _: True):
            yield _spelled(updates, (entry.key for entry in condition.entries))


def _spelled(updates: Updates, keys: Iterable[str]) -> Updates:
    """The same with each key as a policy writes it."""
    names = {key.lower(): key for key in keys}
    return {names.get(key, key): value for key, value in updates.items()}


def _with_context(case: Case, updates: Updates) -> Case | None:
    """The case under another context; through an endpoint nothing is known of, its policy is an open question."""
    document = case.document
    changed = {key.lower() for key in updates}
    context = {
        key: value for key, value in (document["request"].get("context") or {}).items() if key.lower() not in changed
    }
    context |= {key: list(value) if isinstance(value, tuple) else value for key, value in updates.items()}
    facts = document["facts"]
    if changed & _NETWORK.keys():
        context = {key: None if key.lower() == _ADDRESS else value for key, value in context.items()}
        named = {_NETWORK[key.lower()]: value for key, value in updates.items() if key.lower() in _NETWORK}
        facts = {**facts, "network": {"vpc_endpoint": named}}
    try:
        return read_case({"request": {**document["request"], "context": context}, "facts": facts})
    except IamError:
        return None
