"""From the marks and the message of one error to what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.interpret import codes, services
from iam.interpret.clues import CERTAIN, Wrapper
from iam.interpret.denial import Denial, NotAccessDeniedKind
from iam.interpret.fields import account_of, region_of
from iam.interpret.places import endpoint, has_extended_request_id, in_s3_error, s3_arn
from iam.interpret.sentences import Sentence

if TYPE_CHECKING:
    from iam.interpret.groups import Group
    from iam.interpret.unwrap import Text

BARE_STATUS: Final = re.compile(r"(?<![\w.:-])403(?![\w.:-]\w)")
_STATED: Final = ("action", "resource", "principal", "policy_arn", "authorization_id", "encoded_message")
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
_BESIDE: Final = 24
_NEAR: Final = 300
_APP_USER: Final = re.compile(
    r"cognito-?identity-?provider|cognito-idp|user ?pool|refresh token|secret hash|password attempts|initiateauth|"
    r"user is disabled",
    re.IGNORECASE,
)
_APP_USERS: Final = frozenset(
    "InitiateAuth RespondToAuthChallenge AdminInitiateAuth AdminRespondToAuthChallenge GetUser SignUp ConfirmSignUp "
    "ForgotPassword ConfirmForgotPassword ChangePassword GlobalSignOut GetTokensFromRefreshToken".split()
)
_SILENT: Final = Sentence(0, 0)


def denial_of(text: Text, one: Group) -> Denial | None:
    """What the group says, or None where it is no error."""
    denied, kind = _verdict(text, one)
    if not denied and kind is None:
        return None
    message = one.message or one.weak or _SILENT
    values: dict[str, str | None] = {name: getattr(message, name) for name in _STATED}
    inferred = set(message.inferred)
    if values["principal"] is None and Wrapper.EVENT in one.wrappers:
        values["principal"] = one.principal
    operation = message.operation or one.operation
    host_service, host_region = endpoint(text.clean, one.start, one.end) if one.message is None else (None, None)
    service, implied = _service(message, one.service or host_service, operation, one.code)
    inferred -= {"service"}
    inferred |= {"service"} if implied else set()
    if denied and values["action"] is None and (action := services.action_of(service, operation)):
        values["action"] = action
        inferred.add("action")
    if service in {None, "s3"}:
        is_s3, arn = in_s3_error(text.clean, one.start) if Wrapper.XML in one.wrappers else (False, None)
        if service is None and (is_s3 or has_extended_request_id(text.clean, one.start, one.end)):
            service = "s3"
            inferred.add("service")
        if values["resource"] is None and (arn := arn or s3_arn(text.clean, one.start, one.end)):
            values["resource"] = arn
            inferred.add("resource")
    return Denial(
        is_access_denied=denied,
        error_code=one.code or _status_code(text, one),
        operation=operation,
        policy_type=message.policy_type,
        effect=message.effect,
        request_id=one.request_id,
        service=service,
        account_id=account_of(values["principal"]),
        region=_region(values["resource"]) or one.region or host_region or message.region,
        not_access_denied_kind=kind,
        span=text.in_source(one.start, one.end),
        inferred=tuple(name for name in ("action", "resource", "service") if name in inferred),
        **values,
    )


def _verdict(text: Text, one: Group) -> tuple[bool, NotAccessDeniedKind | None]:
    """Whether access was denied, and if not, what the error is; (False, None) for no error at all."""
    if one.message is not None:
        return one.message.kind is None, one.message.kind
    if codes.is_denial(one.code):
        app_user = one.code is not None and codes.normalise(one.code) == "notauthorized" and _of_app_user(text, one)
        return (False, NotAccessDeniedKind.OTHER) if app_user else (True, None)
    if kind := codes.kind_of(one.code):
        return False, kind
    if one.status == _FORBIDDEN or one.weak is not None:
        return True, None
    if one.status == _NOT_FOUND:
        return False, NotAccessDeniedKind.NOT_FOUND
    unknown = one.code is not None and one.wrappers & CERTAIN
    return False, NotAccessDeniedKind.OTHER if unknown else None


def _of_app_user(text: Text, one: Group) -> bool:
    """Whether a `NotAuthorizedException` is Cognito's answer to the user of an app (E.6)."""
    if one.service == "cognito-idp" or one.operation in _APP_USERS:
        return True
    return _APP_USER.search(text.clean, max(0, one.start - _NEAR), one.end + _NEAR) is not None


def _service(message: Sentence, stated: str | None, operation: str | None, code: str | None) -> tuple[str | None, bool]:
    """The service of the denied action, and whether it is only implied: by an operation, a code, a wording."""
    if message.action and ":" in message.action:
        return message.action.partition(":")[0].lower(), "action" in message.inferred and stated is None
    if stated:
        return stated, False
    if message.service:
        return services.prefix_of(message.service), "service" in message.inferred
    if operation and operation.startswith("AWS::"):
        return services.prefix_of(operation.split(":")[2]), True
    guess = services.service_of(operation) if operation else None
    if guess is None and (message.encoded_message or (code and codes.normalise(code) == "unauthorizedoperation")):
        guess = "ec2"
    return guess, guess is not None


def _status_code(text: Text, one: Group) -> str | None:
    """A 403 that stands beside an everyday refusal which has no other code."""
    if one.message is not None or one.wrappers - {Wrapper.URL}:
        return None
    found = BARE_STATUS.search(text.clean, max(0, one.start - _BESIDE), one.end + _BESIDE)
    return found.group() if found else None


def _region(resource: str | None) -> str | None:
    if resource and resource.startswith("http"):
        return services.of_host(resource.partition("://")[2].partition("/")[0])[1]
    return region_of(resource)
