"""One request: who wants to do what on which resource, and in which account the resource is (contract, "Request")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from iam.arn import parse_arn
from iam.errors import RequestError
from iam.principal import Caller, read_caller
from iam.record import record
from iam.values import ABSENT, UNKNOWN, Value

if TYPE_CHECKING:
    from iam.facts import Facts, Json, ResourceFacts

_ACCOUNT = re.compile(r"\d{12}\Z")
# Foundation models and managed policies are AWS's; images and snapshots, shared or not, are authorized by their use.
_WITHOUT_ACCOUNT = {"bedrock": ("foundation-model/",), "ec2": ("image/", "snapshot/")}
_ACTION = re.compile(r"[^\s:]+:[^\s:]+\Z")


@record
class Request:
    """A request ready to be evaluated.

    `resource` None = not known which. `given` are the context keys that were given, lower-cased; `complete` = every
    other key is absent. `resource_account` None = not known.
    """

    caller: Caller
    action: str
    resource: str | None
    resource_account: str | None
    given: Mapping[str, Value]
    complete: bool
    via: str | None = None

    @property
    def service(self) -> str:
        """The lower-case service prefix of the action."""
        return self.action.partition(":")[0].lower()


def read_request(raw: Json, facts: Facts, *, complete_by_default: bool) -> Request:
    """Read a Request document, completed by the facts; raises `RequestError` naming the JSON Pointer of a fault."""
    caller = read_principal(raw, facts)
    action = _text(raw, "action")
    if action is None:
        raise RequestError("a request must have `action`", path="/request/action")
    _check_action(action, "/request/action")
    resource = _text(raw, "resource") or facts.resource.arn
    complete = raw.get("context_complete")
    if complete is None:
        complete = complete_by_default
    if not isinstance(complete, bool):
        raise RequestError("must be a boolean", path="/request/context_complete")
    return Request(
        caller=caller,
        action=action,
        resource=resource,
        resource_account=_resource_account(
            _text(raw, "resource_account"), resource, facts.resource, caller, path="/request/resource_account"
        ),
        given=read_context(raw.get("context"), "/request/context"),
        complete=complete,
    )


def read_principal(raw: Json, facts: Facts) -> Caller:
    """The caller of a request, completed by what the facts know of it."""
    principal = _text(raw, "principal") or facts.principal.arn
    if principal is None:
        raise RequestError("a request must have `principal`", path="/request/principal")
    stated = _stated_arn(raw.get("context")) if facts.principal.arn is None else None
    unique_id = facts.principal.unique_id
    caller = read_caller(
        principal,
        principal_arn=facts.principal.arn or stated,
        created_by=_creator(principal, facts),
        unique_id=unique_id if isinstance(unique_id, str) else None,
    )
    account = facts.principal.account_id
    if caller.account_id is None:
        if account is not None and caller.is_identity:
            return replace(caller, account_id=account)
    elif account is not None and account != caller.account_id:
        message = f"the principal is of account `{caller.account_id}`, the facts say `{account[:20]}`"
        raise RequestError(message, path="/facts/principal/account_id")
    return caller


def _stated_arn(context: object) -> str | None:
    """The role's own ARN, where the caller gives it as a condition key."""
    if not isinstance(context, Mapping):
        return None
    stated = next((v for k, v in context.items() if str(k).lower() == "aws:principalarn"), None)
    return stated if isinstance(stated, str) else None


def _creator(principal: str, facts: Facts) -> str | None:
    """The user behind a federated session: as given, else the user whose policies are among the identity policies."""
    if facts.principal.created_by is not None:
        return facts.principal.created_by
    if ":federated-user/" not in principal or facts.principal.identity is UNKNOWN:
        return None
    arn = parse_arn(principal)
    if arn is None or not arn.resource.startswith("federated-user/"):
        return None
    sources = {
        a.source for a in facts.principal.identity.items if a.source is not None and a.source.startswith("user/")
    }
    if len(sources) != 1:
        return None
    return f"arn:{arn.partition}:iam::{arn.account}:{sources.pop()}"


