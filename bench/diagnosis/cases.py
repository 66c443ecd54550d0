"""Makes the cases: scenes that are allowed, broken by one fault or by two on different layers, each seeded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bench.diagnosis import (
    alternatives,
    ceiling_faults,
    condition_faults,
    further_faults,
    identity_faults,
    resource_faults,
    setting_faults,
    told_faults,
    trust_faults,
    wording,
)
from bench.diagnosis.dressing import dressed, without_facts
from bench.diagnosis.fault import RESOURCE, Broken, Fault
from bench.diagnosis.further_topologies import FURTHER
from bench.diagnosis.names import Names
from bench.diagnosis.scene import Json, Scene
from bench.diagnosis.setting_topologies import SETTINGS
from bench.diagnosis.topologies import GENERAL, Topology
from bench.diagnosis.trust_topologies import TRUST
from iam.checks import Decision

FAULTS: Final = (
    *identity_faults.FAULTS,
    *condition_faults.FAULTS,
    *ceiling_faults.FAULTS,
    *resource_faults.FAULTS,
    *trust_faults.FAULTS,
    *setting_faults.FAULTS,
    *told_faults.FAULTS,
    *further_faults.FAULTS,
)
TOPOLOGIES: Final = (*GENERAL, *TRUST, *SETTINGS, *FURTHER)
_ATTEMPTS: Final = 120
_OF_THE_NETWORK: Final = (": address", ": endpoint or VPC")
"""Faults of which no request meets both: behind an endpoint there is no source address (C.2)."""
_ENOUGH: Final = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)


@dataclass(frozen=True, slots=True)
class Case:
    """A broken scene, the body that a diagnosis gets, and how to make the scene anew as it was; all facts, or not."""

    name: str
    topology: str
    scene: Scene
    faults: list[Broken]
    body: Json
    original: Callable[[], Scene]
    complete: bool = True


@dataclass(slots=True)
class Skipped:
    """Scenes that could not be used, by topology: those that were not allowed to begin with."""

    never_allowed: dict[str, int] = field(default_factory=dict)


def single(seed: int, per_fault: int, skipped: Skipped) -> Iterator[Case]:
    """Cases with one fault: as many of each fault as there can be, up to a number."""
    for fault in FAULTS:
        made = 0
        order = Names(f"{seed}/{fault.name}").random.sample(TOPOLOGIES, len(TOPOLOGIES))
        for attempt in range(_ATTEMPTS * per_fault):
            if made == per_fault:
                break
            topology = order[attempt % len(order)]
            case = _case(f"{seed}/{fault.name}/{attempt}", topology, (fault,), skipped)
            if case is not None:
                made += 1
                yield case


def partial(seed: int, per_fault: int, skipped: Skipped) -> Iterator[Case]:
    """Cases with one fault that AWS names, and without facts about other layers."""
    for case in single(seed, per_fault, skipped):
        text = case.body.get("error") or case.body.get("event", {}).get("errorMessage", "")
        told = " because no " in text or " with an explicit deny in " in text
        if told and not case.faults[0].silent:
            body = without_facts(case.body, case.faults, Names(f"{seed}/{case.name}/facts"))
            yield replace(case, body=body, complete=False)


def double(seed: int, count: int, skipped: Skipped) -> Iterator[Case]:
    """Cases with two faults on different layers, each of which denies alone."""
    names = Names(f"{seed}/pairs")
    made = 0
    for attempt in range(_ATTEMPTS * count):
        if made == count:
            return
        pair = tuple(names.random.sample(FAULTS, 2))
        if all(fault.name.endswith(_OF_THE_NETWORK) for fault in pair) or any(fault.alone for fault in pair):
            continue
        case = _case(f"{seed}/double/{attempt}", names.pick(TOPOLOGIES), pair, skipped)
        if case is not None:
            made += 1
            yield case


def _case(seed: str, topology: Topology, faults: tuple[Fault, ...], skipped: Skipped) -> Case | None:
    names = Names(seed)

    def make() -> Scene:
        return topology(Names(f"{seed}/scene"))

    alone: list[Broken] = []
    for fault in faults:
        scene = make()
        broken = _break(scene, fault, seed)
        if broken is None:
            return None
        if len(faults) > 1 and (broken.silent or not broken.fixable or broken.causes[0] in UNCERTAIN):
            return None
        if len(faults) > 1 and not _denied(scene, broken):
            return None
        alone.append(broken)
    if len({broken.layer for broken in alone}) < len(alone):
        return None
    scene = make()
    if scene.decision() is not Decision.ALLOWED:
        skipped.never_allowed[scene.topology] = skipped.never_allowed.get(scene.topology, 0) + 1
        return None
    together = [_break(scene, fault, seed) for fault in faults]
    found = [broken for broken in together if broken is not None]
    if [broken.layer for broken in found] != [broken.layer for broken in alone]:
        return None
    if not all(_denied(scene, broken) for broken in found):
        return None
    name = " + ".join(fault.name for fault in faults)
    return Case(name, scene.topology, scene, _together(found), dressed(wording.body(scene, found), names), make)


def _break(scene: Scene, fault: Fault, seed: str) -> Broken | None:
    """Apply a fault with choices that depend on it and the seed only: the same alone as beside another."""
    scene.names.random.seed(f"{seed}/{fault.name}")
    return fault.apply(scene)


def _together(faults: list[Broken]) -> list[Broken]:
    """The faults with what counts as right beside each other: where the resource side lets nobody in, nobody is let in.

    Then a missing identity Allow is just that (F-37 and F-41 need a resource side that allows).
    """
    if not any(fault.layer == RESOURCE for fault in faults):
        return faults
    sided = {"cross-account-caller-side-missing", "resource-policy-account-delegation-only"}
    return [
        replace(fault, causes=(*fault.causes, *alternatives.NOBODY_LET_IN.causes))
        if sided & set(fault.causes)
        else fault
        for fault in faults
    ]


def _denied(scene: Scene, broken: Broken) -> bool:
    """Whether the scene is denied, or may be where the fault cannot be evaluated for certain."""
    decision = scene.decision()
    if broken.silent:
        return decision is Decision.ALLOWED
    return decision in _ENOUGH or (broken.causes[0] in UNCERTAIN and decision is Decision.UNDETERMINED)


UNCERTAIN: Final = frozenset(("set-operator-misuse", "tag-key-case-collision", "policy-malformed"))
