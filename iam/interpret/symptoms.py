"""What the wording around an error shows besides: who refused instead of IAM's policies, or how the call was made."""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from iam.interpret.codes import normalise
from iam.interpret.denial import NotAccessDeniedKind

if TYPE_CHECKING:
    from iam.interpret.denial import Denial


@unique
class Symptom(StrEnum):
    """Closed words for what an error shows that is no decision of IAM's (E.1, E.4, E.6), or that limits the call."""

    API_GATEWAY = "api_gateway"
    BLOCKED_ENCRYPTION_TYPE = "blocked_encryption_type"
    CANNOT_ASSUME = "cannot_assume"
    COGNITO = "cognito"
    DATABASE_LOGIN = "database_login"
    DATA_LAKE = "data_lake"
    DEPENDENCY_DENIED = "dependency_denied"
    EDGE = "edge"
    EKS = "eks"
    FOREIGN_BUCKET_POLICY = "foreign_bucket_policy"
    FOREIGN_ROLE_PASSED = "foreign_role_passed"
    FUNCTION_URL = "function_url"
    GIT = "git"
    IMAGE_NOT_SHARED = "image_not_shared"
    KEY_DENIED = "key_denied"
    KEY_NOT_ACCESSIBLE = "key_not_accessible"
    LAMBDA_AUTHORIZER = "lambda_authorizer"
    LOG_DESTINATION = "log_destination"
    MANAGEMENT_ACCOUNT_ONLY = "management_account_only"
    NOT_ENABLED = "not_enabled"
    NO_SERVICE_LINKED_ROLE = "no_service_linked_role"
    NO_SUCH_IMAGE = "no_such_image"
    OBJECT_LOCK = "object_lock"
    OPENSEARCH_FGAC = "opensearch_fgac"
    POLICY_TOO_LARGE = "policy_too_large"
    PRESIGNED_URL = "presigned_url"
    PROTECTED_ROLE = "protected_role"
    ROLE_NOT_ASSUMABLE = "role_not_assumable"
    ROOT_ASSUMES = "root_assumes"
    SECRET_OF_DEFAULT_KEY = "secret_of_default_key"  # noqa: S105  a symptom, no secret
    SERVICE_ROLE = "service_role"
    SIGN_IN_AGAIN = "sign_in_again"
    SSO_NOT_ASSIGNED = "sso_not_assigned"
    TAGGING_DENIED = "tagging_denied"
    TEMPORARY_DELEGATION = "temporary_delegation"
    TOPIC_DENIED = "topic_denied"
    UNSIGNED = "unsigned"

    @property
    def is_ambiguous(self) -> bool:
        """Whether the same may be said where something else is the cause."""
        return self in _AMBIGUOUS


_AMBIGUOUS: Final = frozenset(
    (
        Symptom.CANNOT_ASSUME,
        Symptom.DATABASE_LOGIN,
        Symptom.DATA_LAKE,
        Symptom.DEPENDENCY_DENIED,
        Symptom.FOREIGN_BUCKET_POLICY,
        Symptom.FUNCTION_URL,
        Symptom.GIT,
        Symptom.KEY_DENIED,
        Symptom.KEY_NOT_ACCESSIBLE,
        Symptom.LOG_DESTINATION,
        Symptom.MANAGEMENT_ACCOUNT_ONLY,
        Symptom.NO_SUCH_IMAGE,
        Symptom.TOPIC_DENIED,
    )
)


