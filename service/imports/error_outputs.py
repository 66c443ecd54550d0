"""Reads the errors of the AWS CLI that say that there is none of what was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from service.imports.fact_set import FactSet
from service.imports.origin import Origin
from service.imports.resource_outputs import put_policy, put_resource
from service.imports.shapes import Json, Kind

_ERROR: Final = re.compile(r"An error occurred \(([A-Za-z.]{1,80})\) when calling the ([A-Za-z]{1,80}) operation")
_LONGEST: Final = 20_000

_NO_POLICY: Final = frozenset(
    (
        ("NoSuchBucketPolicy", "GetBucketPolicy"),
        ("NoSuchAccessPointPolicy", "GetAccessPointPolicy"),
        ("RepositoryPolicyNotFoundException", "GetRepositoryPolicy"),
        ("PolicyNotFoundException", "GetResourcePolicy"),
        ("PolicyNotFound", "DescribeFileSystemPolicy"),
    )
)
_NO_SETTING: Final[dict[tuple[str, str], Json]] = {
    ("OwnershipControlsNotFoundError", "GetBucketOwnershipControls"): {"object_ownership": "ObjectWriter"},
    ("NoSuchTagSet", "GetBucketTagging"): {"tags": {}},
}


def is_error_output(value: Any, _origin: Origin) -> bool:
    """Whether a document is the text of an error of the AWS CLI."""
    return isinstance(value, str) and len(value) <= _LONGEST and _ERROR.search(value) is not None


def read_error_output(value: str, origin: Origin) -> FactSet:
    """What an error says for certain (`G.1`, `G.2`); any other error, above all a denied call, leaves all unknown."""
    found = FactSet()
    error = _ERROR.search(value)
    key = (error[1], error[2]) if error is not None else ("", "")
    arn = origin.arn
    if key in _NO_POLICY:
        _about(arn, origin, found, lambda known: put_policy(known, None, origin, found))
    elif key in _NO_SETTING:
        _about(arn, origin, found, lambda known: put_resource(known, _NO_SETTING[key], origin, found))
    elif key[0] == "NoSuchPublicAccessBlockConfiguration":
        if origin.is_account:
            found.put(Kind.ACCOUNT, origin.subject, {"block_public_access": None})
        else:
            _about(arn, origin, found, lambda known: put_resource(known, {"block_public_access": None}, origin, found))
    elif key[0] == "AWSOrganizationsNotInUseException":
        account = origin.subject if origin.is_account else origin.account_id
        if account is None:
            found.note(f"{origin.name}: it does not say of which account it is")
        found.put(Kind.ACCOUNT, account, {"organization": None})
    else:
        found.note(f"{origin.name}: the call failed with `{key[0]}`, so what it asked for stays unknown")
    return found


def _about(arn: str | None, origin: Origin, found: FactSet, put: Callable[[str], None]) -> None:
    if arn is None:
        found.note(f"{origin.name}: it does not say of which resource it is: name the file by the ARN")
    else:
        put(arn)
