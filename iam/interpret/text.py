"""From a pasted text to the errors it holds, each with what the text states of it (contract, POST /v1/interpretations)."""

from __future__ import annotations

import re
from typing import Final

from iam.interpret import codes, services
from iam.interpret.clues import find_clues
from iam.interpret.console import find_lists
from iam.interpret.denial import Denial, NotAccessDeniedKind
from iam.interpret.fields import account_of, region_of
from iam.interpret.groups import Group, group
from iam.interpret.merge import merge
from iam.interpret.places import endpoint, s3_arn
from iam.interpret.messages import find_messages, find_weak
from iam.interpret.sentences import find_sentences
from iam.interpret.unwrap import Text, unwrap

_AWS: Final = re.compile(
    r"\baws\b|amazon|arn:|\bs3[a-z]?\b|\biam\b|lambda|\bsts\b|\bkms\b|\bec2\b|\becr\b|\beks\b|cloudfront", re.IGNORECASE
)
_ACCESS_DENIED: Final = re.compile(r"access\s?(?:is\s|was\s)?denied", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r"(?<![\w.:-])403(?![\w.:-]\w)")
_BODY: Final = re.compile(r"\"message\"\s?:\s?\"forbidden", re.IGNORECASE)
_SHORT: Final = 200
_BESIDE: Final = 24
_NEAR: Final = 300
_APP_USER: Final = re.compile(
    r"cognito-?identity-?provider|cognito-idp|user ?pool|refresh token|secret hash|password attempts|initiateauth|user is disabled",
    re.IGNORECASE,
)
_APP_USERS: Final = frozenset(
    "InitiateAuth RespondToAuthChallenge AdminInitiateAuth AdminRespondToAuthChallenge GetUser SignUp ConfirmSignUp "
    "ForgotPassword ConfirmForgotPassword ChangePassword GlobalSignOut GetTokensFromRefreshToken".split()
)


def interpret(text: str) -> tuple[Denial, ...]:
    """Every distinct error that `text` holds, in order. Never raises; takes time linear in the length of `text`."""
    cleaned = unwrap(text)
    messages = [*find_sentences(cleaned), *find_lists(cleaned), *find_messages(cleaned), *find_weak(cleaned)]
    found = [
        (one, denial)
        for one in group(cleaned, find_clues(cleaned), messages)
        if (denial := _denial(cleaned, one)) is not None
    ]
    strong = [denial for one, denial in found if not one.bare]
    if strong:
        return merge(strong)
    plausible = [denial for one, denial in found if _plausible(cleaned, one)]
    return merge(plausible) if plausible else _forbidden(cleaned)


def _plausible(text: Text, one: Group) -> bool:
    if one.code is not None or one.message is not None:
        return True
    if _BODY.search(text.clean, one.start - 20 if one.start > 20 else 0, one.end + 1):
        return True
    return _ACCESS_DENIED.search(text.clean, one.start, one.end + 1) is not None or _AWS.search(text.clean) is not None


def _forbidden(text: Text) -> tuple[Denial, ...]:
    found = _FORBIDDEN.search(text.clean)
    if found is None or (len(text.clean) > _SHORT and not _AWS.search(text.clean)):
        return ()
    return (Denial(is_access_denied=True, error_code="403", span=text.in_source(*found.span())),)


def _denial(text: Text, one: Group) -> Denial | None:
    denied, kind = _verdict(text, one)
    if not denied and kind is None:
        return None
    message = one.message or one.weak
    values: dict[str, str | None] = {
        name: getattr(message, name, None)
        for name in ("action", "resource", "principal", "policy_arn", "authorization_id", "encoded_message")
    }
    if values["principal"] is None and "event" in one.wrappers:
        values["principal"] = one.principal
    inferred = list(message.inferred) if message else []
    operation = (message.operation if message else None) or one.operation
    if message is None or message.weak:
        host_service, host_region = endpoint(text.clean, one.start, one.end)
        one.service, one.region = one.service or host_service, one.region or host_region
    service = _service(one, values["action"], operation, inferred)
    if denied and values["action"] is None:
        values["action"] = services.action_of(service, operation)
        if values["action"]:
            inferred.append("action")
    if values["resource"] is None and service in {None, "s3"} and (path := s3_arn(text.clean, one.start, one.end)):
        values["resource"] = path
        inferred.append("resource")
    return Denial(
        is_access_denied=denied,
        error_code=one.code
        or ("403" if one.message is None and not one.wrappers - {"url"} and _status(text, one) else None),
        operation=operation,
        policy_type=message.policy_type if message else None,
        effect=message.effect if message else None,
        request_id=one.request_id,
        service=service,
        account_id=account_of(values["principal"]),
        region=_region(values["resource"]) or one.region or (message.region if message else None),
        not_access_denied_kind=kind,
        span=text.in_source(one.start, one.end),
        inferred=tuple(dict.fromkeys(inferred)),
        **values,
    )


def _verdict(text: Text, one: Group) -> tuple[bool, NotAccessDeniedKind | None]:
    """Whether access was denied, and if not, what the error is; (False, None) for no error at all."""
    if one.message is not None:
        return (one.message.kind is None, one.message.kind)
    if codes.is_denial(one.code):
        if one.code is not None and codes.normalise(one.code) == "notauthorized" and _of_app_user(text, one):
            return (False, NotAccessDeniedKind.OTHER)
        return (True, None)
    if kind := codes.kind_of(one.code):
        return (False, kind)
    if one.status == 403 or one.weak is not None:
        return (True, None)
    if one.status == 404:
        return (False, NotAccessDeniedKind.NOT_FOUND)
    if one.code is not None and one.wrappers & {"cli", "gohttp", "java", "ruby", "xml"}:
        return (False, NotAccessDeniedKind.OTHER)
    return (False, None)


def _of_app_user(text: Text, one: Group) -> bool:
    """Whether a `NotAuthorizedException` is Cognito's answer to the user of an app (E.6)."""
    if one.service == "cognito-idp" or one.operation in _APP_USERS:
        return True
    return _APP_USER.search(text.clean, max(0, one.start - _NEAR), one.end + _NEAR) is not None


def _service(one: Group, action: str | None, operation: str | None, inferred: list[str]) -> str | None:
    """The service of the denied action; where only the operation or the wording hints at it, marked as inferred."""
    message = one.message or one.weak
    if action and ":" in action:
        if "action" in inferred and one.service is None:
            inferred.append("service")
        else:
            inferred[:] = [name for name in inferred if name != "service"]
        return action.partition(":")[0].lower()
    if one.service:
        inferred[:] = [name for name in inferred if name != "service"]
        return one.service
    if message and message.service:
        return message.service.lower()
    guess = services.service_of(operation) if operation else None
    if operation and operation.startswith("AWS::"):
        guess = services.prefix_of(operation.split(":")[2])
    if guess is None and one.code is not None and codes.normalise(one.code) == "unauthorizedoperation":
        guess = "ec2"
    if guess is None and message and message.encoded_message:
        guess = "ec2"
    if guess:
        inferred.append("service")
    return guess


def _status(text: Text, one: Group) -> bool:
    return _FORBIDDEN.search(text.clean, max(0, one.start - _BESIDE), one.end + _BESIDE) is not None


def _region(resource: str | None) -> str | None:
    if resource and resource.startswith("http"):
        return services.of_host(resource.partition("://")[2].partition("/")[0])[1]
    return region_of(resource)
