"""Finds the phrases that SDKs, command lines and infrastructure tools wrap around an error (E.5).

They are looked for in squeezed text, since a terminal may have broken them anywhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.interpret import codes, services
from iam.interpret.clues import IMPLIED, OUTER, STATED, Clue, Place, Wrapper
from iam.interpret.requestids import read_request_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam.interpret.unwrap import Text

_PHRASES: Final = (
    (
        Wrapper.CLI,
        Place.BEFORE,
        "anerroroccurred(",
        (
            r"anerroroccurred\((?P<code>[^()]{1,120})\)(?:whencallingthe(?P<operation>[a-z0-9_.-]{1,120}?)operation)?"
            r"(?:\(reachedmaxretries:\d{1,3}\))?:?"
        ),
    ),
    (
        Wrapper.GO_OPERATION,
        Place.BEFORE,
        "operationerror",
        r"operationerror(?P<service>[a-z0-9-]{1,60}):(?P<operation>[a-z0-9]{1,80}),",
    ),
    (
        Wrapper.GO_RESPONSE,
        Place.BEFORE,
        "responseerrorstatuscode:",
        (
            r"https?responseerrorstatuscode:(?P<status>\d{3}),(?:requestid:[^,]{0,120},)?(?:hostid:[^,]{0,200},)?"
            r"(?:apierror(?P<code>(?!user:)[a-z0-9][a-z0-9.]{1,80}):|(?!user:)(?P<typed>[a-z][a-z0-9.]{1,80}):)?"
        ),
    ),
    (Wrapper.GO_RESPONSE, Place.BEFORE, "apierror", r"apierror(?P<code>(?!user:)[a-z0-9][a-z0-9.]{1,80}):"),
    (
        Wrapper.JAVA,
        Place.AFTER,
        "(service:",
        (
            r"\(service:(?P<service>[^;,()]{1,80})[;,]statuscode:(?P<status>\d{3})"
            r"(?:[;,]errorcode:(?P<code>[^;)]{0,80}))?(?:[;,]requestid:[^;,)]{0,160})?"
            r"(?:[;,](?:s3)?extendedrequestid:[^;,)]{0,200})?(?:[;,]proxy:[^;,)]{0,100})?\)?"
            r"(?:\(sdkattemptcount:\d{1,2}\))?"
        ),
    ),
    (Wrapper.GO_V1, Place.AFTER, "statuscode:", r"(?<!error)statuscode:(?P<status>\d{3})(?=,requestid:)"),
    (Wrapper.XML, Place.EITHER, "<code>", r"<code>(?P<code>[^<]{1,100})</code>"),
    (
        Wrapper.PHP,
        Place.BEFORE,
        'errorexecuting"',
        r'errorexecuting"(?P<operation>[a-z0-9]{1,80})"on"[^"]{0,600}"?',
    ),
    (Wrapper.KMS, Place.BEFORE, "kmsmessage:", r"kmsexception:(?P<code>[a-z]{3,80}?)kmsmessage:"),
    (
        Wrapper.DOTNET,
        Place.BEFORE,
        "witherrorcode",
        r"witherrorcode(?P<code>[a-z0-9]{3,60}?)andhttpstatuscode[a-z]{3,30}",
    ),
    (Wrapper.HANDLER, Place.AFTER, "handlererrorcode:", r"handlererrorcode:(?P<code>[a-z]{3,80})"),
)
_COMPILED: Final = tuple((wrapper, place, needle, re.compile(text)) for wrapper, place, needle, text in _PHRASES)
_WEIGHTS: Final = {Wrapper.HANDLER: OUTER, Wrapper.KMS: IMPLIED}
_REQUEST: Final = re.compile(r"(?:x-amzn?-)?request-?_?id(?:[\"'>]{0,2}[:=]|[\"']{0,2}:|>|is:)(?:some\()?[\"']?")
# What stands before the words "request id" when it is another id: S3's second one, a Lambda invocation's, a proxy's.
_NOT_THE_REQUEST: Final = tuple(
    "extended extended- extended_ host client client- start end report cf- parent invocation trace correlation source"
    " origin ms- idempotent github- goog-".split()
)


def find_wrappers(text: Text) -> Iterator[Clue]:
    """Every such phrase, and every request id."""
    for wrapper, place, needle, pattern in _COMPILED:
        if needle in text.squeezed:
            for match in pattern.finditer(text.squeezed):
                yield _clue(text, wrapper, place, match)
    yield from _request_ids(text)


def _clue(text: Text, wrapper: Wrapper, place: Place, match: re.Match[str]) -> Clue:
    groups = match.groupdict()
    values = {name: text.original(*match.span(name)) for name, value in groups.items() if value}
    code = values.get("code") or values.get("typed")
    if wrapper is Wrapper.JAVA and code and code.lower() == "403forbidden":
        code = "403 Forbidden"
    return Clue(
        text.in_clean(match.start()),
        text.in_clean(match.end() - 1) + 1,
        place,
        wrapper,
        code=codes.stated(code) if code else None,
        weight=_WEIGHTS.get(wrapper, STATED),
        operation=values.get("operation"),
        service=services.prefix_of(values.get("service")),
        status=int(values["status"]) if "status" in values else None,
    )


def _request_ids(text: Text) -> Iterator[Clue]:
    squeezed = text.squeezed
    for match in _REQUEST.finditer(squeezed):
        start = match.start()
        near = max(0, start - 12)
        if squeezed.endswith(_NOT_THE_REQUEST, near, start) and not squeezed.endswith("errortype:client", 0, start):
            continue
        if squeezed.endswith(("x-", "x_"), max(0, start - 2), start) and not match.group().startswith("x-"):
            continue
        request_id, end = read_request_id(text, text.in_clean(match.end() - 1) + 1)
        if request_id:
            yield Clue(text.in_clean(start), end, Place.AFTER, Wrapper.REQUEST_ID, request_id=request_id)
