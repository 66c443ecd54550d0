"""The wordings of AWS's messages beside its main sentence: of denials (E.2, E.4), and of look-alikes (E.6).

Patterns are for squeezed text: no white space, lower case. Their groups name the fields that a message states.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from iam.checks import PolicyType
from iam.interpret.denial import NotAccessDeniedKind as Kind


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording. `needle` is a part of it that is quick to look for.

    `kind` marks a look-alike, `weak` a wording that says only that something was refused. `service` and `action` are
    what the wording implies. A `rest` says that a field follows: the resource after "on" (`lake`), as the next word
    (`word`) or as an ARN (`arn`), or the `service`.
    """

    needle: str
    pattern: re.Pattern[str]
    kind: Kind | None = None
    weak: bool = False
    service: str | None = None
    action: str | None = None
    policy_type: PolicyType | None = None
    rest: str = ""


_ARN: Final = r"arn:[a-z-]{3,12}:[^'\"\s,;)]{4,400}?"
_ASSUME: Final = "sts:AssumeRole"


def _denial(
    needle: str,
    pattern: str | None = None,
    *,
    weak: bool = False,
    service: str | None = None,
    action: str | None = None,
    policy_type: PolicyType | None = None,
    rest: str = "",
) -> Wording:
    compiled = re.compile(pattern or re.escape(needle))
    return Wording(needle, compiled, weak=weak, service=service, action=action, policy_type=policy_type, rest=rest)


def _lookalike(kind: Kind, needle: str, pattern: str | None = None, *, service: str | None = None) -> Wording:
    return Wording(needle, re.compile(pattern or re.escape(needle)), kind=kind, service=service)


