"""Finds the names that belong to an error: exception classes, fields of objects, endpoints, codes that stand alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.interpret import codes, services
from iam.interpret.clues import IMPLIED, NAMED, STATED, Clue, Place, Wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam.interpret.unwrap import Text

_RUBY: Final = re.compile(r"\bAws::(?P<service>[A-Za-z0-9]+)::Errors::(?P<code>[A-Za-z0-9:]+)")
_CLASSES: Final = (
    (
        ".model.",
        re.compile(
            r"\b(?:software\.amazon\.awssdk|amazonaws|aws\.sdk\.kotlin)\.services\.(?P<service>[a-z0-9]+)\.model\."
            r"(?P<code>[A-Za-z0-9]+)"
        ),
    ),
    (
        "Amazon.",
        re.compile(r"\bAmazon\.(?P<service>[A-Za-z0-9]+)\.(?:Model\.)?(?P<code>[A-Za-z0-9]+Exception)\b"),
    ),
    ("com.amazonaws", re.compile(r"\bcom\.amazonaws\.(?P<code>Amazon(?:Service|Client)Exception)\b")),
    ("botocore.", re.compile(r"\bbotocore\.(?:exceptions|errorfactory)\.(?P<code>[A-Za-z]+)")),
)
_API: Final = re.compile(r"\bAPI: (?P<service>[a-z0-9-]{2,40}):(?P<operation>[A-Z][A-Za-z0-9]{2,80})")
_FIELD: Final = re.compile(
    r"(?P<key>\b(?:error_?code|errorCode|ErrorCode|Error[ \n]Code|[Cc]ode|__type|errorType|errortype|ErrorType|"
    r"exceptionName|[Ee]vent ?[Nn]ame|[Ee]vent ?[Ss]ource|operationName|awsRegion|region|arn|[Ss]tatus[ _\n]?[Cc]ode|"
    r"httpStatusCode|[Ee]xit [Cc]ode|[Rr]eturn [Cc]ode))[\"']{0,2}\s?(?:=>|[:=])\s?(?:Some\()?[\"'`]?"
    r"(?P<value>[A-Za-z0-9][\w.#:/-]{1,160})"
)
_CODE_KEYS: Final = frozenset({"errorcode", "code", "type", "errortype", "exceptionname"})
_PRINCIPAL: Final = re.compile(r"arn:[a-z-]{3,12}:(?:iam|sts)::[^\"',;\s]{1,400}")
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d")
_URL: Final = re.compile(r"\bhttps?://(?P<host>[A-Za-z0-9.-]{1,200}\.amazonaws\.com(?:\.cn)?)(?![.\w])")
_TOKEN: Final = re.compile(r"(?<![\w./:#@-])(?:[A-Za-z0-9]{1,40}[.#]){0,6}[A-Z][A-Za-z0-9]{2,80}(?![\w/-])")
_COLON: Final = re.compile(r"\s?(?:\((?:client|server)\))?\s?:(?!:)| - (?=User: )")
_LONGEST_NAME: Final = 80


def find_names(text: Text) -> Iterator[Clue]:
    """Every such name."""
    clean = text.clean
    if "Aws::" in clean:
        for match in _RUBY.finditer(clean):
            yield _class(text, match, Wrapper.RUBY)
    for needle, pattern in _CLASSES:
        if needle in clean:
            for match in pattern.finditer(clean):
                yield _class(text, match, Wrapper.CLASS)
    for match in _API.finditer(clean):
        yield Clue(
            *match.span(),
            Place.BEFORE,
            Wrapper.API,
            operation=match["operation"],
            service=services.prefix_of(match["service"]),
        )
    for match in _FIELD.finditer(clean):
        if field := _field(match):
            yield field
    for match in _URL.finditer(clean):
        service, region = services.of_host(match["host"])
        yield Clue(*match.span(), Place.EITHER, Wrapper.URL, service=service, region=region)
    for match in _TOKEN.finditer(clean):
        if token := _token(text, match):
            yield token


def _class(text: Text, match: re.Match[str], wrapper: Wrapper) -> Clue:
    start = match.start()
    while start and (text.clean[start - 1].isalnum() or text.clean[start - 1] in "._"):
        start -= 1
        if match.start() - start >= _LONGEST_NAME:
            break
    code = match["code"].rpartition("::")[2]
    stated = wrapper is Wrapper.RUBY
    return Clue(
        start,
        match.end(),
        Place.BEFORE,
        wrapper,
        code=codes.stated(code) if stated or codes.is_known(code) else None,
        weight=STATED if stated else IMPLIED,
        service=services.prefix_of(match.groupdict().get("service")),
    )


def _field(match: re.Match[str]) -> Clue | None:
    start, end = match.span()
    key, value = match["key"].replace("_", "").replace(" ", "").lower(), match["value"]
    clue = Clue(start, end, Place.EITHER, Wrapper.FIELD)
    if key in _CODE_KEYS:
        name = codes.stated(value.rpartition("#")[2].partition(":")[0])
        clue.code, clue.weight = name, STATED
        return clue if name is not None and codes.is_known(name) else None
    if key == "eventname":
        clue.operation, clue.wrapper = value, Wrapper.EVENT
    elif key == "operationname":
        clue.operation, clue.wrapper = value, Wrapper.OPERATION
    elif key == "eventsource":
        clue.service, clue.wrapper = services.prefix_of(value), Wrapper.EVENT
    elif key in {"awsregion", "region"} and _REGION.fullmatch(value):
        clue.region, clue.wrapper = value, Wrapper.EVENT if key == "awsregion" else Wrapper.REGION
    elif key == "arn" and (principal := _PRINCIPAL.match(match.string, match.start("value"))):
        clue.principal, clue.wrapper = principal.group(), Wrapper.EVENT_PRINCIPAL
    elif key.endswith("statuscode") and value.isdecimal():
        clue.status, clue.wrapper = int(value[:3]), Wrapper.STATUS
    else:
        return None
    return clue


def _token(text: Text, match: re.Match[str]) -> Clue | None:
    code = match.group()
    if not codes.is_known(code):
        owner, _, code = code.rpartition(".")
        if not re.search("aws|amazon", owner, re.IGNORECASE) or not codes.is_known(code):
            return None
    start, end = match.span()
    if colon := _COLON.match(text.clean, end):
        return Clue(start, colon.end(), Place.BEFORE, Wrapper.PREFIX, code=codes.stated(code), weight=NAMED)
    if codes.is_distinctive(code):
        return Clue(start, end, Place.EITHER, Wrapper.BARE, code=codes.stated(code), weight=IMPLIED)
    return None
