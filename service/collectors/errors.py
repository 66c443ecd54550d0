"""What an error of AWS or of the way there means for a fact: there is none, or it stays unknown and why."""

from __future__ import annotations

import re
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)

from iam.interpret import Denial, interpret
from service.collectors.collected import Failure, FailureKind
from service.redaction import redact

_LONGEST_MESSAGE: Final = 1000
_TIMEOUTS: Final = (ConnectTimeoutError, ReadTimeoutError)
_NO_CREDENTIALS: Final = (NoCredentialsError, PartialCredentialsError, ProfileNotFound)
_THROTTLED: Final = re.compile(
    r"throttl|toomanyrequests|requestlimitexceeded|slowdown|limitexceededexception", re.IGNORECASE
)
_DENIED: Final = re.compile(
    r"accessdenied|unauthorized|notauthorized|forbidden|^authorizationerror|^403$", re.IGNORECASE
)
_NOT_FOUND: Final = re.compile(r"notfound|nosuch|doesnotexist|nonexistent|notinuse", re.IGNORECASE)
_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE)
_SERVER_ERROR: Final = 500
_FORBIDDEN: Final = "403"


class CollectorError(Exception):
    """Base of the errors by which collectors tell each other that something stays unknown."""


class UnansweredError(CollectorError):
    """A call that cannot be made; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class OverBudgetError(CollectorError):
    """A call that would be more than the budget allows."""


def error_code(error: BaseException) -> str | None:
    """AWS's own code of an error; None where none was sent."""
    if not isinstance(error, ClientError):
        return None
    code = error.response.get("Error", {}).get("Code")
    return str(code) if code else None


def message_of(error: BaseException) -> str:
    """An error as one text without secrets; a page of markup is named, not shown."""
    if not isinstance(error, (ClientError, BotoCoreError, OSError)) or _is_page(error):
        # boto3 raises almost anything where a body is not what its model says.
        return "the answer is no answer of AWS: a page of markup or a broken document"
    return redact(str(error))[:_LONGEST_MESSAGE]


def kind_of(error: BaseException) -> FailureKind:
    """Why the call told nothing."""
    if isinstance(error, _TIMEOUTS):
        return FailureKind.TIMED_OUT
    if isinstance(error, _NO_CREDENTIALS):
        return FailureKind.NO_CONNECTION
    if isinstance(error, ParamValidationError):
        return FailureKind.REFUSED
    code = error_code(error)
    if code is None or _is_page(error) or _status(error) >= _SERVER_ERROR:
        # What is no error of a service: an unreachable host, a proxy's page, a broken document, a fault of AWS's.
        return FailureKind.UNAVAILABLE
    if code.isdigit() and code != _FORBIDDEN:
        # A bare status stands for a body that was no error of a service.
        return FailureKind.UNAVAILABLE
    for pattern, kind in (
        (_THROTTLED, FailureKind.THROTTLED),
        (_DENIED, FailureKind.DENIED),
        (_NOT_FOUND, FailureKind.NOT_FOUND),
    ):
        if pattern.search(code):
            return kind
    return FailureKind.REFUSED


def denial_of(error: BaseException) -> Denial | None:
    """What our own interpreter reads in an error: the denial, or what it is instead."""
    if not isinstance(error, ClientError) or _is_page(error):
        return None
    found = interpret(redact(str(error)))
    return found[0] if found else None


def _status(error: BaseException) -> int:
    response: Any = getattr(error, "response", None) or {}
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status if isinstance(status, int) else 0


def _is_page(error: BaseException) -> bool:
    """Whether the body was a page: the code is then the bare HTTP status and the message markup."""
    if not isinstance(error, ClientError):
        return False
    found = error.response.get("Error", {})
    return str(found.get("Code", "")).isdigit() and bool(_MARKUP.match(str(found.get("Message", ""))))
