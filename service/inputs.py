"""Reads a file of any shape that people have of denials into the body that the API takes."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.api.requests import CombinedBody, DiagnosisBody
from service.config import Config
from service.problems import Fault, Kind, Problem
from service.shapes import document_in, shape_of
from service.strict_json import JsonText, read_json

Json = dict[str, Any]
MAX_UNPACKED: Final = 256 * 1024 * 1024

_GZIP: Final = b"\x1f\x8b"
_WIDE: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_STATED: Final = frozenset(("request", "facts", "facts_from"))
"""Members that only a body has: with one of them a mistake in the others is reported, not passed over."""


@dataclass(frozen=True, slots=True)
class Given:
    """A body of POST /v1/diagnoses or, if `combined`, of POST /v1/diagnoses/combined.

    `sent` is the text in which its policies are, where it came as a body.
    """

    body: Json
    sent: JsonText | None = None
    combined: bool = False


def read_given(raw: bytes, *, config: Config | None = None) -> Given:
    """The body that a file stands for: itself where it is one, else the document or the text that it holds.

    The file may be compressed by gzip, as CloudTrail's are, or be in UTF-16, as PowerShell writes. Limits are those of
    `config`, else of the environment. Raises Problem for an empty file, and for a body with a fault.
    """
    raw = _plain(raw)
    text = raw.decode(errors="replace")
    if not text.strip():
        raise Problem(Kind.BAD_REQUEST, "there is no error to explain: the input is empty", [Fault("", "empty")])
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        try:
            read = parse(raw, config=config)
        except Problem as problem:
            # An error text may begin with a brace too; but a body must not be taken for one.
            if problem.kind is not Kind.MALFORMED_JSON:
                raise
        else:
            return _of_value(read)
        document = document_in(text)
        if document is not None:
            return Given({str(document[0]): document[1]})
    return Given({"error": text})


def parse(raw: bytes, *, within: tuple[str, ...] = (), config: Config | None = None) -> JsonText:
    """A file's JSON, within the limits of a body; raises Problem."""
    limits = config or Config.from_environment()
    return read_json(raw, max_nesting=limits.max_nesting, max_nodes=limits.max_nodes, within=within)


def with_context(body: Json, pairs: Iterable[tuple[str, str]]) -> Json:
    """The body with condition keys added to its request; a key that is given twice has both values."""
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    if not values:
        return body
    request = body.get("request") or {}
    context = {name: value for name, value in (request.get("context") or {}).items() if name not in values}
    context |= {name: found[0] if len(found) == 1 else found for name, found in values.items()}
    return {**body, "request": {**request, "context": context}}


def _plain(raw: bytes) -> bytes:
    if raw.startswith(_GZIP):
        try:
            # 32: the header tells the format.
            raw = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS).decompress(raw, MAX_UNPACKED)
        except zlib.error as error:
            detail = "the input is compressed by gzip, and damaged"
            raise Problem(Kind.BAD_REQUEST, detail, [Fault("", detail)]) from error
    for mark, encoding in _WIDE.items():
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace").encode(errors="replace")
    return raw


def _of_value(read: JsonText) -> Given:
    value = read.value
    if _is_combined(value):
        return Given(dict(value), read, combined=True)
    if isinstance(value, list) and value and all(_is_body(item) or isinstance(item, str) for item in value):
        return Given({"denials": value}, combined=True)
    if _is_body(value):
        return Given(dict(value), read)
    shape = shape_of(value)
    if shape is None:
        return Given({"error": read.text})
    return Given({str(shape): value if isinstance(value, dict) else {"Records": value}})


def _is_combined(value: Any) -> bool:
    return isinstance(value, Mapping) and "denials" in value and value.keys() <= CombinedBody().fields.keys()


def _is_body(value: Any) -> bool:
    """Whether a value is meant as a body: a program's log line may have a member `error` as well."""
    if not isinstance(value, Mapping) or not value:
        return False
    return bool(value.keys() & _STATED) or value.keys() <= DiagnosisBody().fields.keys()
