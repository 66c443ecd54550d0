"""Problem details (RFC 9457): what the service answers when it cannot do what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from http import HTTPStatus
from typing import Any

CONTENT_TYPE = "application/problem+json"


@unique
class Kind(Enum):
    """Every kind of problem: the slug of its page under /kb/problems/, its HTTP status and its title."""

    BAD_REQUEST = ("bad-request", HTTPStatus.BAD_REQUEST, "The request cannot be understood")
    ORIGIN_NOT_ALLOWED = ("origin-not-allowed", HTTPStatus.FORBIDDEN, "This origin is not allowed")
    NOT_FOUND = ("not-found", HTTPStatus.NOT_FOUND, "There is nothing here")
    METHOD_NOT_ALLOWED = ("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "This method is not allowed here")
    CONFLICT = ("conflict", HTTPStatus.CONFLICT, "The request conflicts with the present state")
    TOO_LARGE = ("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
    TOO_DEEP = ("too-deep", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is nested too deeply")
    UNSUPPORTED_MEDIA_TYPE = (
        "unsupported-media-type",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body must be JSON",
    )
    HOST_NOT_ALLOWED = ("host-not-allowed", HTTPStatus.MISDIRECTED_REQUEST, "This host name is not configured")
    MALFORMED_JSON = ("malformed-json", HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not valid JSON")
    VALIDATION_ERROR = ("validation-error", HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid")
    INTERNAL_ERROR = ("internal-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong in the service")
    NOT_READY = ("not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "The service is not ready")

    def __init__(self, slug: str, status: HTTPStatus, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title

    @property
    def type(self) -> str:
        """The reference of the page that explains this kind."""
        return f"/kb/problems/{self.slug}/"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: the JSON Pointer of the value ("" = the whole body) and what is wrong with it.

    A pointer into a query string or a header starts with its name instead: `?limit`, `X-Request-Id`. `line` and
    `column` count from 1 in the body and are given where the text itself is at fault.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The fault as it stands in a problem document's `errors`."""
        place = {} if self.line is None else {"line": self.line, "column": self.column}
        return {"path": self.path, "message": self.message, **place}


class Problem(Exception):  # noqa: N818  RFC 9457's word
    """Ends a request with a problem document; `detail` is one sentence."""

    def __init__(self, kind: Kind, detail: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.faults: Sequence[Fault] = tuple(faults)

    def to_json(self, *, instance: str, request_id: str) -> dict[str, Any]:
        """The problem document; `instance` is the path that was asked for."""
        document = {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": int(self.kind.status),
            "detail": self.detail,
            "instance": instance,
            "request_id": request_id,
        }
        if self.faults:
            document["errors"] = [fault.to_json() for fault in self.faults]
        return document


def pointer(parts: Iterable[str | int]) -> str:
    """The JSON Pointer (RFC 6901) of a path of keys and indices."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def invalid(faults: Sequence[Fault]) -> Problem:
    """The problem of a body with `faults`; its detail is the first of them, naming the path."""
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return Problem(Kind.VALIDATION_ERROR, f"`{first.path or '/'}`: {first.message}{more}", faults)
