"""From an evaluation and AWS's words to causes: extract findings, let the rules conclude, collect and rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import Final

from iam.checks import Effect, Evaluation, PolicyType
from rules.case_values import CaseValues
from rules.catalogue import load_causes, program_of
from rules.cause import Cause, Conclusion, Conclusions, Contradiction, Finding, FoundCause, Group
from rules.documents import Document
from rules.engine import Engine, Fact, Result, tested_engine
from rules.findings import blocking, extract
from rules.rank import rank
from rules.report_findings import EQUIVALENTS, Report
from rules.request_findings import caller_of
from rules.rule import Basis, Fields
from rules.vocabulary import CERTAINTIES, CHECK_KINDS, CONCLUSIONS, DENIALS, REPORTED_CHECK, Certainty

_LOCK: Final = Lock()
_SUGGESTING: Final = frozenset(("hypothesis", "undecided"))
_BARE: Final = "bare_denial"
_UNSIGNED: Final = "anonymous"
_WORDS: Final = frozenset(("symptom", "reported_code"))
_BOOKKEEPING: Final = frozenset(("cause", "supersedes", "superseded", "located"))


def conclude(document: Document, evaluation: Evaluation | None, *, reported: Report | None) -> Conclusions:
    """Name the causes of a denial.

    `document` is `{"request": …, "facts": …}` as it was evaluated, `evaluation` what came of it (None: too little was
    known to evaluate), `reported` what AWS said (None: nothing). Every cause is derived by the rule engine.
    """
    return conclude_with(catalogue_engine(), document, evaluation, reported=reported)


def conclude_with(
    engine: Engine, document: Document, evaluation: Evaluation | None, *, reported: Report | None
) -> Conclusions:
    """The same by the rules of another engine."""
    findings = extract(document, evaluation, reported)
    result = engine.run((found.kind, found.fields) for found in findings)
    collector = _Collector(document, evaluation, reported, findings, result)
    return Conclusions(
        causes=rank(collector.causes()),
        contradictions=collector.contradictions(),
        derived=collector.derived(),
        truncated=any(found.kind == "truncated" for found in findings),
    )


def catalogue_engine() -> Engine:
    """The engine that holds the whole catalogue: one a process, made at the first diagnosis.

    Raises `RuleError` where durable_rules does not work on this machine.
    """
    with _LOCK:
        return _made()


@cache
def _made() -> Engine:
    return tested_engine(program_of(load_causes().values()))


def _key(kind: str, fields: Fields) -> tuple[object, ...]:
    return (kind, *sorted(fields.items()))


@dataclass(frozen=True, slots=True)
class _Collector:
    """Reads causes, contradictions and other conclusions off the facts that hold."""

    document: Document
    evaluation: Evaluation | None
    reported: Report | None
    findings: tuple[Finding, ...]
    result: Result

    def causes(self) -> Iterable[FoundCause]:
        """Each cause that no firmer and more specific one replaces, once a check, on its firmest basis."""
        superseded = {
            (fields["cause"], fields["check"], fields["basis"])
            for kind, fields in self.result.facts.values()
            if kind == "superseded"
        }
        best: dict[tuple[str, str], int] = {}
        for number, (kind, fields) in self.result.facts.items():
            if kind != "cause" or (fields["cause"], fields["check"], fields["basis"]) in superseded:
                continue
            key = (str(fields["cause"]), str(fields["check"]))
            if key not in best or fields["basis"] < self.result.facts[best[key]][1]["basis"]:  # type: ignore[operator]
                best[key] = number
        known = load_causes()
        evidence, reached = self._evidence(best.values())
        values = CaseValues(self.document, self.evaluation, self.reported, caller_of(self.document))
        return [
            replace(
                self._found(known[name], check, evidence[number], Basis(self._basis(number)), values),
                hypothetical=not reached[number].isdisjoint(_SUGGESTING),
                fits_error=_BARE in reached[number],
            )
            for (name, check), number in best.items()
        ]

    def _basis(self, number: int) -> int:
        return int(self.result.facts[number][1]["basis"])

    def _found(
        self, cause: Cause, token: str, findings: tuple[Finding, ...], basis: Basis, values: CaseValues
    ) -> FoundCause:
        number = _index(token)
        effect = _effect(findings)
        findings = self._with_denials(findings, number, effect)
        check = self.evaluation.checks[number] if self.evaluation is not None and number is not None else None
        certainty = CERTAINTIES[basis]
        blockers = blocking(self.evaluation) if self.evaluation is not None else []
        certain = self._certain_blockers()
        request = (
            check.request if check else next((int(f.fields["request"]) for f in findings if "request" in f.fields), 0)
        )
        return FoundCause(
            id=cause.id,
            certainty=certainty,
            policy_type=check.policy_type if check else _policy_type(findings) if token == REPORTED_CHECK else None,
            effect=effect,
            request=request,
            target=check.target if check else None,
            check=number,
            findings=findings,
            sufficient_alone=number is not None and blockers == [number],
            other_blockers=tuple(other for other in certain if other != number),
            by_elimination=certainty is Certainty.POSSIBLE and self._holds("by_elimination", check=token),
            confirmed=certainty is not Certainty.POSSIBLE
            and (
                token == REPORTED_CHECK
                or (effect is not None and self._holds("message_confirms", check=token, effect=effect.value))
            ),
            structurally_unmeetable=self._holds("structurally_unmeetable", check=token),
            candidates=tuple(
                name for name in cause.candidates if not self._holds("unusable_candidate", check=token, candidate=name)
            ),
            values=values.of(number, findings, request=request),
            general=cause.group not in (Group.NONE, Group.CONDITION),
            named=self._is_named(findings, effect, check.policy_type if check else None, request),
        )

    def _is_named(
        self, findings: tuple[Finding, ...], effect: Effect | None, policy_type: PolicyType | None, request: int
    ) -> bool:
        """Whether what AWS says is about this: by the wording itself, else the layer, the effect, or the action."""
        if any(found.kind in _WORDS for found in findings):
            return True
        reported = self.reported
        if reported is None or not reported.is_access_denied:
            return False
        if reported.policy_type is not None:
            return policy_type in EQUIVALENTS.get(reported.policy_type, (reported.policy_type,))
        if reported.effect is not None:
            # No identity-based policy and no SCP applies to those who did not sign.
            unsigned = reported.principal == _UNSIGNED
            return effect is reported.effect and (not unsigned or policy_type is PolicyType.RESOURCE_POLICY)
        return request > 0 and self._holds("denied_by_aws", request=request)

    def _with_denials(
        self, findings: tuple[Finding, ...], number: int | None, effect: Effect | None
    ) -> tuple[Finding, ...]:
        """The findings and, where they speak of an explicit denial but of no statement, the statements that deny."""
        if number is None or effect is not Effect.EXPLICIT_DENY or any(one.statement is not None for one in findings):
            return findings
        denying = (one for one in self.findings if one.kind == "deny_statement" and one.check == number)
        return (*findings, *denying)

    def _certain_blockers(self) -> list[int]:
        if self.evaluation is None:
            return []
        return [number for number, check in enumerate(self.evaluation.checks) if check.effect in DENIALS]

    def _holds(self, kind: str, /, **fields: str | int) -> bool:
        """Whether there is a conclusion of this kind with these fields."""
        return any(
            found == kind and all(values[name] == value for name, value in fields.items())
            for found, values in self.result.facts.values()
        )

    def _evidence(
        self, numbers: Iterable[int]
    ) -> tuple[Mapping[int, tuple[Finding, ...]], Mapping[int, frozenset[str]]]:
        """The findings that each of these facts rests on, by every derivation, in the order they were extracted.

        And the kinds of all facts that it rests on.
        """
        premises: dict[int, set[int]] = defaultdict(set)
        for firing in self.result.firings:
            for conclusion in firing.conclusions:
                premises[conclusion].update(firing.premises)
        places: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for place, found in enumerate(self.findings):
            places[_key(found.kind, found.fields)].append(place)
        evidence = {}
        kinds = {}
        for number in numbers:
            reached: set[int] = set()
            pending = [number]
            while pending:
                one = pending.pop()
                if one not in reached:
                    reached.add(one)
                    pending.extend(premises[one])
            found_at = sorted(place for one in reached for place in places.get(_key(*self.result.facts[one]), ()))
            evidence[number] = tuple(self.findings[place] for place in found_at)
            kinds[number] = frozenset(self.result.facts[one][0] for one in reached)
        return evidence, kinds

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Where AWS's message and the evaluation disagree."""
        found = []
        for kind, fields in self.result.facts.values():
            if kind == "message_contradicts":
                layer = None if fields["layer"] == "none" else PolicyType(str(fields["layer"]))
                checks = self.evaluation.checks if self.evaluation is not None else ()
                numbers = tuple(number for number, check in enumerate(checks) if check.policy_type is layer)
                found.append(Contradiction(layer, str(fields["ours"]), str(fields["aws"]), numbers))
        return tuple(sorted(found, key=lambda one: (one.policy_type or "", one.aws)))

    def derived(self) -> tuple[Conclusion, ...]:
        """Everything else that was concluded."""
        facts: list[Fact] = [
            (kind, fields)
            for kind, fields in self.result.facts.values()
            if kind in CONCLUSIONS and kind not in _BOOKKEEPING
        ]
        facts.sort(key=lambda fact: _key(*fact)[0:1] + tuple(str(item) for item in _key(*fact)[1:]))
        return tuple(Conclusion(kind, fields, _index(str(fields.get("check", "")))) for kind, fields in facts)


def _index(token: str) -> int | None:
    """The index of a check in the evaluation; None for a token that stands for no check."""
    return int(token[1:]) if token[:1] == "c" and token[1:].isdigit() else None


def _effect(findings: tuple[Finding, ...]) -> Effect | None:
    """The denial that the findings of the cause's own layer lead to; explicit where they lead to either."""
    effects = {
        found.fields["effect"]
        for found in findings
        if "effect" in found.fields and found.kind not in ("allows", "decision")
    }
    return next((effect for effect in DENIALS if effect.value in effects), None)


def _policy_type(findings: tuple[Finding, ...]) -> PolicyType | None:
    """The layer of a finding about what AWS reported."""
    return next((PolicyType(found.kind) for found in findings if found.kind in CHECK_KINDS), None)
