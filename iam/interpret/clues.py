"""A mark around an error: a code, an operation, a request id, and the program that put it there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Place(Enum):
    """Where a mark stands with regard to the message it belongs to."""

    BEFORE = auto()
    AFTER = auto()
    EITHER = auto()


class Wrapper(Enum):
    """What kind of mark it is, by the program that writes it (E.5)."""

    CLI = auto()  # "An error occurred (AccessDenied) when calling the GetObject operation:", botocore and the AWS CLI
    GO_OPERATION = auto()  # "operation error S3: GetObject,", SDK for Go v2
    GO_RESPONSE = auto()  # "https response error StatusCode: 403, …, api error AccessDenied:"
    GO_V1 = auto()  # "status code: 403, request id: …"
    JAVA = auto()  # "(Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: …)"
    CLASS = auto()  # "software.amazon.awssdk.services.s3.model.S3Exception", and the names of Java, .NET and botocore
    RUBY = auto()  # "Aws::S3::Errors::AccessDenied"
    PHP = auto()  # "Error executing "PutObject" on "https://…""
    DOTNET = auto()  # "Error making request with Error Code Forbidden and Http Status Code Forbidden"
    XML = auto()  # "<Code>AccessDenied</Code>"
    HANDLER = auto()  # "HandlerErrorCode: AccessDenied", CloudFormation
    API = auto()  # "API: iam:CreateRole", CloudFormation before its registry
    KMS = auto()  # "KMS Exception: AccessDeniedException KMS Message:", Lambda
    EVENT = auto()  # "eventName", "eventSource", "awsRegion" of a CloudTrail record
    EVENT_PRINCIPAL = auto()
    FIELD = auto()  # "code: 'AccessDenied'", JSON, YAML and printed objects
    OPERATION = auto()
    REGION = auto()
    STATUS = auto()
    REQUEST_ID = auto()
    URL = auto()
    PREFIX = auto()  # "AccessDenied:"
    BARE = auto()  # a code that stands alone


# Marks that AWS's own programs write around every error: a code they carry is AWS's even when we do not know it.
CERTAIN = frozenset({Wrapper.CLI, Wrapper.GO_RESPONSE, Wrapper.JAVA, Wrapper.RUBY, Wrapper.XML})
STATED, NAMED, IMPLIED, OUTER = 3, 2, 1, 0


@dataclass(slots=True)
class Clue:
    """One mark, `[start, end)` in clean text.

    `weight` says how far a code is to be trusted: stated by a wrapper, named before a colon, implied by a class, or
    given by something around the error proper.
    """

    start: int
    end: int
    place: Place
    wrapper: Wrapper
    code: str | None = None
    weight: int = OUTER
    operation: str | None = None
    service: str | None = None
    request_id: str | None = None
    status: int | None = None
    region: str | None = None
    principal: str | None = None
