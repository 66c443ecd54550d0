"""Finds AWS's own sentence, "… is not authorized to perform …", wherever it stands and however wrapped (E.1, E.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam.interpret.fields import LONGEST, Wraps, between, read_arn, read_resource, read_token
from iam.interpret.reasons import find_reason

if TYPE_CHECKING:
    from iam.checks import Effect, PolicyType
    from iam.interpret.denial import NotAccessDeniedKind
    from iam.interpret.unwrap import Text

_ANCHOR = re.compile(r"notauthori[sz]edtoperform")
_WORDS = ("not", "authorized", "to", "perform")
_WHOLE_ACTION = re.compile(
    r"(?P<action>[a-z0-9][a-z0-9-]{0,60}:[a-z0-9*]{1,80}?)[\"'`.,]{0,2}"
    r"(?=on(?:the|this|a)?(?:specified|following)?resources?[:\"'`]|becauseno|becausethe|with(?:an|a|the)?explicitden|"
    r"duetoanexplicit|\(service:|\.encoded|\.goto|\.user:|\Z)"
)
_ACTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}\s?:\s?[A-Za-z0-9*]{1,80}")
_RESOURCE = re.compile(
    r"on(?:the|this|a)?(?:specified|following)?resources?(?:arn(?=:[\"'`]?arn))?(?P<mark>[:`\"'])?(?=.)"
)
_STOP = re.compile(
    r"because|with(?:an|a|the)?explicitden|duetoanexplicit|\(service:|\.?encodedauthorization|\.goto|(?:http)?statuscode:|,requestid|\(requestid"
)
_USER = {"user:": 5, "user`": 4, "user'": 4, 'user"': 4, "userarn:": 4, "principal:": 10}  # how much is not the name
_BARE_ARN = re.compile(
    r"(?:(?<!\w)(?=arn:)|(?:\A\s{0,8}|\n\s?|[\"'`])(?=[\w.]))([^\s\"'`:]{2,128}|arn:[^\s\"'`]{8,600})[\"'`]?\s?\Z"
)
_NO_NAMES = frozenset(
    "user role account caller principal request resource it this that service client he she who and or".split()
)
_TO_ACTION = re.compile(
    r"[:`'\"*]{0,3}(?:(?:the)?(?:required|following|requested)?(?:aws)?(?:marketplace)?(?:actions?|operations?|permissions?))?"
    r"[:`'\"*(\[]{0,4}"
)
_REASON_WITHIN = 300
_MOST_SPACES = 8
_ENCODED = "encodedauthorizationfailuremessage"
_AUTHORIZATION_ID = re.compile(r"authorizationid:?")
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,255}")
_REGION_OF_LINK = re.compile(
    r"https://([a-z]{2}(?:-[a-z]{2,9}){1,2}-\d)\.console|[?&]region=([a-z]{2}(?:-[a-z]{2,9}){1,2}-\d)"
)


@dataclass(slots=True)
class Sentence:
    """One message and its values; `[start, end)` in clean text.

    A `weak` one says that something was refused and nothing else. `kind` marks the message of a look-alike.
    """

    start: int
    end: int
    principal: str | None = None
    action: str | None = None
    resource: str | None = None
    policy_type: PolicyType | None = None
    effect: Effect | None = None
    policy_arn: str | None = None
    authorization_id: str | None = None
    encoded_message: str | None = None
    region: str | None = None
    operation: str | None = None
    service: str | None = None
    kind: NotAccessDeniedKind | None = None
    weak: bool = False
    inferred: tuple[str, ...] = ()


def find_sentences(text: Text) -> list[Sentence]:
    """Every sentence of this form, in order."""
    anchors = [(found.start(), found.end()) for found in _ANCHOR.finditer(text.squeezed)]
    sentences: list[Sentence] = []
    floor = 0
    for index, (start, end) in enumerate(anchors):
        ceiling = anchors[index + 1][0] if index + 1 < len(anchors) else len(text.squeezed)
        sentence = _parse(text, (start, end), floor, min(ceiling, end + 2 * LONGEST))
        if sentence is not None:
            sentences.append(sentence)
        floor = end
    return sentences


def _parse(text: Text, anchor: tuple[int, int], floor: int, ceiling: int) -> Sentence | None:
    wraps = Wraps(text)
    start, end = anchor
    _learn_from_words(text, start, end, wraps)
    sentence = Sentence(text.in_clean(start), text.in_clean(end - 1) + 1)
    _read_principal(text, start, floor, sentence, wraps)
    at = _read_action(text, end, ceiling, sentence)
    reason = find_reason(text.squeezed, at, ceiling)
    while at < ceiling and text.squeezed[at] in "'\"`,.":
        at += 1
    resource = _RESOURCE.match(text.squeezed, at, ceiling)
    if resource:
        stops = [
            text.in_clean(found.start())
            for found in _STOP.finditer(text.squeezed, resource.end(), min(ceiling, at + LONGEST))
        ]
        begin = text.in_clean(resource.end() - 1) + (resource["mark"] in {None, ":"})
        if resource["mark"] or text.squeezed.startswith("arn:", resource.end()):
            sentence.resource, sentence.end = read_resource(text, begin, stops, wraps)
    if sentence.principal is None and sentence.action is None:
        if not text.squeezed.endswith("youare", floor, start):
            return None
        sentence.start, sentence.weak = text.in_clean(start - len("youare")), True
    if reason and text.in_clean(reason.start) - sentence.end <= _REASON_WITHIN:
        sentence.policy_type, sentence.effect = reason.policy_type, reason.effect
        sentence.end = text.in_clean(reason.end - 1) + 1
        if reason.names_policy and text.squeezed.startswith(":", reason.end):
            sentence.policy_arn, sentence.end = read_arn(text, text.in_clean(reason.end), wraps)
    _read_tail(text, text.in_squeezed(sentence.end), ceiling, sentence, wraps)
    sentence.weak = sentence.weak and sentence.encoded_message is None
    return sentence


def _learn_from_words(text: Text, start: int, end: int, wraps: Wraps) -> None:
    at = start
    for word in _WORDS:
        wraps.learn(text.in_clean(at), text.in_clean(min(at + len(word), end) - 1))
        at += len(word)


def _read_principal(text: Text, start: int, floor: int, sentence: Sentence, wraps: Wraps) -> None:
    squeezed = text.squeezed
    verb = next((word for word in ("is", "are") if squeezed.endswith(word, floor, start)), "")
    if not verb or squeezed.endswith("youare", floor, start):
        return
    end = start - len(verb)
    low = max(floor, end - 800)
    at, skipped = max((squeezed.rfind(introduction, low, end), length) for introduction, length in _USER.items())
    if at < 0:
        bare = _BARE_ARN.search(text.clean, text.in_clean(low) if low else 0, text.in_clean(end - 1) + 1)
        if bare and bare[1].strip(".").lower() not in _NO_NAMES:
            sentence.start = bare.start(1)
            sentence.principal = (between(text, bare.start(1), bare.end(1), wraps) or "").lstrip(".") or None
        return
    begin = at + skipped
    sentence.start = text.in_clean(at)
    if begin < end:
        named = between(text, text.in_clean(begin), text.in_clean(end - 1) + 1, wraps)
        sentence.principal = _only_name(named) if named else None


def _only_name(named: str) -> str | None:
    """A principal without the prose that may stand between an earlier "user:" and it."""
    arn = named.rfind(" arn:")
    if arn >= 0:
        return named[arn + 1 :]
    return named if named.count(" ") <= _MOST_SPACES else None


def _read_action(text: Text, end: int, ceiling: int, sentence: Sentence) -> int:
    squeezed = text.squeezed
    end = _TO_ACTION.match(squeezed, end, ceiling).end()  # type: ignore[union-attr]
    if end >= len(squeezed):
        return end
    plain = _ACTION.match(text.clean, text.in_clean(end))
    whole = _WHOLE_ACTION.match(squeezed, end, ceiling)
    cut = plain is None or text.clean.startswith("\n", plain.end())
    if whole and (cut or (plain is not None and len(whole["action"]) < len("".join(plain.group().split())))):
        start, stop = whole.span("action")
        sentence.action = text.original(start, stop).removesuffix("**")
        sentence.end = text.in_clean(stop - 1) + 1
        return whole.end()
    if plain is None:
        return end
    sentence.action = "".join(plain.group().split()).removesuffix("**")
    sentence.end = plain.end()
    return text.in_squeezed(plain.end())


def _read_tail(text: Text, at: int, ceiling: int, sentence: Sentence, wraps: Wraps) -> None:
    squeezed = text.squeezed
    encoded = squeezed.find(_ENCODED, at, ceiling)
    if encoded >= 0:
        place = text.in_clean(encoded + len(_ENCODED) - 1) + 1
        sentence.encoded_message, end = read_token(text, place, wraps)
        sentence.end = max(sentence.end, end)
    found = _AUTHORIZATION_ID.search(squeezed, at, ceiling)
    if found:
        id_ = _ID.match(text.clean, text.in_clean(found.end())) if found.end() < len(squeezed) else None
        if id_:
            sentence.authorization_id = id_.group()
            link = _REGION_OF_LINK.search(squeezed, at, found.start())
            sentence.region = (link[1] or link[2]) if link else None
            sentence.end = max(sentence.end, id_.end())
