"""What a fix lets through besides the request, found by evaluating further requests before and after it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from iam.arn import parse_arn
from iam.checks import Check, Decision, Effect, Evaluation, Fault, PolicyType
from iam.evaluate import evaluate
from iam.facts import Facts
from iam.grammar import Kind
from iam.principal import CallerKind
from iam.request import Request
from iam.values import UNKNOWN
from rules.condition_families import family_of
from rules.remedy.change import Admission, Change, Effects, Operation
from rules.remedy.neighbours import neighbours_of, share_a_policy
from rules.remedy.search import Solution, applied
from rules.remedy.situation import DENIALS, Case, Situation
from rules.remedy.strangers import Stranger, colleagues, facts_of, members, request_of, strangers
from rules.remedy.touch import Touch
from rules.vocabulary import Family

_CEILINGS: Final = frozenset(
    (
        PolicyType.SERVICE_CONTROL_POLICY,
        PolicyType.RESOURCE_CONTROL_POLICY,
        PolicyType.PERMISSIONS_BOUNDARY,
        PolicyType.VPC_ENDPOINT_POLICY,
    ),
)
_RESOURCE_SIDE: Final = frozenset(
    (
        PolicyType.RESOURCE_POLICY,
        PolicyType.ROLE_TRUST_POLICY,
        PolicyType.KMS_GRANT,
        PolicyType.LAKE_FORMATION_GRANT,
        PolicyType.S3_BLOCK_PUBLIC_ACCESS,
    ),
)
_NEAREST: Final = 4
_NAMED: Final = 24
_OPEN = re.compile(r"[*?]|\$\{")
_OF_A_RESOURCE: Final = ("/facts/resource", "/facts/dependencies")
_OF_THE_PROVIDER: Final = (":iss", ":namequalifier")
"""Claims that are the same in every token of a provider."""

_OF_ONE_RESOURCE: Final = ("/tags", "/object_owner_account")
_ASSUMED: Final = "context."


def probe(before: Case, solution: Solution) -> Effects:
    """Judge a fix by what it changes for this caller, for others, and at ceilings.

    A change of the request alone grants nothing to anyone. Requests that none of the changed statements concerns are
    counted without being evaluated: nothing about them is different.
    """
    granting = tuple(one for one in solution.changes if one.operation is not Operation.CHANGE_CONTEXT)
    if not granting:
        return Effects(grants_nothing_else=True, also_allows=(), raises_ceiling_for=(), probes=0)
    base = before
    context = [one for one in solution.changes if one.operation is Operation.CHANGE_CONTEXT]
    if context:
        base = applied(before, context) or before
    found = _Findings()
    for number in dict.fromkeys(check.request for check in solution.after.evaluation.checks):
        # What is changed of the caller concerns every request of the call, what is changed of a resource but its own.
        own = tuple(one for one in granting if one.request == number or not one.at.startswith(_OF_A_RESOURCE))
        if own:
            _Prober(base, solution.after, own, number, found).run()
    flips = tuple(dict.fromkeys(found.flips))
    return Effects(
        grants_nothing_else=False if flips else None if found.unjudged else True,
        also_allows=flips,
        raises_ceiling_for=tuple(dict.fromkeys(found.raised)),
        probes=found.probes,
    )


@dataclass(slots=True)
class _Findings:
    flips: list[Admission] = field(default_factory=list)
    raised: list[Admission] = field(default_factory=list)
    unjudged: int = 0
    probes: int = 0


@dataclass(frozen=True, slots=True)
class _View:
    """One request alone, with the facts that decide it."""

    request: Request
    facts: Facts


class _Prober:
    """Probes the changes that concern one request."""

    def __init__(self, before: Case, after: Case, changes: tuple[Change, ...], number: int, found: _Findings) -> None:
        self._before, self._after = _view(before, number), _view(after, number)
        self._touch = Touch(changes, before.document)
        self._changes = changes
        self._found = found
        # Tags and the owner of an object are a single resource's, as no policy is.
        sides = [one for one in changes if one.at.startswith(after.facts.resource.at) or number > 0]
        self._of_one_resource = all(
            one.operation is Operation.CHANGE_SETTING and one.patch[0].path.startswith(_OF_ONE_RESOURCE)
            for one in sides
        )
        checks = [check for check in after.evaluation.checks if check.request == number]
        self._asked = {(check.action.lower(), check.resource or "*") for check in after.evaluation.checks}
        self._main = checks[0] if checks else None

    def run(self) -> None:
        """Probe for the caller, then for others on the resource side, then the ceilings."""
        if self._main is None:
            return
        asked = self._asked
        pairs = [
            (action, resource)
            for action, resource in neighbours_of(self._action, self._resource)
            if (action.lower(), resource) not in asked
        ]
        for action, resource in (*pairs, *_named_pairs(self._after.facts, asked, set(pairs))):
            self._for_caller(action, resource)
        layers = {change.policy_type for change in self._changes}
        few = [(self._action, self._resource), *pairs[:_NEAREST]]
        few += [(action, resource) for action, resource in pairs if action == self._action][:_NEAREST]
        if layers & _RESOURCE_SIDE:
            governed = [pair for pair in few if self._governs(pair[1])]
            for stranger in (*strangers(self._after.request), *colleagues(self._after.request, self._after.facts)):
                for action, resource in governed:
                    self._for_stranger(stranger, action, resource)
            self._other_tokens()
        for change in self._changes:
            if change.policy_type in _CEILINGS:
                for stranger in members(self._after.request):
                    for action, resource in few:
                        self._at_ceiling(change, stranger, action, resource)

    def _concerns(self, action: str, resource: str) -> bool:
        # Behind an access point each policy sees the request under another ARN (D-87).
        seen = None if self._after.facts.resource.further else resource
        return self._touch.concerns(action, seen)

    def _governs(self, resource: str) -> bool:
        """Whether what changed on the resource side is about this resource too."""
        if self._of_one_resource:
            return resource == self._resource
        return share_a_policy(self._resource, resource)

    @property
    def _action(self) -> str:
        return self._main.action if self._main is not None else ""

    @property
    def _resource(self) -> str:
        return self._after.request.resource or "*"

    def _for_caller(self, action: str, resource: str) -> None:
        self._found.probes += 1
        if not self._concerns(action, resource):
            return
        before, after = (_asking(view, action, resource) for view in (self._before, self._after))
        if not self._governs(resource):
            # The policy and settings of the resource are not those of that one: there they are as they were.
            after = replace(after, facts=replace(after.facts, resource=before.facts.resource))
        self._compare(before, after, Admission(self._after.request.caller.arn, action, resource))

    def _for_stranger(self, stranger: Stranger, action: str, resource: str) -> None:
        self._found.probes += 1
        if not self._concerns(action, resource):
            return
        before, after = (
            _as_stranger(stranger, _asking(view, action, resource)) for view in (self._before, self._after)
        )
        self._compare(before, after, Admission(stranger.words, action, resource))

    def _other_tokens(self) -> None:
        """Other tokens of the same provider: each claim of this one changed in turn."""
        caller = self._after.request.caller
        if caller.kind is not CallerKind.PROVIDER:
            return
        given = self._after.request.given
        for key, values in given.items():
            if family_of(key) not in (Family.OIDC_CLAIM, Family.SAML_CLAIM) or not isinstance(values, tuple):
                continue
            if key.endswith(_OF_THE_PROVIDER):
                continue
            self._found.probes += 1
            other = {**given, key: tuple(value + "-other" for value in values)}
            views = [_View(replace(view.request, given=other), view.facts) for view in (self._before, self._after)]
            words = f"tokens of {caller.arn} with another {key}"
            self._compare(views[0], views[1], Admission(words, self._action, self._resource))

    def _compare(self, before: _View, after: _View, admission: Admission) -> None:
        later = _evaluated(after)
        if later.decision in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY):
            return
        earlier = _evaluated(before)
        if earlier.decision is Decision.ALLOWED or _effects(earlier) == _effects(later):
            return
        if later.decision is Decision.ALLOWED and earlier.decision is not Decision.UNDETERMINED:
            self._found.flips.append(admission)
        else:
            self._found.unjudged += 1

    def _at_ceiling(self, change: Change, stranger: Stranger, action: str, resource: str) -> None:
        self._found.probes += 1
        if not self._concerns(action, resource):
            return
        effects = (
            _effect_at(_as_stranger(stranger, _asking(view, action, resource), shares_limits=True), change)
            for view in (self._after, self._before)
        )
        if next(effects) is Effect.ALLOW and next(effects) in DENIALS:
            self._found.raised.append(Admission(stranger.words, action, resource))


def _named_pairs(facts: Facts, asked: set[tuple[str, str]], known: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the caller's identity policies allow by name, and something else may have kept from it; at most 24 pairs."""
    if facts.principal.identity is UNKNOWN:
        return []
    found: dict[tuple[str, str], None] = {}
    for attached in facts.principal.identity.items:
        policy = attached.compiled(Kind.IDENTITY)
        statements = () if isinstance(policy, Fault) else policy.statements
        for statement in statements:
            if statement.deny or statement.not_action or statement.not_resource or statement.resources is None:
                continue
            resources = [one for one in statement.resources.written if one == "*" or not _OPEN.search(one)]
            actions = [one for one in statement.actions if not _OPEN.search(one) and ":" in one]
            found.update(dict.fromkeys((action, resource) for action in actions for resource in resources))
    others = (pair for pair in found if pair not in known and (pair[0].lower(), pair[1]) not in asked)
    return list(islice(others, _NAMED))