def derive_dependency(parent: Request, index: int, facts: Facts) -> Request:
    """The request of `dependencies[index]`: principal and context inherited as the contract says (C-21, B-53)."""
    dependency = facts.dependencies[index]
    at = f"/facts/dependencies/{index}/request"
    raw = dependency.request
    action = raw.get("action")
    if not isinstance(action, str) or not action:
        raise RequestError("a dependency must have `request.action`", path=at)
    _check_action(action, at + "/action")
    resource = raw.get("resource")
    resource = resource if isinstance(resource, str) and resource else dependency.resource.arn
    given = dict(parent.given)
    if dependency.via is not None:
        for key in _NETWORK_KEYS:
            given.pop(key, None)
        given.update(_forwarded(given, dependency.via, resource))
    given.update(read_context(raw.get("context"), at + "/context"))
    account = raw.get("resource_account")
    return Request(
        caller=parent.caller,
        action=action,
        resource=resource,
        resource_account=_resource_account(
            account if isinstance(account, str) else None,
            resource,
            dependency.resource,
            parent.caller,
            path=at + "/resource_account",
        ),
        given=given,
        complete=parent.complete,
        via=dependency.via,
    )


_NETWORK_KEYS = (
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpcsourceip",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
)


def _forwarded(given: Mapping[str, Value], via: str, resource: str | None) -> dict[str, Value]:
    """The keys that a forward access session sets (C-21, D-74)."""
    before = given.get("aws:calledvia", ())
    chain = (*(before if isinstance(before, tuple) else ()), via)
    keys: dict[str, Value] = dict.fromkeys(_NETWORK_KEYS, ABSENT)
    keys["aws:viaawsservice"] = ("true",)
    keys["aws:calledvia"] = chain
    keys["aws:calledviafirst"] = (chain[0],)
    keys["aws:calledvialast"] = (via,)
    arn = parse_arn(resource) if resource else None
    if arn is not None and arn.service == "kms" and arn.region:
        service, _, rest = via.partition(".")
        keys["kms:viaservice"] = (f"{service}.{arn.region}.{rest}",)
    return keys


def read_context(raw: object, at: str) -> dict[str, Value]:
    """Read a request context: a string, number, boolean or list of them per key; null = absent (B-13)."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise RequestError("must be an object", path=at)
    found: dict[str, Value] = {}
    for key, value in raw.items():
        lower = str(key).lower()
        if lower in found:
            raise RequestError(f"the key `{str(key)[:80]}` is given twice, in different letter case", path=at)
        found[lower] = (value,) if type(value) is str else _read_value(value, str(key), at)
    return found


def _read_value(value: object, key: str, at: str) -> Value:
    if value is None:
        return ABSENT
    values = value if isinstance(value, (list, tuple)) else [value]
    scalars = [v for v in values if isinstance(v, (str, int, float))]
    if len(scalars) != len(values):
        message = f"the value of `{key[:80]}` must be a string, a number, a boolean or a list of them"
        raise RequestError(message, path=at)
    return tuple(_scalar(v) for v in scalars)


def _scalar(value: str | float | bool) -> str:  # noqa: FBT001  a JSON value, not a flag
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _resource_account(
    stated: str | None,
    resource: str | None,
    facts: ResourceFacts,
    caller: Caller,
    *,
    path: str,
) -> str | None:
    """The account of the resource: what is stated, what the facts say and the ARN's must agree (contract)."""
    arn = parse_arn(resource) if resource else None
    in_arn = arn.account if arn is not None and _ACCOUNT.match(arn.account) else None
    known = {a for a in (stated, facts.account_id, in_arn) if a is not None}
    if len(known) > 1:
        listed = ", ".join(f"`{a[:20]}`" for a in sorted(known))
        raise RequestError(f"the resource's account is given as {listed}: they must agree", path=path)
    if known:
        return known.pop()
    # A resource of `*` is no one else's: such actions are decided in the caller's own account.
    return caller.account_id if resource == "*" else None


def is_offered_by_aws(resource: str | None) -> bool:
    """Whether a resource is AWS's or anyone's to use, so that nobody but the caller's own side is asked.

    Such an ARN names no account, and whose the resource is stays unknown.
    """
    arn = parse_arn(resource) if resource else None
    if arn is None:
        return False
    if arn.service == "iam":
        return arn.account == "aws" and arn.resource.startswith("policy/")
    return not arn.account and arn.resource.startswith(_WITHOUT_ACCOUNT.get(arn.service, ()))


def _check_action(action: str, path: str) -> None:
    if not _ACTION.match(action):
        raise RequestError(f"`{action[:80]}` is not an action such as `s3:GetObject`", path=path)
    if "*" in action or "?" in action:
        raise RequestError(f"`{action[:80]}` holds a wildcard: a request is for one action", path=path)


def _text(raw: Json, element: str) -> str | None:
    value = raw.get(element)
    if value is not None and not isinstance(value, str):
        raise RequestError("must be a string", path=f"/request/{element}")
    return value or None
