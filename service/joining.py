"""Joins facts that are known with facts that were collected: what is known stays, and what is open in it is filled."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from service.positions import value_at

Json = dict[str, Any]
INCOMPLETE: Final = "incomplete"
_LEVELS: Final = {"principal": "service_control_policies", "resource": "resource_control_policies"}
_LISTS: Final = ("/principal/identity_policies", "/principal/session_policies")
_POLICY: Final = frozenset(("name", "arn", "document", "source"))


def settled(facts: Mapping[str, Any]) -> Json:
    """Facts without those that are open, so that these are collected whole.

    Open are lists that may hold more, policies whose document is not known, and an organization of which levels are
    not known (contract, "Three values, everywhere").
    """
    marks = _marks(facts)
    found = _without_marks(facts)
    for side, levels in _LEVELS.items():
        if isinstance(found.get(side), Mapping):
            found[side] = _settled_side(found[side], f"/{side}", levels, marks)
    network = found.get("network")
    if isinstance(network, Mapping) and isinstance(network.get("vpc_endpoint"), Mapping):
        members = network["vpc_endpoint"].items()
        found["network"] = {**network, "vpc_endpoint": {name: one for name, one in members if not _lacks_content(one)}}
    return found


def joined(known: Mapping[str, Any], found: Mapping[str, Any]) -> Json:
    """`known` facts completed by those `found`, member by member; open lists get what they lack."""
    marks, others = _marks(known), _marks(found)
    facts = _merged(_without_marks(known), _without_marks(found))
    for at in _LISTS:
        before, more = _at(known, at), _at(found, at)
        if isinstance(before, list) and isinstance(more, list):
            facts["principal"][at.rpartition("/")[2]] = _policies(before, more, is_open=at in marks)
    # What was open and was found whole is whole; what was not known and was found in part is open.
    marks = {at for at in marks if _at(found, at) is None or at in others} | {
        at for at in others if _at(known, at) is None
    }
    for side, name in _LEVELS.items():
        at = f"/{side}/organization/{name}"
        before, more = _at(known, at), _at(found, at)
        if isinstance(before, list) and isinstance(more, list):
            marks = {mark for mark in marks if mark != at and not mark.startswith(f"{at}/")}
            levels = _Levels(before, more, at, _marks(known))
            facts[side]["organization"][name] = levels.joined()
            marks |= levels.marks | ({at} & others)
    if marks:
        facts[INCOMPLETE] = sorted(marks)
    return facts


class _Levels:
    """The levels of an organization, known and found, in the order in which they were found: from root to account."""

    def __init__(self, known: list[Any], found: list[Any], at: str, open_before: set[str]) -> None:
        self.marks: set[str] = set()
        self._known = {_target(one): (number, one) for number, one in enumerate(known)}
        self._found = {_target(one): one for one in found}
        self._at, self._open_before = at, open_before

    def joined(self) -> list[Json]:
        """The levels; `marks` are then the lists among them that may hold more."""
        elsewhere = [target for target in self._known if target not in self._found]
        order = [*self._found]
        if elsewhere and self._at in self._open_before:
            self.marks.add(self._at)
        return [self._level(number, target) for number, target in enumerate([*order[:-1], *elsewhere, *order[-1:]])]

    def _level(self, number: int, target: Hashable) -> Json:
        more: Mapping[str, Any] = self._found.get(target, {})
        if target not in self._known:
            return dict(more)
        was, level = self._known[target]
        is_open = f"{self._at}/{was}/policies" in self._open_before
        before, others = level.get("policies"), more.get("policies")
        if isinstance(before, list) and isinstance(others, list):
            return {**level, "policies": _policies(before, others, is_open=is_open)}
        if is_open:
            self.marks.add(f"{self._at}/{number}/policies")
        return {**more, **level}


def _settled_side(part: Mapping[str, Any], at: str, levels: str, marks: set[str]) -> Json:
    found = {
        name: value
        for name, value in part.items()
        if f"{at}/{name}" not in marks and not _lacks_content(value) and not _holds_unknown(value)
    }
    organization = found.get("organization")
    if isinstance(organization, Mapping) and _is_open(organization.get(levels), f"{at}/organization/{levels}", marks):
        del found["organization"]
    return found


def _is_open(levels: Any, at: str, marks: set[str]) -> bool:
    """Whether levels of an organization, or policies of one, are not known."""
    if not isinstance(levels, list) or any(mark == at or mark.startswith(f"{at}/") for mark in marks):
        return True
    return any(
        not isinstance(level, Mapping) or "policies" not in level or _holds_unknown(level["policies"])
        for level in levels
    )


def _merged(known: Mapping[str, Any], found: Mapping[str, Any]) -> Json:
    merged = dict(known)
    for name, value in found.items():
        before = merged.get(name)
        if name not in merged:
            merged[name] = value
        elif isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[name] = _filled(before, value) if _is_policy(before) else _merged(before, value)
    return merged


def _policies(known: Sequence[Any], found: Sequence[Any], *, is_open: bool) -> list[Any]:
    """The policies known, each with the content that was found; and all others found, if there may be more."""
    partners = [_partner(one, found) for one in known]
    filled = [one if other is None else _filled(one, other) for one, other in zip(known, partners, strict=True)]
    return [*filled, *(one for one in found if is_open and not any(one is other for other in partners))]


def _partner(policy: Any, found: Sequence[Any]) -> Any:
    """The same policy among those found; where AWS named it without saying whose it is, the only one of its name."""
    same = [one for one in found if _key(one) == _key(policy)]
    if not same and _lacks_content(policy) and "arn" not in policy:
        same = [one for one in found if isinstance(one, Mapping) and one.get("name") == policy["name"]]
    return same[0] if len(same) == 1 else None


def _filled(known: Any, found: Any) -> Any:
    """A policy with the content found, if none is known and it is the same one."""
    if not _lacks_content(known) or not isinstance(found, Mapping):
        return known
    named = known.get("arn") is not None and found.get("arn") is not None
    return known if named and known["arn"] != found["arn"] else {**found, **known}


def _is_policy(value: Any) -> bool:
    return isinstance(value, Mapping) and "name" in value and value.keys() <= _POLICY


def _lacks_content(value: Any) -> bool:
    return _is_policy(value) and "document" not in value


def _holds_unknown(value: Any) -> bool:
    """Whether the content of a policy in a list is not known."""
    return isinstance(value, list) and any(map(_lacks_content, value))


def _key(policy: Any) -> Hashable:
    if not isinstance(policy, Mapping):
        return repr(policy)
    return policy.get("arn") or (policy.get("name"), policy.get("source"))


def _target(level: Any) -> Hashable:
    return level.get("target") if isinstance(level, Mapping) else None


def _marks(facts: Mapping[str, Any]) -> set[str]:
    return set(facts.get(INCOMPLETE) or ())


def _without_marks(facts: Mapping[str, Any]) -> Json:
    return {name: value for name, value in facts.items() if name != INCOMPLETE}


def _at(facts: Mapping[str, Any], at: str) -> Any:
    return value_at(facts, at.split("/")[1:])