DENIALS: Final = (
    _denial(
        "accesstotheresource",
        rf"accesstotheresource(?P<resource>https?://[^'\"<>]{{1,400}}?|{_ARN})isdenied\.?",
        service="sqs",
    ),
    _denial("rolesmaynotbeassumedbyrootaccounts", service="sts", action=_ASSUME),
    _denial("cross-accountpassroleisnotallowed", action="iam:PassRole"),
    _denial(
        "theciphertextrefer",
        r"theciphertextrefer(?:stoacustomermasterkey|encesakey)that.{0,120}?access\.?",
        service="kms",
        action="kms:Decrypt",
    ),
    _denial(
        "insufficientlakeformationpermission",
        r"insufficientlakeformationpermissions?(?:\(s\))?:?",
        service="lakeformation",
        policy_type=PolicyType.LAKE_FORMATION_GRANT,
        rest="lake",
    ),
    _denial(
        "isnotauthorizedtoaccessthisresource",
        rf"user:?(?P<principal>{_ARN}|[\w@=.+/-]{{1,120}}?)?isnotauthorizedtoaccessthisresource",
    ),
    _denial("notauthorizedtoaccessresource", r"notauthorizedtoaccessresource:?", rest="word"),
    _denial(
        "isnotallowedtoexecute",
        r"principal\[(?P<principal>[^\[\]]{1,400})\]isnotallowedtoexecute\[(?P<action>[^\[\]]{1,100})\]ontheresource",
    ),
    _denial("noaccesstoanyrequestedresource"),
    _denial(
        "haveaccesstothemodelwiththespecifiedmodelid",
        r"you(?:don't|donot)haveaccesstothemodelwiththespecifiedmodelid\.?",
        service="bedrock",
    ),
    _denial(
        "havepermissionstoaccessthisresource",
        r"you(?:don't|donot)havepermissionstoaccessthisresource\.?",
    ),
    _denial("accesstokmsisnotallowed"),
    _denial(
        "accessasecretfromadifferentawsaccount",
        r"youcan'taccessasecretfromadifferentawsaccount[^.]{0,120}\.?",
        service="secretsmanager",
    ),
    _denial(
        "becausekmsaccesswasdenied",
        r"unabletodecrypttheenvironmentvariablesbecausekmsaccesswasdenied",
        action="kms:Decrypt",
        weak=True,
    ),
    _denial(
        "northeregionaloneisauthorizedtoassume",
        r"neithertheglobalserviceprincipal(?P<principal>[a-z0-9.-]{4,80}),"
        r"northeregionaloneisauthorizedtoassumetheprovidedrole",
        action=_ASSUME,
    ),
    _denial(
        "isnotauthorizedtocreatemanaged-rule",
        rf"[\"'](?P<principal>{_ARN})[\"']isnotauthorizedtocreatemanaged-rule",
    ),
    _denial(
        "havepermissionstocall",
        r"(?:doesnot|doesn't)havepermissionstocall(?P<operation>[a-z0-9]{3,60}?)on(?=[a-z])",
        rest="service",
    ),
    _denial(
        "isnotauthorizedtoassume",
        rf"user:?(?P<principal>{_ARN})isnotauthorizedtoassume(?:iam)?(?:role)?:?[\"']?",
        action=_ASSUME,
        rest="arn",
    ),
    _denial(
        "unabletoassume",
        r"unabletoassume(?:the)?(?:provided|iam|service|execution)?role:?[\"'`]?(?=arn:)",
        action=_ASSUME,
        rest="arn",
    ),
    _denial("notassumerole", r"couldnotassumerole:?[\"'`]?(?=arn:)", action=_ASSUME, rest="arn"),
    _denial("notbeusedtoassume", r"couldnotbeusedtoassume[\"'`]?(?=arn:)", action=_ASSUME, rest="arn"),
    _denial(
        "havepermissiontoassumetheprovidedrole",
        r"(?:doesnot|doesn't)havepermissiontoassumetheprovidedrole",
        action=_ASSUME,
    ),
    _denial("isn'tauthorizedtocall", r"controllerisn'tauthorizedtocall(?P<action>[a-z0-9-]{2,40}:[a-z0-9]{3,80})"),
    _denial("insufficientpermissionstoexecutethequery", service="athena"),
    _denial(
        "requesterisnotauthorizedtoaccessrequested",
        r"(?:resourcedoesnotexistor)?requesterisnotauthorizedtoaccessrequested(?:permissions|resources)\.?",
    ),
    _denial("accessdeniedforoperation", r"accessdeniedforoperation[\"'](?P<operation>[^\"']{1,120})[\"']\.?"),
    _denial(
        "notauthorizedforimages",
        r"notauthorizedforimages:\[?(?P<resource>ami-[0-9a-z]{1,40})",
        service="ec2",
    ),
    _denial(
        "notauthorizedtouselaunchtemplate",
        r"youarenotauthorizedtouselaunchtemplate:?(?P<resource>lt-[0-9a-f]{4,40})?",
        service="ec2",
    ),
    _denial("iamuseraccess", r"iamuseraccess(?:is)?notactivated"),
    _denial(
        "pamauthenticationfailedforuser",
        r"pamauthenticationfailedforuser[\"'][^\"']{1,80}[\"']",
        action="rds-db:connect",
    ),
    _denial("anonymoususerscannot", r"anonymoususerscannot[a-z]{3,40}"),
    _denial("deniedduetoavpcendpointpolicy", r"(?:the)?requestwasdeniedduetoavpcendpointpolicy"),
    _denial(
        "requestedurlreturnederror:403",
        r"unabletoaccess[\"']https://git-codecommit[^\"']{1,300}[\"']:therequestedurlreturnederror:403",
        service="codecommit",
    ),
    _denial("accesstotheresource", r"accesstotheresourceisdenied", weak=True),
)
_PHRASES: Final = {
    Kind.EXPIRED_CREDENTIALS: """
        securitytokenincludedintherequestisexpired tokenhasexpired tokenisexpired requesthasexpired
        ssosessionassociatedwiththisprofilehasexpired credentialshaveexpired credentialshasexpired sessionhasexpired
        """,
    Kind.INVALID_CREDENTIALS: """
        securitytokenincludedintherequestisinvalid accesskeyidyouprovideddoesnotexist unabletolocatecredentials
        novalidcredentialproviders novalidcredentialsourcesfound novalidcredentialsources unabletoloadcredentials
        unabletoloadawscredentials noec2imdsrolefound loadcredentialsfromanyprovider missingauthenticationtoken
        notabletovalidatetheprovidedaccesscredentials nobasicauthcredentials credentialscouldnotbeloaded
        sessiontokennotfoundorinvalid missingcredentialsinconfig failedtoloadcredentials nocredentialsfound
        """,
    Kind.BAD_SIGNATURE: """
        requestsignaturewecalculateddoesnotmatch credentialshouldbescopedto authorizationheaderismalformed
        """,
    Kind.CLOCK_SKEW: """
        betweentherequesttimeandthecurrenttimeistoolarge signatureexpired: signaturenotyetcurrent
        """,
    Kind.REGION_DISABLED: "isnotactivatedinthisregion regionisnotenabled regionisdisabled",
    Kind.NOT_FOUND: "specifiedqueuedoesnotexist specifiedbucketdoesnotexist specifiedkeydoesnotexist",
    Kind.THROTTLED: "rateexceeded",
    Kind.OTHER: """
        notsubscribedtothisservice accepttermsandsubscribe accountiscurrentlyblocked accountmustbeverified
        noticedanissuewithyourawsaccount noticedanissuewithyouraccount requestwouldhavesucceeded,butdryrunflagisset
        cannotbeassumedby requiresasubscription needsasubscriptionfortheservice requestedaccesstotheresourceisdenied
        premiumsupportsubscriptionisrequired operationontheprotectedrole
        """,
}
LOOKALIKES: Final = (
    *(_lookalike(kind, needle) for kind, needles in _PHRASES.items() for needle in needles.split()),
    _lookalike(Kind.OTHER, 'isforbidden:user"', r'isforbidden:user"[^"]{1,300}"cannot', service="eks"),
    _lookalike(Kind.OTHER, "mustbeloggedintotheserver", service="eks"),
    _lookalike(Kind.OTHER, "nopermissionsfor[", r"nopermissionsfor\[[^\[\]]{0,300}\]anduser\[name=", service="es"),
    _lookalike(
        Kind.OTHER,
        "noaccess",
        r"forbiddenexception[^a-z]{0,20}(?:whencalling[a-z]{0,60}operation)?:?noaccess",
        service="sso",
    ),
    _lookalike(Kind.OTHER, "incorrectusernameorpassword", service="cognito-idp"),
    _lookalike(Kind.OTHER, "unauthenticatedaccessisnotsupportedforthisidentitypool", service="cognito-identity"),
    _lookalike(Kind.OTHER, "emailaddressisnotverified", service="ses"),
    _lookalike(Kind.OTHER, "requestcouldnotbesatisfied", service="cloudfront"),
    _lookalike(Kind.OTHER, "<center>awselb", service="elasticloadbalancing"),
    _lookalike(Kind.OTHER, "pullaccessdeniedfor", r"pullaccessdeniedfor(?!\d{12}\.dkr)"),
    _lookalike(Kind.OTHER, "accessdeniedforuser", r"accessdeniedforuser'[^']{0,80}'@"),
    _lookalike(Kind.OTHER, '"message":"unauthorized"'),
)
# Everyday words of a refusal: they tell nothing but that, and count only where nothing else is found or beside a code.
WEAK: Final = (
    (
        "accessdenied",
        re.compile(r"access(?:is|was)?denied(?!exception|fault|error|for(?:operation|user'|dependency))"),
    ),
    ("forbidden", re.compile(r"(?<![a-z:]is)forbidden(?!exception|:user)")),
    ("unauthorized", re.compile(r"unauthorized(?!operation|access|exception|tagging|client|sso)")),
    (
        "permission",
        re.compile(
            r"(?:do(?:es)?not|do(?:es)?n't|did(?:not|n't))have(?:the)?(?:any)?"
            r"(?:required|necessary|sufficient|correct)?permissions?|youneedpermissions"
        ),
    ),
    ("permission", re.compile(r"permission_?denied|insufficientpermissions?")),
    (
        "notauthori",
        re.compile(r"notauthori[sz]ed(?!to)|isnotauthori[sz]edto(?!perform|access|assume|create)"),
    ),
)
