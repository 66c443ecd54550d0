"""The closed list of names that a page or a command may leave open, and how they are filled."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping

PLACEHOLDERS: Mapping[str, str] = {
    "principal": "ARN of the caller, as AWS prints it",
    "principal_arn": "ARN of the user or role behind the caller, as a policy names it",
    "principal_element": 'Principal element that names the caller, such as {"AWS": "ARN"}',
    "principal_name": "name of the user or role behind the caller",
    "session_name": "name of the caller's session, or of the user: what CloudTrail calls the user name",
    "principal_account": "account of the caller, 12 digits",
    "action": "IAM action, such as s3:GetObject",
    "service": "prefix of the action, such as s3",
    "resource": "ARN of the resource",
    "resource_name": "name in that ARN, as commands take it: of a table, queue or function; for an S3 object its key",
    "resource_account": "account that owns the resource, 12 digits",
    "region": "Region of the request",
    "policy": "name of the policy that decided",
    "policy_arn": "ARN of that policy",
    "policy_id": "id of that policy where it is one of an organization, such as p-abc12345",
    "statement": "Sid of the statement that decided, or its number, counted from 1",
    "target": "id of the organization root, organizational unit or account that the policy is attached to",
    "condition_key": "condition key that decided",
    "tag_key": "key of the tag that this condition key is about",
    "condition_operator": "operator of that condition",
    "expected": "values in the policy, as they are written",
    "required": "what the request's value would have to be, such as `x`, `other than x` or `before x`",
    "actual": "value the request carried",
    "endpoint": "id of the VPC endpoint the request passed through",
    "role": "name of the role that is assumed or passed",
    "bucket": "name of the S3 bucket",
    "key_id": "id or ARN of the KMS key",
    "owner_account": "account whose administrator can make the change",
}
"""Every placeholder with what it stands for; a page is written `{action}`, a site without a case shows `ACTION`."""

_PLACEHOLDER = re.compile(r"(?<!\$)\{([a-z][a-z_]*)\}")
_COMMAND = re.compile(r"^```sh\n.*?^```$|(?<!`)`aws [^`]*`(?!`)", re.MULTILINE | re.DOTALL)
_SESSION = re.compile(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([^/]+)/.+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_PROVIDER = re.compile(r"arn:[\w-]+:iam::\d{12}:(?:oidc|saml)-provider/.+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def names(text: str) -> frozenset[str]:
    """The placeholders written in `text`, known or not; `${…}`, a policy variable or shell text, is none."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with every placeholder replaced by its value, or by its own name in upper case where there is none.

    Inside a command (a `sh` block, or code that begins with `aws`) a value is quoted for the shell, so that a name
    taken from somebody's error text cannot add a command of its own. Control characters become U+FFFD. Values are not
    searched for placeholders again. A name outside `PLACEHOLDERS` is left as it stands. `principal_arn` is taken from
    `principal` where it is not given, for a session the role's ARN without a path; `principal_element` always is.
    """
    values = _with_principal_arn(values)
    pieces: list[str] = []
    end = 0
    for command in _COMMAND.finditer(text):
        pieces.append(_fill(text[end : command.start()], values, quoted=False))
        pieces.append(_fill(command[0], values, quoted=True))
        end = command.end()
    pieces.append(_fill(text[end:], values, quoted=False))
    return "".join(pieces)


def fill_command(command: str, values: Mapping[str, str]) -> str:
    """`command` filled like `fill`, every value quoted for the shell."""
    return _fill(command, _with_principal_arn(values), quoted=True)


def _with_principal_arn(values: Mapping[str, str]) -> Mapping[str, str]:
    principal = values.get("principal") or ""
    arn = values.get("principal_arn") or _SESSION.sub(r"arn:\1:iam::\2:role/\3", principal)
    named = {**values, "principal_element": _element(principal, arn)}
    return {**named, "principal_arn": arn} if arn else named


def _element(principal: str, arn: str) -> str:
    """The Principal element for a caller; one that is not known stands in upper case, as elsewhere."""
    if principal in ("*", "anonymous"):
        return '"*"'
    kind = "Service" if _SERVICE.fullmatch(principal) else "Federated" if _PROVIDER.fullmatch(principal) else "AWS"
    return json.dumps({kind: arn or "PRINCIPAL_ARN"})


def _fill(text: str, values: Mapping[str, str], *, quoted: bool) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in PLACEHOLDERS:
            return match[0]
        given = _CONTROL.sub("\ufffd", values.get(name, ""))
        if not given:
            return name.upper()
        return shlex.quote(given) if quoted else given

    return _PLACEHOLDER.sub(value, text)