def _view(case: Case, number: int) -> _View:
    """The request of this number by itself, with what was assumed of its context."""
    check = next((one for one in case.evaluation.checks if one.request == number), None)
    request, resource = case.request, case.facts.resource
    if number > 0 and check is not None:
        situation = Situation(case, check)
        request, resource = situation.request, situation.resource_facts
    assumed = {
        one.fact.removeprefix(_ASSUMED): (str(one.value),)
        for one in case.evaluation.assumptions
        if one.fact.startswith(_ASSUMED)
    }
    return _View(
        request=replace(request, given={**assumed, **request.given}),
        facts=replace(case.facts, resource=resource, dependencies=()),
    )


def _asking(view: _View, action: str, resource: str) -> _View:
    """The same caller asking for something else; an account in the ARN is the account of that resource."""
    arn = parse_arn(resource)
    account = view.request.resource_account
    if arn is not None and arn.account.isdigit():
        account = arn.account
    return _View(replace(view.request, action=action, resource=resource, resource_account=account), view.facts)


def _as_stranger(stranger: Stranger, view: _View, *, shares_limits: bool = False) -> _View:
    """What a stranger asks for, in the place of the caller."""
    facts = facts_of(stranger, view.request, view.facts, shares_limits=shares_limits)
    return _View(request_of(stranger, view.request), facts)


def _evaluated(view: _View) -> Evaluation:
    return evaluate(view.request, view.facts, explain=False)


def _effects(evaluation: Evaluation) -> list[tuple[object, ...]]:
    return [(one.policy_type, one.target, one.action, one.effect, one.could_be) for one in evaluation.checks]


def _effect_at(view: _View, change: Change) -> Effect | None:
    """What the changed layer says by itself."""
    found: list[Check] = [
        one
        for one in _evaluated(view).checks
        if one.policy_type is change.policy_type and (change.target is None or one.target == change.target)
    ]
    return found[0].effect if found else None
