"""Finds the marks that SDKs, command lines and infrastructure tools put around an error: codes, operations, request ids (E.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from iam.interpret import codes, services
from iam.interpret.requestids import read_request_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam.interpret.unwrap import Text


class Place(Enum):
    """Where a mark stands with regard to the message it belongs to."""

    BEFORE = auto()
    AFTER = auto()
    EITHER = auto()


@dataclass(slots=True)
class Clue:
    """One mark, `[start, end)` in clean text. `weight` tells a stated code (3) from one read off a class name (1)."""

    start: int
    end: int
    place: Place
    code: str | None = None
    weight: int = 0
    operation: str | None = None
    service: str | None = None
    request_id: str | None = None
    status: int | None = None
    region: str | None = None
    wrapper: str = ""
    principal: str | None = None


_SQUEEZED: Final = (
    (
        "cli",
        "anerroroccurred(",
        re.compile(
            r"anerroroccurred\((?P<code>[^()]{1,120})\)(?:whencallingthe(?P<operation>[a-z0-9_.-]{1,120}?)operation)?"
            r"(?:\(reachedmaxretries:\d{1,3}\))?:?"
        ),
    ),
    ("go", "operationerror", re.compile(r"operationerror(?P<service>[a-z0-9-]{1,60}):(?P<operation>[a-z0-9]{1,80}),")),
    (
        "gohttp",
        "responseerrorstatuscode:",
        re.compile(
            r"https?responseerrorstatuscode:(?P<status>\d{3}),(?:requestid:[^,]{0,120},)?(?:hostid:[^,]{0,200},)?"
            r"(?:apierror(?P<code>(?!user:)[a-z0-9][a-z0-9.]{1,80}):|(?!user:)(?P<typed>[a-z][a-z0-9.]{1,80}):)?"
        ),
    ),
    ("gohttp", "apierror", re.compile(r"apierror(?P<code>(?!user:)[a-z0-9][a-z0-9.]{1,80}):")),
    (
        "java",
        "(service:",
        re.compile(
            r"\(service:(?P<service>[^;,()]{1,80})[;,]statuscode:(?P<status>\d{3})(?:[;,]errorcode:(?P<code>[^;)]{0,80}))?"
            r"(?:[;,]requestid:[^;,)]{0,160})?(?:[;,](?:s3)?extendedrequestid:[^;,)]{0,200})?(?:[;,]proxy:[^;,)]{0,100})?"
            r"\)?(?:\(sdkattemptcount:\d{1,2}\))?"
        ),
    ),
    ("gov1", "statuscode:", re.compile(r"(?<!error)statuscode:(?P<status>\d{3})(?=,requestid:)")),
    ("xml", "<code>", re.compile(r"<code>(?P<code>[^<]{1,100})</code>")),
    ("php", "errorexecuting\"", re.compile(r"errorexecuting\"(?P<operation>[a-z0-9]{1,80})\"on\"[^\"]{0,600}\"?")),
    ("kms", "kmsmessage:", re.compile(r"kmsexception:(?P<code>[a-z]{3,80}?)kmsmessage:")),
    ("dotnet", "witherrorcode", re.compile(r"witherrorcode(?P<code>[a-z0-9]{3,60}?)andhttpstatuscode[a-z]{3,30}")),
    ("handler", "handlererrorcode:", re.compile(r"handlererrorcode:(?P<code>[a-z]{3,80})")),
)  # fmt: skip
_REQUEST: Final = re.compile(r"(?:x-amzn?-)?request-?_?id(?:[\"'>]{0,2}[:=]|[\"']{0,2}:|>|is:)(?:some\()?[\"']?")
_NOT_THE_REQUEST: Final = (
    "extended", "extended-", "host", "client", "client-", "start", "end", "report", "cf-", "parent", "invocation", "trace",
    "correlation", "extended_", "source", "origin", "ms-", "idempotent", "github-", "goog-",
)  # fmt: skip
_CLEAN: Final = (
    ("ruby", "::", re.compile(r"\bAws::(?P<service>[A-Za-z0-9]+)::Errors::(?P<code>[A-Za-z0-9:]+)")),
    (
        "class",
        ".model.",
        re.compile(
            r"\b(?:software\.amazon\.awssdk|amazonaws|aws\.sdk\.kotlin)\.services\.(?P<service>[a-z0-9]+)\.model\."
            r"(?P<code>[A-Za-z0-9]+)"
        ),
    ),
    ("class", "Amazon.", re.compile(r"\bAmazon\.(?P<service>[A-Za-z0-9]+)\.(?:Model\.)?(?P<code>[A-Za-z0-9]+Exception)\b")),
    ("class", "com.amazonaws", re.compile(r"\bcom\.amazonaws\.(?P<code>Amazon(?:Service|Client)Exception)\b")),
    ("class", "botocore.", re.compile(r"\bbotocore\.(?:exceptions|errorfactory)\.(?P<code>[A-Za-z]+)")),
    ("api", "API:", re.compile(r"\bAPI: (?P<service>[a-z0-9-]{2,40}):(?P<operation>[A-Z][A-Za-z0-9]{2,80})")),
    (
        "field",
        "",
        re.compile(
            r"(?P<key>\b(?:error_?code|errorCode|ErrorCode|Error Code|[Cc]ode|__type|errorType|errortype|ErrorType|[Ee]vent ?[Nn]ame|"
            r"[Ee]vent ?[Ss]ource|awsRegion|region|arn|[Ss]tatus[ _]?[Cc]ode|[Ee]xit [Cc]ode|[Rr]eturn [Cc]ode|httpStatusCode|exceptionName|operationName))[\"']{0,2}\s?(?:=>|[:=])\s?"
            r"(?:Some\()?[\"'`]?(?P<value>[A-Za-z0-9][\w.#:/-]{1,160})"
        ),
    ),
    ("url", "amazonaws.com", re.compile(r"\bhttps?://(?P<host>[A-Za-z0-9.-]{1,200}\.amazonaws\.com(?:\.cn)?)(?![.\w])")),
    ("token", "", re.compile(r"(?<![\w./:#@-])(?:[A-Za-z0-9]{1,40}[.#]){0,6}[A-Z][A-Za-z0-9]{2,80}(?![\w/-])")),
)  # fmt: skip
_LONGEST_NAME: Final = 80
_CODE_KEYS: Final = {"errorcode", "error code", "code", "__type", "errortype", "exceptionname"}


def find_clues(text: Text) -> list[Clue]:
    """Every mark of `text`, in order of place."""
    found: list[Clue] = []
    for wrapper, needle, pattern in _SQUEEZED:
        if needle in text.squeezed:
            found.extend(_squeezed_clue(text, wrapper, match) for match in pattern.finditer(text.squeezed))
    found.extend(_request_ids(text))
    for wrapper, needle, pattern in _CLEAN:
        if needle in text.clean:
            found.extend(clue for match in pattern.finditer(text.clean) if (clue := _clean_clue(text, wrapper, match)))
    found.sort(key=lambda clue: (clue.start, -clue.end))
    return found


def _squeezed_clue(text: Text, wrapper: str, match: re.Match[str]) -> Clue:
    def value(name: str) -> str | None:
        if name not in match.re.groupindex or not match[name]:
            return None
        return text.original(*match.span(name))

    code = value("code") or value("typed")
    status = value("status")
    before = wrapper in {"cli", "go", "gohttp", "php", "kms", "dotnet"}
    clue = Clue(
        text.in_clean(match.start()),
        text.in_clean(match.end() - 1) + 1,
        Place.EITHER if wrapper == "xml" else Place.BEFORE if before else Place.AFTER,
        code=codes.stated(code) if code else None,
        weight={"handler": 0, "kms": 1}.get(wrapper, 3),
        operation=value("operation"),
        service=services.prefix_of(value("service")),
        status=int(status) if status else None,
        wrapper=wrapper,
    )
    if wrapper == "java" and code and code.lower().startswith("403"):
        clue.code = "403 Forbidden" if "forbidden" in code.lower() else code
    return clue


def _request_ids(text: Text) -> Iterator[Clue]:
    squeezed = text.squeezed
    for match in _REQUEST.finditer(squeezed):
        if squeezed.endswith(_NOT_THE_REQUEST, max(0, match.start() - 12), match.start()):
            continue
        if squeezed.endswith(("x-", "x_"), 0, match.start()) and not match.group().startswith("x-"):
            continue
        request_id, end = read_request_id(text, text.in_clean(match.end() - 1) + 1)
        if request_id:
            yield Clue(text.in_clean(match.start()), end, Place.AFTER, request_id=request_id, wrapper="request")


def _clean_clue(text: Text, wrapper: str, match: re.Match[str]) -> Clue | None:
    start, end = match.span()
    if wrapper == "url":
        service, region = services.of_host(match["host"])
        return Clue(start, end, Place.EITHER, service=service, region=region, wrapper=wrapper)
    if wrapper == "api":
        return Clue(
            start,
            end,
            Place.BEFORE,
            operation=match["operation"],
            service=services.prefix_of(match["service"]),
            wrapper=wrapper,
        )
    if wrapper == "field":
        return _field(match)
    if wrapper == "token":
        return _token(text, match)
    while (
        start
        and (text.clean[start - 1].isalnum() or text.clean[start - 1] in "._")
        and match.start() - start < _LONGEST_NAME
    ):
        start -= 1
    service = match["service"] if "service" in match.re.groupindex else None
    code = match["code"].rpartition("::")[2]
    known = codes.is_known(code) or wrapper == "ruby"
    return Clue(
        start, end, Place.BEFORE, code=codes.stated(code) if known else None, weight=3 if wrapper == "ruby" else 1,
        service=services.prefix_of(service), wrapper=wrapper,
    )  # fmt: skip


def _field(match: re.Match[str]) -> Clue | None:
    start, end = match.span()
    key, value = match["key"].replace("_", "").replace("t ", "t").lower(), match["value"]
    if key == "type" or match["key"] == "__type":
        key = "__type"
    if key in _CODE_KEYS:
        name = codes.stated(value.partition(":")[0] if "#" not in value else value.rpartition("#")[2].partition(":")[0])
        if name is None or not codes.is_known(name):
            return None
        return Clue(start, end, Place.EITHER, code=name, weight=3, wrapper="field")
    if key == "eventname":
        return Clue(start, end, Place.EITHER, operation=value, wrapper="event")
    if key == "eventsource":
        return Clue(start, end, Place.EITHER, service=services.prefix_of(value), wrapper="event")
    if key in {"awsregion", "region"}:
        region = value if re.fullmatch(r"[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d", value) else None
        return (
            Clue(start, end, Place.EITHER, region=region, wrapper="event" if key == "awsregion" else "region")
            if region
            else None
        )
    if key == "arn":
        named = re.match(
            r"arn:[a-z-]{3,12}:(?:iam|sts)::[^\"',;\s]{1,400}",
            match.string[match.start("value") : match.start("value") + 420],
        )
        return Clue(start, end, Place.EITHER, principal=named.group(), wrapper="arn") if named else None
    if key == "operationname":
        return Clue(start, end, Place.EITHER, operation=value, wrapper="operation")
    if value.isdecimal() and len(value) == 3:
        return Clue(start, end, Place.EITHER, status=int(value), wrapper="status")
    return None


def _token(text: Text, match: re.Match[str]) -> Clue | None:
    code = match.group()
    if not codes.is_known(code):
        names, _, code = code.rpartition(".")
        if not re.search("aws|amazon", names, re.IGNORECASE) or not codes.is_known(code):
            return None
    start, end = match.span()
    after = text.clean[end : end + 12]
    colon = re.match(r"\s?(?:\((?:client|server)\))?\s?:(?!:)| - (?=User: )", after)
    if colon:
        return Clue(start, end + colon.end(), Place.BEFORE, code=codes.stated(code), weight=2, wrapper="token")
    if codes.is_distinctive(code):
        return Clue(start, end, Place.EITHER, code=codes.stated(code), weight=1, wrapper="bare")
    return None
