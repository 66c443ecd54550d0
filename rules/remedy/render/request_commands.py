"""How the caller makes the request differently: commands where there are any, and what they are to bring about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.condition_families import family_of
from rules.remedy.json_patch import tokens_of
from rules.remedy.render.shell import command
from rules.remedy.render.subject import Subject
from rules.vocabulary import Family


def context_of(subject: Subject) -> dict[str, Any]:
    """The context keys that the change sets, as it writes them; None: the key is left out."""
    found: dict[str, Any] = {}
    for operation in subject.change.patch:
        tokens = tokens_of(operation.path)
        if tokens[-1:] == ["context"] and isinstance(operation.value, Mapping):
            found.update(operation.value)
        elif len(tokens) > 1 and tokens[-2] == "context":
            found[tokens[-1]] = operation.value
    return found


def request_commands(subject: Subject) -> list[str]:
    """The commands for these keys; a key that no command sets has a step in the console's list only."""
    context = context_of(subject)
    commands: list[str] = []
    assuming: list[str] = []
    for key, value in context.items():
        family = family_of(key)
        if family is Family.MFA:
            commands += _mfa(subject)
        elif subject.action == "sts:AssumeRole" and value is not None:
            assuming += list(_assume_options(key, value))
    if assuming:
        words = ("aws", "sts", "assume-role", "--role-arn", subject.resource)
        if "--role-session-name" not in assuming:
            assuming += ["--role-session-name", subject.caller.session or "session"]
        commands.append(command(*words, *assuming))
    return list(dict.fromkeys(commands))


def _mfa(subject: Subject) -> Iterator[str]:
    """Temporary credentials of the user that carry MFA (R-15)."""
    serial = (
        "SerialNumber=$(aws iam list-mfa-devices --user-name {name} --query 'MFADevices[0].SerialNumber' --output text)"
    )
    yield serial.format(name=command(subject.holder))
    yield "read -r -p 'MFA code: ' TokenCode"
    yield 'aws sts get-session-token --serial-number "$SerialNumber" --token-code "$TokenCode"'


def _assume_options(key: str, value: Any) -> Iterator[str]:
    lower = key.lower()
    if lower == "sts:externalid":
        yield from ("--external-id", str(value))
    elif lower == "sts:rolesessionname":
        yield from ("--role-session-name", str(value))
    elif lower == "sts:sourceidentity":
        yield from ("--source-identity", str(value))
    elif lower.startswith("aws:requesttag/"):
        yield from ("--tags", f"Key={key.partition('/')[2]},Value={value}")


def request_steps(subject: Subject) -> list[str]:
    """What the request is to be like, one sentence for each key."""
    return [_step(key, value) for key, value in context_of(subject).items()]


def _step(key: str, value: Any) -> str:
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    family = family_of(key)
    if value is None:
        return f"Make the request without `{key}`."
    sentences = {
        Family.MFA: "Sign in with MFA, or get temporary credentials with a code of your MFA device, and use them.",
        Family.SOURCE_IP: f"Make the request from an address of the allowed network, such as `{shown}`.",
        Family.SOURCE_VPCE: f"Make the request through `{shown}`.",
        Family.SECURE_TRANSPORT: "Use the HTTPS endpoint of the service, with a current version of TLS.",
        Family.REGION: f"Make the request in the Region `{shown}`.",
        Family.EXTERNAL_ID: f"Pass the external id `{shown}` when assuming the role.",
        Family.TIME: f"Make the request at `{shown}` or later.",
        Family.REQUEST_TAG: f"Pass the tags with the request: `{key}` = `{shown}`.",
        Family.OIDC_CLAIM: f"Request a token whose `{key.rpartition(':')[2]}` is `{shown}`.",
    }
    return sentences.get(family, f"Make the request with `{key}` = `{shown}`.")