_MESSAGE: Final = 300
"""How many code points before and after an error still belong to its message."""
_PAGE: Final = 1200
"""And how many to the page or the headers that it came with."""
_IDENTITY: Final = "userIdentity"
_BETWEEN_WORDS: Final = re.compile(r"[^A-Za-z0-9_:.<>{}\[\]\"'/-]+")
_BY_SERVICE: Final = {
    "cloudfront": Symptom.EDGE,
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
    (Symptom.ROLE_NOT_ASSUMABLE, re.compile(r"role.{0,120}?cannotbeassumedby|northeregionaloneisauthorizedtoassume")),
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
_TOLD: Final = tuple(
    (symptom, re.compile(wording))
    for symptom, wording in (
        (Symptom.ROOT_ASSUMES, "rolesmaynotbeassumedbyrootaccounts"),
        (Symptom.FOREIGN_ROLE_PASSED, "cross-accountpassroleisnotallowed"),
        (Symptom.KEY_DENIED, "accesstokmsisnotallowed|becausekmsaccesswasdenied|havetherequiredkmsaccess"),
        (
            Symptom.SERVICE_ROLE,
            (
                "executionroledoesnothavepermissionstocall|isnotauthorizedtocreatemanaged-rule"
                "|additionalpermissionstoconfigurevpcsettings"
            ),
        ),
        (
            Symptom.NOT_ENABLED,
            (
                "haveaccesstothemodelwiththespecifiedmodelid|notsubscribedtothisservice|accepttermsandsubscribe"
                "|needsasubscriptionfortheservice|premiumsupportsubscriptionisrequired|accountiscurrentlyblocked"
                "|accountmustbeverified|noticedanissuewithyour(?:aws)?account|emailaddressisnotverified"
                "|allaccesstothis(?:object|bucket)hasbeendisabled"
            ),
        ),
        (Symptom.IMAGE_NOT_SHARED, "notauthorizedforimages"),
        (Symptom.UNSIGNED, "anonymoususerscannot"),
        (Symptom.FUNCTION_URL, "troubleshootingfunctionurlauthorization"),
        (
            Symptom.SECRET_OF_DEFAULT_KEY,
            "asecretfromadifferentawsaccountifyouencryptthesecretwiththedefaultkmsservicekey",
        ),
        (Symptom.DATA_LAKE, "insufficientpermissionstoexecutethequery|requesterisnotauthorizedtoaccessrequested"),
        (Symptom.GIT, "git-codecommit[^'\"]{1,300}['\"]?:therequestedurlreturnederror:403"),
        (Symptom.DATABASE_LOGIN, "pamauthenticationfailedforuser"),
        (Symptom.POLICY_TOO_LARGE, "maximumpolicysize|exceedquotafor(?:polic|acl)"),
        (Symptom.PROTECTED_ROLE, "ontheprotectedrole"),
        (Symptom.COGNITO, "unauthenticatedaccessisnotsupportedforthisidentitypool"),
        (Symptom.NO_SUCH_IMAGE, "repositorydoesnotexistormayrequire"),
        (Symptom.CANNOT_ASSUME, "couldnotbeusedtoassume"),
    )
)
"""Messages that say themselves what is the matter (E.2, E.4, E.6), in lower case and without what separates words."""
_BY_CODE: Final = {
    code: symptom
    for symptom, codes in {
        Symptom.DEPENDENCY_DENIED: "dependencyaccessdenied dependentserviceaccessdenied s3accessdenied"
        " insufficientdependencyserviceaccesspermission",
        Symptom.KEY_DENIED: "kmsaccessdenied kms.accessdenied encryptionkeyaccessdenied",
        Symptom.KEY_NOT_ACCESSIBLE: "kmskeynotaccessible",
        Symptom.LOG_DESTINATION: "logdestinationpermission waflogdestinationpermissionissue",
        Symptom.MANAGEMENT_ACCOUNT_ONLY: "organizationaccessdenied awsorganizationsnotinuse",
        Symptom.NOT_ENABLED: "allaccessdisabled invalidpayer kmsoptinrequired",
        Symptom.NO_SERVICE_LINKED_ROLE: "accessdeniedfordependency",
        Symptom.SERVICE_ROLE: "ec2accessdenied iamrolemissingpermissions",
        Symptom.SIGN_IN_AGAIN: "unauthorizedclient invalidgrant",
        Symptom.TAGGING_DENIED: "unauthorizedtagging unauthorizedtaggingoperation",
        Symptom.TOPIC_DENIED: "snsnoauthorization",
    }.items()
    for code in codes.split()
}
"""Error codes that say themselves what is the matter (E.3, E.6)."""
_APP_USER_CODES: Final = frozenset(("notauthorized", "usernotconfirmed", "userunconfirmed", "passwordresetrequired"))
_NEXT_ERROR: Final = re.compile(r"\n\s{0,40}\n|An error occurred \(|operation error |api error ")
_ORGANIZATION_ONLY: Final = "havepermissionstoaccessthisresource"
_PRESIGNED: Final = "requesthasexpired"
_AUTHORIZER: Final = "userisnotauthorizedtoaccessthisresource"
_FUNCTION_URL: Final = re.compile(r'\{\\?"Message\\?":\\?"Forbidden\\?"\}')
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
    told = _told(text, denial, start, end)
    if told is not None:
        return told
    if denial.action is None and denial.operation is None:
        if _GATEWAY.search(message):
            return Symptom.API_GATEWAY
        if _FUNCTION_URL.search(message):
            return Symptom.FUNCTION_URL
        page = _squeezed(text[max(0, start - _PAGE) : end + _PAGE]).lower()
        refused = _EDGE.search(page) or ("<html" in page and _REFUSAL.search(page))
        if refused and not _FROM_S3.search(page):
            return Symptom.EDGE
    return _of_service(denial)


def _told(text: str, denial: Denial, start: int, end: int) -> Symptom | None:
    """What the message itself, or the code, says is the matter."""
    message = ""
    if denial.policy_type is None or denial.principal is None:
        following = text[end : end + _MESSAGE]
        next_error = _NEXT_ERROR.search(following)
        before = max(0, start - _MESSAGE) if denial.principal is None else start
        message = _squeezed(text[before:end] + following[: next_error.start() if next_error else None]).lower()
        for symptom, wording in _TOLD:
            if wording.search(message):
                return symptom
        unnamed = denial.action is None and denial.operation is None and denial.principal is None
        if unnamed and _AUTHORIZER in message:
            return Symptom.LAMBDA_AUTHORIZER
        if denial.service in (None, "organizations") and _ORGANIZATION_ONLY in message:
            return Symptom.MANAGEMENT_ACCOUNT_ONLY
    if denial.policy_type is not None:
        return None
    code = normalise(denial.error_code or "")
    if code == "accessdenied" and denial.service in (None, "s3") and _PRESIGNED in message:
        return Symptom.PRESIGNED_URL
    if code == "methodnotallowed" and (denial.operation or "").endswith("BucketPolicy"):
        return Symptom.FOREIGN_BUCKET_POLICY
    if code == "forbidden" and denial.operation == "GetRoleCredentials":
        return Symptom.SSO_NOT_ASSIGNED
    return _BY_CODE.get(code)


def _of_service(denial: Denial) -> Symptom | None:
    """What a look-alike that no operation of AWS's API gave is, by the service it is from."""
    if denial.not_access_denied_kind is not NotAccessDeniedKind.OTHER:
        return None
    if denial.service == "cognito-idp" and normalise(denial.error_code or "notauthorized") in _APP_USER_CODES:
        return Symptom.COGNITO
    if denial.service == "sso" and normalise(denial.error_code or "forbidden") == "forbidden":
        return Symptom.SSO_NOT_ASSIGNED
    return _BY_SERVICE.get(denial.service or "") if denial.operation is None else None


def _squeezed(text: str) -> str:
    """The text without what separates words, where terminals and logs wrap lines."""
    return _BETWEEN_WORDS.sub("", text)
