"""What the wording around an error shows besides: who refused instead of IAM's policies, or how the call was made."""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from iam.interpret.denial import Denial


@unique
class Symptom(StrEnum):
    """Closed words for what an error shows that is no decision of IAM's (E.1, E.4, E.6), or that limits the call."""

    API_GATEWAY = "api_gateway"
    BLOCKED_ENCRYPTION_TYPE = "blocked_encryption_type"
    COGNITO = "cognito"
    EDGE = "edge"
    EKS = "eks"
    OBJECT_LOCK = "object_lock"
    OPENSEARCH_FGAC = "opensearch_fgac"
    ROLE_NOT_ASSUMABLE = "role_not_assumable"
    TEMPORARY_DELEGATION = "temporary_delegation"


_MESSAGE: Final = 300
"""How many code points before and after an error still belong to its message."""
_PAGE: Final = 1200
"""And how many to the page or the headers that it came with."""
_IDENTITY: Final = "userIdentity"
_BETWEEN_WORDS: Final = re.compile(r"[^A-Za-z0-9_:.<>{}\[\]\"'/-]+")
_BY_SERVICE: Final = {
    "cloudfront": Symptom.EDGE,
    "cognito-idp": Symptom.COGNITO,
    "eks": Symptom.EKS,
    "elasticloadbalancing": Symptom.EDGE,
    "es": Symptom.OPENSEARCH_FGAC,
    "execute-api": Symptom.API_GATEWAY,
}
"""What a look-alike from one of these services is."""
# API Gateway writes `message`, the URL of a Lambda function `Message` (E.4).
_GATEWAY: Final = re.compile(r'\{\\?"message\\?":\\?"(?:MissingAuthenticationToken|Forbidden|Unauthorized)\\?"\}')
_WORDINGS: Final = (
    (Symptom.BLOCKED_ENCRYPTION_TYPE, re.compile(r"blockeduploadrequeststhatspecifyserversideencryption")),
    (Symptom.OBJECT_LOCK, re.compile(r"protectedbyobjectlock")),
    (Symptom.ROLE_NOT_ASSUMABLE, re.compile(r"role.{0,120}?cannotbeassumedby")),
    (Symptom.OPENSEARCH_FGAC, re.compile(r"nopermissionsfor\[[a-z]{1,20}:")),
    (
        Symptom.COGNITO,
        re.compile(
            r"notauthorizedexception.{0,80}?(?:incorrectusernameorpassword|secrethash|useris(?:disabled|notconfirmed)"
            r"|userdoesnotexist|refreshtoken)"
        ),
    ),
    (Symptom.EDGE, re.compile(r"<code>missingkey<")),
)
_EDGE: Final = re.compile(r"x-amzn-waf-action|errorfromcloudfront")
_REFUSAL: Final = re.compile(r"403forbidden|403error|accessdenied")
_FROM_S3: Final = re.compile(r"<code>|code:(?:</?[a-z]{1,9}>){0,3}accessdenied")
_DELEGATED: Final = re.compile(r'invokedbydelegate\\?"?:(?!\\?"?null)')


def symptom_of(text: str, denial: Denial) -> Symptom | None:
    """What the text around a denial shows, in time linear in its length; None where it shows nothing of the kind.

    `text` is what the denial was read from, the JSON of the record where it is from an event.
    """
    start, end = denial.span if denial.span[1] else (0, len(text))
    identity = max(0, text.rfind(_IDENTITY, 0, start))
    if _DELEGATED.search(_squeezed(text[identity:end]).lower()):
        return Symptom.TEMPORARY_DELEGATION
    message = _squeezed(text[max(0, start - _MESSAGE) : end + _MESSAGE])
    for symptom, wording in _WORDINGS:
        if wording.search(message.lower()):
            return symptom
    if denial.action is None and denial.operation is None:
        if _GATEWAY.search(message):
            return Symptom.API_GATEWAY
        page = _squeezed(text[max(0, start - _PAGE) : end + _PAGE]).lower()
        refused = _EDGE.search(page) or ("<html" in page and _REFUSAL.search(page))
        if refused and not _FROM_S3.search(page):
            return Symptom.EDGE
    return None if denial.is_access_denied else _BY_SERVICE.get(denial.service or "")


def _squeezed(text: str) -> str:
    """The text without what separates words, where terminals and logs wrap lines."""
    return _BETWEEN_WORDS.sub("", text)
