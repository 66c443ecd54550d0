"""Error codes: which are access denials (E.3) and which only look like one (E.6)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from iam.interpret.denial import NotAccessDeniedKind as Kind

_DENIALS: Final = frozenset(
    """
    accessdenied accessdeniedbypolicy accessforbidden accessdeniedfordependency alldeniedaccess allaccessdisabled
    authorizationerror authfailure dependencyaccessdenied dependentserviceaccessdenied ec2accessdenied
    encryptionkeyaccessdenied forbidden forbiddenexception iamrolemissingpermissions
    insufficientdependencyserviceaccesspermission insufficientpermissions insufficientprivileges
    invaliddeliverychannelpermission kms.accessdenied kmsaccessdenied kmskeynotaccessible
    logdestinationpermission nopermission notauthorized operationnotpermitted organizationaccessdenied
    permissionsdenied s3accessdenied snsnoauthorization unauthorized unauthorizedaccess unauthorizedoperation
    unauthorizedresourceaccess unauthorizedtagging unauthorizedtaggingoperation vpceaccessdenied
    waflogdestinationpermissionissue missingpermissions 403 403forbidden insufficientlakeformationpermissions
    accessdeniederror
    """.split()
)
_LOOKALIKES: Final[dict[Kind, str]] = {
    Kind.EXPIRED_CREDENTIALS: """
        expiredtoken expired requestexpired tokenrefreshrequired expiredtokenexception ssotokenload
        unauthorizedssotoken ssoexpiredtoken tokenretrieval expiredcredentials credentialsexpired
        """,
    Kind.INVALID_CREDENTIALS: """
        invalidclienttokenid unrecognizedclient invalidaccesskeyid invalidtoken missingauthenticationtoken
        missingauthenticationtokenexception missingsecurityheader nocredentials nocredentialproviders
        credentialsprovider partialcredentials credentialretrieval invalididentitytoken notokenprovided
        cancredentialsload tokenload ssotokenprovider missingtoken invalidsecurity invalidsecuritytoken
        nocredentialsproviders nocredentialsproviderserror
        """,
    Kind.BAD_SIGNATURE: """
        signaturedoesnotmatch invalidsignature incompletesignature authorizationheadermalformed
        authorizationqueryparameters xamzcontentsha256mismatch missingsignature signatureversionnotsupported
        """,
    Kind.CLOCK_SKEW: "requesttimetooskewed requestinthefuture signatureexpired requestnotyetvalid",
    Kind.NOT_FOUND: """
        nosuchbucket nosuchkey nosuchentity nosuchupload nosuchversion nosuchbucketpolicy resourcenotfound notfound 404
        404notfound nonexistentqueue aws.simplequeueservice.nonexistentqueue queuedoesnotexist repositorynotfound
        imagenotfound parameternotfound functionnotfound clusternotfound servicenotfound tablenotfound
        entitynotfound nosuchhostedzone loadbalancernotfound targetgroupnotfound dbinstancenotfound
        nosuchdistribution stacknotfound secretnotfound keynotfound usernotfound rolenotfound topicnotfound
        """,
    Kind.THROTTLED: """
        throttling throttled throttlingexception requestthrottled requestlimitexceeded slowdown toomanyrequests
        provisionedthroughputexceeded servicequotaexceeded limitexceeded quotaexceeded requestratetoohigh
        bandwidthlimitexceeded dbclusterquotaexceeded topiclimitexceeded maxattemptsexceeded priorrequestnotcomplete
        transactioninprogress ec2throttled kmsthrottling instancelimitexceeded vcpulimitexceeded 429 toomanybuckets
        addresslimitexceeded vpclimitexceeded resourcelimitexceeded requestthrottledexception subscriptionlimitexceeded
        """,
    Kind.REGION_DISABLED: "regiondisabled",
    Kind.OTHER: """
        messagerejected optinrequired subscriptionrequired notsignedup accountproblem pendingverification blocked
        invalidpayer invalidkeyusage
        validation validationerror invalidparameter invalidparametervalue invalidparametercombination
        malformedpolicydocument malformedpolicy invalidprincipal packedpolicytoolarge invalidrequest
        kmsinvalidstate disabled kms.disabled kmsoptinrequired kms.kmsinvalidstate kmsdisabled kms.notfound
        permanentredirect temporaryredirect illegallocationconstraint unmodifiableentity dryrunoperation
        unauthorizedclient invalidgrant invalidobjectstate awsorganizationsnotinuse internalerror internalfailure
        serviceunavailable internalserviceerror serviceinternalerror generalserviceexception invalidciphertext
        entityalreadyexists resourcealreadyexists alreadyexists alreadyexistsexception conflict conditionalcheckfailed
        invalidauthorizationmessage invalidrole invalidinput badrequest bucketalreadyexists bucketalreadyownedbyyou
        bucketnotempty dependencyviolation deleteconflict invalidaction invalidbucketname incorrectstate
        preconditionfailed entitytoolarge malformedxml missingparameter unknownoperation operationaborted
        resourceinuse resourceconflict notstabilized invalidzone invalidarn repositoryalreadyexists
        invalidsubnet userunconfirmed userpoolnotfound passwordresetrequired
        """,
}
_KINDS: Final = {code: kind for kind, codes in _LOOKALIKES.items() for code in codes.split()}
# Names that every program uses for its own errors: they count only where AWS's wrappers state them.
_COMMON: Final = frozenset(
    """
    forbidden unauthorized notfound 403 404 429 blocked disabled validation conflict badrequest expired notauthorized
    invalidinput invalidrequest throttled invalidrole internalerror alreadyexists 403forbidden 404notfound invalidtoken
    validationerror throttling limitexceeded usernotfound serviceunavailable quotaexceeded missingtoken invalidgrant
    incorrectstate keynotfound rolenotfound tokenload slowdown toomanyrequests
    """.split()
)
_TAILS: Final = ("exception", "fault", "error", "errorexception")
_NAMESPACE: Final = re.compile(r"^(?:.*#|client\.|server\.)", re.IGNORECASE)


@lru_cache(maxsize=2048)
def normalise(code: str) -> str:
    """A code for comparison (E-20): lower case, without `Client.`, namespace and `Exception`, `Fault` or `Error`."""
    name = _NAMESPACE.sub("", code.strip().rstrip(":")).replace(" ", "").replace("_", "").lower()
    for tail in _TAILS:
        if name.endswith(tail) and name[: -len(tail)] in _DENIALS | _KINDS.keys():
            return name[: -len(tail)]
    return name


def is_denial(code: str | None) -> bool:
    """Whether `code` says that access was denied."""
    return code is not None and normalise(code) in _DENIALS


def kind_of(code: str | None) -> Kind | None:
    """What a code that is no denial means, or None where it is unknown or is a denial."""
    if code is None:
        return None
    name = normalise(code)
    if name in _KINDS:
        return _KINDS[name]
    if name in _DENIALS:
        return None
    if (
        name.endswith(("notfound", "notfoundexception", "notfoundfault"))
        or ".notfound" in name
        or name.startswith("nosuch")
    ):
        return Kind.NOT_FOUND
    if "throttl" in name or name.endswith(
        ("limitexceeded", "quotaexceeded", "limitexceededexception", "quotaexceededfault")
    ):
        return Kind.THROTTLED
    return None


def is_known(code: str) -> bool:
    """Whether `code` is in one of the tables."""
    name = normalise(code)
    return name in _DENIALS or name in _KINDS


def is_distinctive(code: str) -> bool:
    """Whether `code`, standing alone in a log, is AWS's: in a table, and no everyday word."""
    name = normalise(code)
    if name in _COMMON:
        return (
            name != code.lower() and code[:1].isupper() and not code.islower() and code.endswith(("Exception", "Fault"))
        )
    return name in _DENIALS or name in _KINDS


def stated(code: str) -> str | None:
    """`code` as a field: the type without its namespace; None for placeholders such as `null`."""
    value = code.strip().strip("\"'`*:").rstrip(".\u2026")
    value = value.rsplit("#", 1)[-1]
    return None if value.lower() in {"", "null", "none", "nil", "undefined", "unknown", "unknownerror"} else value
