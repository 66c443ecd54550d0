"""The other wordings of a denial (E.2, E.4), and the wordings of errors that only look like one (E.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from iam.checks import PolicyType
from iam.interpret.denial import NotAccessDeniedKind as Kind
from iam.interpret.fields import Wraps, between, read_arn
from iam.interpret.reasons import find_reason
from iam.interpret.sentences import Sentence

if TYPE_CHECKING:
    from iam.interpret.unwrap import Text


@dataclass(frozen=True, slots=True)
class _Wording:
    """A wording in squeezed text. `needle` is a part of it that is quick to look for; groups of `pattern` name fields."""

    needle: str
    pattern: re.Pattern[str]
    kind: Kind | None = None
    weak: bool = False
    service: str | None = None
    action: str | None = None


def _wording(needle: str, pattern: str | None = None, **rest: object) -> _Wording:
    return _Wording(needle, re.compile(pattern or re.escape(needle)), **rest)  # type: ignore[arg-type]


_ARN: Final = r"arn:[a-z-]{3,12}:[^'\"\s,;)]{4,400}?"
_DENIALS: Final = (
    _wording("accesstotheresource", rf"accesstotheresource(?P<resource>https?://[^'\"<>]{{1,400}}?|{_ARN})isdenied\.?", service="sqs"),
    _wording("rolesmaynotbeassumedbyrootaccounts", service="sts", action="sts:AssumeRole"),
    _wording("cross-accountpassroleisnotallowed", action="iam:PassRole"),
    _wording("theciphertextrefer", r"theciphertextrefer(?:stoacustomermasterkey|encesakey)that.{0,120}?access\.?", service="kms", action="kms:Decrypt"),
    _wording("insufficientlakeformationpermission", r"insufficientlakeformationpermissions?(?:\(s\))?:?", service="lakeformation"),
    _wording(
        "isnotauthorizedtoaccessthisresource",
        rf"user:?(?P<principal>{_ARN}|[\w@=.+/-]{{1,120}}?)?isnotauthorizedtoaccessthisresource",
    ),
    _wording("notauthorizedtoaccessresource", r"notauthorizedtoaccessresource:?(?P<rest>)"),
    _wording(
        "isnotallowedtoexecute",
        r"principal\[(?P<principal>[^\[\]]{1,400})\]isnotallowedtoexecute\[(?P<action>[^\[\]]{1,100})\]ontheresource",
    ),
    _wording("noaccesstoanyrequestedresource"),
    _wording("haveaccesstothemodelwiththespecifiedmodelid", r"you(?:don't|donot)haveaccesstothemodelwiththespecifiedmodelid\.?", service="bedrock"),
    _wording("havepermissionstoaccessthisresource", r"you(?:don't|donot)havepermissionstoaccessthisresource\.?"),
    _wording("accesstokmsisnotallowed"),
    _wording("accessasecretfromadifferentawsaccount", r"youcan'taccessasecretfromadifferentawsaccount[^.]{0,120}\.?", service="secretsmanager"),
    _wording("becausekmsaccesswasdenied", r"unabletodecrypttheenvironmentvariablesbecausekmsaccesswasdenied", action="kms:Decrypt", weak=True),
    _wording(
        "northeregionaloneisauthorizedtoassume",
        r"neithertheglobalserviceprincipal(?P<principal>[a-z0-9.-]{4,80}),northeregionaloneisauthorizedtoassumetheprovidedrole",
        action="sts:AssumeRole",
    ),
    _wording("isnotauthorizedtocreatemanaged-rule", rf"[\"'](?P<principal>{_ARN})[\"']isnotauthorizedtocreatemanaged-rule"),
    _wording("havepermissionstocall", r"(?:doesnot|doesn't)havepermissionstocall(?P<operation>[a-z0-9]{3,60})on(?P<on>[a-z0-9]{2,30})"),
    _wording(
        "isnotauthorizedtoassume",
        rf"user:?(?P<principal>{_ARN})isnotauthorizedtoassume(?:iam)?(?:role)?:?[\"']?(?P<resource>arn:[a-z-]{{3,12}}:iam::\d{{12}}:role/[\w+=,.@/-]{{1,200}})?",
        action="sts:AssumeRole",
    ),
    _wording("unabletoassume", rf"unabletoassume(?:the)?(?:provided|iam|service|execution)?role[\"']?(?P<resource>{_ARN})(?=[\"']|that|\.?please|\.?check|,)", action="sts:AssumeRole"),
    _wording("notassumerole", rf"couldnotassumerole[\"']?(?P<resource>{_ARN})(?=[\"']|\.?please|,)", action="sts:AssumeRole"),
    _wording("notbeusedtoassume", rf"couldnotbeusedtoassume[\"'](?P<resource>{_ARN})[\"']", action="sts:AssumeRole"),
    _wording("havepermissiontoassumetheprovidedrole", r"(?:doesnot|doesn't)havepermissiontoassumetheprovidedrole", action="sts:AssumeRole"),
    _wording("insufficientpermissionstoexecutethequery", service="athena"),
    _wording("requesterisnotauthorizedtoaccessrequested", r"(?:resourcedoesnotexistor)?requesterisnotauthorizedtoaccessrequested(?:permissions|resources)\.?"),
    _wording("accessdeniedforoperation", r"accessdeniedforoperation[\"'](?P<operation>[^\"']{1,120})[\"']\.?"),
    _wording("notauthorizedforimages", r"notauthorizedforimages:\[?(?P<resource>ami-[0-9a-z]{1,40})", service="ec2"),
    _wording("iamuseraccessnotactivated"),
    _wording("iamuseraccessisnotactivated"),
    _wording("pamauthenticationfailedforuser", r"pamauthenticationfailedforuser[\"'][^\"']{1,80}[\"']", action="rds-db:connect"),
    _wording("anonymoususerscannot", r"anonymoususerscannot[a-z]{3,40}"),
    _wording("deniedduetoavpcendpointpolicy", r"(?:the)?requestwasdeniedduetoavpcendpointpolicy"),
    _wording("requestedurlreturnederror:403", r"unabletoaccess[\"']https://git-codecommit[^\"']{1,300}[\"']:therequestedurlreturnederror:403", service="codecommit"),
    _wording("accesstotheresource", r"accesstotheresourceisdenied", weak=True),
    _wording("rejectedbythekmsaccesspolicy"),
)  # fmt: skip
_LOOKALIKES: Final = tuple(
    _wording(needle, kind=kind)
    for kind, needles in {
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
        Kind.NOT_FOUND: """
            specifiedqueuedoesnotexist specifiedbucketdoesnotexist specifiedkeydoesnotexist
            """,
        Kind.THROTTLED: "rateexceeded",
        Kind.OTHER: """
            notsubscribedtothisservice accepttermsandsubscribe accountiscurrentlyblocked accountmustbeverified
            noticedanissuewithyourawsaccount noticedanissuewithyouraccount requestwouldhavesucceeded,butdryrunflagisset
            cannotbeassumedby requiresasubscription needsasubscriptionfortheservice
            requestedaccesstotheresourceisdenied
            """,
    }.items()
    for needle in needles.split()
) + (
    _wording('isforbidden:user"', r'isforbidden:user"[^"]{1,300}"cannot', kind=Kind.OTHER, service="eks"),
    _wording("nopermissionsfor[", r"nopermissionsfor\[[^\[\]]{0,300}\]anduser\[name=", kind=Kind.OTHER, service="es"),
    _wording("noaccess", r"forbiddenexception[^a-z]{0,20}(?:whencalling[a-z]{0,60}operation)?:?noaccess(?![a-z])", kind=Kind.OTHER, service="sso"),
    _wording("pullaccessdeniedfor", r"pullaccessdeniedfor(?!\d{12}\.dkr)", kind=Kind.OTHER),
    _wording("accessdeniedforuser", r"accessdeniedforuser'[^']{0,80}'@", kind=Kind.OTHER),
    _wording('"message":"unauthorized"', kind=Kind.OTHER),
    _wording("<center>awselb", kind=Kind.OTHER, service="elasticloadbalancing"),
    _wording("requestcouldnotbesatisfied", kind=Kind.OTHER, service="cloudfront"),
    _wording("incorrectusernameorpassword", kind=Kind.OTHER, service="cognito-idp"),
    _wording("mustbeloggedintotheserver", kind=Kind.OTHER, service="eks"),
    _wording("emailaddressisnotverified", kind=Kind.OTHER, service="ses"),
)  # fmt: skip
_WEAK: Final = (
    ("accessdenied", re.compile(r"access(?:is|was)?denied(?!exception|fault|error|for(?:operation|user'|dependency))")),
    ("forbidden", re.compile(r"(?<![a-z:]is)forbidden(?!exception|:user)")),
    ("unauthorized", re.compile(r"unauthorized(?!operation|access|exception|tagging|client|sso)")),
    ("permission", re.compile(r"(?:doesnot|doesn't|don't|donot|didn't|didnot)have(?:the)?(?:any)?(?:required|necessary|sufficient|correct)?permissions?")),
    ("youneedpermissions", re.compile(r"youneedpermissions")),
    ("permission", re.compile(r"permission_?denied|insufficientpermissions?")),
    ("notauthori", re.compile(r"notauthori[sz]ed(?!to)|isnotauthori[sz]edto(?!perform|access|assume|create)")),
)  # fmt: skip
_LAKE: Final = re.compile(r"\s?(?:Required ([A-Za-z][A-Za-z_ ]{2,60}?) )?on ([^\s(;,\"']{1,200})")
_AFTER: Final = re.compile(r"[ \n:]{0,3}[\"'`]?([^\s\"'`,;]{1,300})")


def find_messages(text: Text) -> list[Sentence]:
    """Every message of these wordings, in order."""
    found: list[Sentence] = []
    for wording in _DENIALS + _LOOKALIKES:
        if wording.needle in text.squeezed:
            found.extend(_message(text, wording, match) for match in wording.pattern.finditer(text.squeezed))
    found.sort(key=lambda message: (message.start, -message.end))
    return found


def find_weak(text: Text) -> list[Sentence]:
    """Every everyday wording of a refusal, which tells nothing but that; in order."""
    found = [
        Sentence(text.in_clean(match.start()), text.in_clean(match.end() - 1) + 1, weak=True)
        for needle, pattern in _WEAK
        if needle in text.squeezed
        for match in pattern.finditer(text.squeezed)
    ]
    found.sort(key=lambda message: (message.start, -message.end))
    return found


def _message(text: Text, wording: _Wording, match: re.Match[str]) -> Sentence:
    message = Sentence(text.in_clean(match.start()), text.in_clean(match.end() - 1) + 1)
    message.weak, message.kind = wording.weak, wording.kind
    wraps = Wraps(text)
    for name in ("principal", "action", "resource"):
        if name in match.re.groupindex and match[name]:
            start, end = match.span(name)
            setattr(message, name, between(text, text.in_clean(start), text.in_clean(end - 1) + 1, wraps))
    if "operation" in match.re.groupindex:
        message.operation = text.original(*match.span("operation"))
    if "on" in match.re.groupindex:
        message.service = match["on"]
    if wording.action and message.action is None:
        message.action = wording.action
        message.inferred = (*message.inferred, "action")
    if wording.service:
        message.service = wording.service
        message.inferred = (*message.inferred, "service")
    _read_rest(text, wording, match, message)
    return message


def _read_rest(text: Text, wording: _Wording, match: re.Match[str], message: Sentence) -> None:
    if wording.needle == "insufficientlakeformationpermission":
        if found := _LAKE.match(text.clean, message.end):
            message.resource, message.end = found[2].rstrip("."), found.end()
        message.policy_type = PolicyType.LAKE_FORMATION_GRANT
    elif "rest" in match.re.groupindex:
        if found := _AFTER.match(text.clean, message.end):
            message.resource, message.end = found[1].rstrip("."), found.end()
    elif wording.kind is None and not wording.weak:
        reason = find_reason(text.squeezed, match.start(), min(len(text.squeezed), match.end() + 80))
        if reason and reason.start <= match.end() + 2:
            message.policy_type, message.effect = reason.policy_type, reason.effect
            message.end = max(message.end, text.in_clean(reason.end - 1) + 1)
            if reason.names_policy and text.squeezed.startswith(":", reason.end):
                message.policy_arn, message.end = read_arn(text, text.in_clean(reason.end), Wraps(text))
