"""Diagnoses one broken scene and judges the answer: the causes, the fix, and what the fix does besides."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from bench.diagnosis import probes
from bench.diagnosis.cases import Case
from bench.diagnosis.fault import Broken
from bench.diagnosis.patching import PatchError, applied, value_at
from bench.diagnosis.scene import NOW, Json, Scene
from service.diagnosis import diagnose

_MANAGED_BY_AWS: Final = "::aws:policy/"


@dataclass(slots=True)
class Score:
    """How one diagnosis did."""

    name: str
    faults: list[Broken]
    body: Json
    causes: list[str]
    certainty: str
    decision: str
    milliseconds: float
    verified: bool = False
    works: bool = False
    has_fix: bool = False
    narrow: bool = False
    effects: list[str] = field(default_factory=list)
    bypasses: list[str] = field(default_factory=list)
    bad_alternatives: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    error: str = ""
    fix: Any = None
    holds_if: list[str] = field(default_factory=list)
    changes: int = 0
    parts: int = 1
    complete: bool = True
    topology: str = ""
    services: frozenset[str] = frozenset()

    @property
    def first(self) -> bool:
        """Whether an expected cause is first."""
        return bool(self.causes) and any(self.causes[0] in fault.causes for fault in self.faults)

    @property
    def within_three(self) -> bool:
        """Whether every fault has a cause among the first three."""
        return all(set(fault.causes) & set(self.causes[:3]) for fault in self.faults)

    @property
    def needless(self) -> bool:
        """Whether the fix has more changes than faults, one for each thing that was to be authorized."""
        return self.complete and self.changes > len(self.faults) * self.parts

    @property
    def fixable(self) -> bool:
        """Whether a change is to be proposed."""
        return all(fault.fixable for fault in self.faults)

    @property
    def fixed(self) -> bool:
        """Whether the fix is verified and works, or there is none where none is to be."""
        if not self.complete:
            return True
        if not self.fixable:
            return not self.has_fix
        return (self.verified and self.works) or self._as_far_as_known()

    def _as_far_as_known(self) -> bool:
        """Whether the fix leaves open only what a fault allows it to, such as the policy of another endpoint."""
        allowed = tuple(fault.unproven for fault in self.faults if fault.unproven)
        return bool(allowed and self.holds_if) and all(fact.startswith(allowed) for fact in self.holds_if)


def score(case: Case) -> Score:
    """Diagnose the body of a case and judge the answer."""
    scene, faults = case.scene, case.faults
    sent = copy.deepcopy(case.body)
    began = time.process_time()
    diagnosed = diagnose(sent, identifier="bench", now=NOW)
    milliseconds = (time.process_time() - began) * 1000
    answer = diagnosed.document
    causes = list(dict.fromkeys(cause["id"] for cause in answer["causes"]))
    certainty = answer["causes"][0]["certainty"] if causes else "none"
    found = Score(case.name, faults, case.body, causes, certainty, answer["decision"], milliseconds)
    found.complete = case.complete
    found.topology = case.topology
    found.services = frozenset(part.call.service for part in scene.parts)
    wanted = {cause for fault in faults for cause in fault.causes}
    proven = [cause["id"] for cause in answer["causes"] if cause["certainty"] == "proven"]
    found.unwanted = sorted(set(proven) - wanted)
    fix = answer["fix"]
    found.has_fix = fix is not None
    if fix is None:
        found.error = f"no fix: {answer['no_fix_reason']}"
        return found
    found.fix = fix
    found.verified = fix["verified"] is True
    found.parts = len({(check["request"], check["action"]) for check in answer["checks"]})
    found.changes = len(fix["changes"])
    found.holds_if = list(fix["holds_if"])
    found.narrow = fix["grants_nothing_else"] is True
    request = {key: value for key, value in answer["request"].items() if key != "provenance"}
    before: Json = {"request": request, "facts": diagnosed.facts}
    try:
        after: Json = applied(before, fix["changes"])
    except (PatchError, KeyError) as error:
        found.error = f"patch: {error}"
        return found
    found.works = probes.allowed(after["request"], after["facts"])
    found.bypasses = probes.bypassed(before, after)
    found.bypasses += [
        f"changes {change['policy_arn']}"
        for change in fix["changes"]
        if _MANAGED_BY_AWS in str(change.get("policy_arn")) and change["operation"] != "attach_policy"
    ]
    found.bypasses += probes.impossible(before, after)
    found.bypasses += _torn(fix, after)
    found.effects = list(_effects(scene, fix, before, after, case.original))
    for index, alternative in enumerate(answer["alternatives"]):
        found.bad_alternatives += _judged(index, alternative, before)
    return found


def _torn(fix: Json, after: Json) -> list[str]:
    """The policies that the fix changes in two places of the facts, and not alike: one would undo the other."""
    found: dict[str, set[str]] = {}
    for change in fix["changes"]:
        if change.get("policy_arn") and change["at"].endswith("/document"):
            document = value_at(after, change["at"])
            found.setdefault(change["policy_arn"], set()).add(json.dumps(document, sort_keys=True))
    return [
        f"{arn.rpartition(':')[2].rpartition('/')[0]} is changed in two ways"
        for arn, documents in found.items()
        if len(documents) > 1
    ]


def _judged(index: int, alternative: Json, before: Json) -> list[str]:
    """What is wrong with an alternative."""
    try:
        after = applied(before, alternative["changes"])
    except (PatchError, KeyError) as error:
        return [f"alternative {index}: patch: {error}"]
    wrong = (
        []
        if probes.allowed(after["request"], after["facts"]) or not alternative["verified"]
        else [f"alternative {index} does not work"]
    )
    return wrong + [f"alternative {index}: {reason}" for reason in probes.bypassed(before, after)]


def _effects(scene: Scene, fix: Json, before: Json, after: Json, original: Callable[[], Scene]) -> list[str]:
    """What others, or the principal elsewhere, may do after the fix and must not."""
    if before["facts"] == after["facts"]:
        return []
    found: list[str] = []
    untouched = {"request": after["request"], "facts": original().document()["facts"]}
    sides = [{**after, "facts": side["facts"]} for side in (before, after, untouched)]
    for part in scene.parts:
        of_part = [probes.alone(side, part.index) for side in sides]
        if any(side is None for side in of_part):
            continue
        documents = [side for side in of_part if side is not None]
        for probe in probes.own(documents, part.call, scene.names.accounts):
            found += _flip(probe, fix, "principal")
        for probe in probes.others(documents, scene.account, part.owner, scene.names.accounts):
            found += _flip(probe, fix, "other")
        for probe in probes.members(documents, scene.account):
            found += _flip(probe, fix, "member of the group")
        for probe in probes.ceilings(documents, scene.account):
            if probes.flips(probe) and not fix["raises_ceiling_for"] and not fix["also_allows"]:
                found.append("ceiling: raised for others, undeclared")
    return found


def _flip(probe: probes.Probe, fix: Json, who: str) -> list[str]:
    """A probe that the fix turned to allowed, unless it was so before the fault and the fix says it allows more."""
    if not probes.flips(probe):
        return []
    request = probe.request
    what = f"{who}: {request['principal']} {request['action']} on {request['resource']}"
    if fix["grants_nothing_else"] is True:
        return [f"{what}, though it claims to grant nothing else"]
    return [] if probes.allowed(probe.request, probe.original) else [f"{what}, beyond what was allowed before"]
