"""The AWS CLI commands that make a change, as they are typed into a shell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from iam.checks import PolicyType
from iam.principal import CallerKind
from rules.remedy.change import Operation
from rules.remedy.render.request_commands import request_commands
from rules.remedy.render.resource_commands import resource_commands
from rules.remedy.render.setting_commands import grant_commands, setting_commands
from rules.remedy.render.shell import command, file_of, write_file
from rules.remedy.render.subject import Subject

_FILTERS: Final = {
    PolicyType.SERVICE_CONTROL_POLICY: "SERVICE_CONTROL_POLICY",
    PolicyType.RESOURCE_CONTROL_POLICY: "RESOURCE_CONTROL_POLICY",
}


def cli_for(subject: Subject) -> tuple[str, ...]:
    """The commands, in order; none where there is nothing to type."""
    change = subject.change
    if change.operation is Operation.CHANGE_CONTEXT:
        return tuple(request_commands(subject))
    if change.operation is Operation.ADD_GRANT:
        return tuple(grant_commands(subject))
    if change.operation is Operation.CHANGE_SETTING:
        return tuple(setting_commands(subject))
    if change.operation is Operation.DETACH_POLICY:
        words = ("aws", "iam", f"delete-{subject.holder_kind}-policy", f"--{subject.holder_kind}-name", subject.holder)
        return (command(*words, "--policy-name", subject.name),)
    if subject.document is None:
        return ()
    return tuple(_BY_LAYER[change.policy_type](subject, subject.document))


def _identity(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    if subject.permission_set is not None:
        return _permission_set(subject.permission_set, document)
    file = file_of(subject.name)
    write = write_file(file, document)
    if subject.change.policy_arn is not None:
        return [write, _new_version(subject.change.policy_arn, file)]
    kind, holder = subject.holder_kind, subject.holder
    if (subject.source or "").startswith("group/"):
        kind, holder = "group", (subject.source or "").rpartition("/")[2]
    words = ("aws", "iam", f"put-{kind}-policy", f"--{kind}-name", holder, "--policy-name", subject.name)
    return [write, command(*words, "--policy-document", f"file://{file}")]


def _new_version(arn: str, file: str) -> str:
    words = ("aws", "iam", "create-policy-version", "--policy-arn", arn, "--policy-document", f"file://{file}")
    return command(*words, "--set-as-default")


def _permission_set(name: str, document: Mapping[str, Any]) -> list[str]:
    """IAM Identity Center makes the role anew from its permission set, so that is what is edited (R-13)."""
    file = file_of(f"permission-set-{name}")
    arns = "aws sso-admin list-permission-sets --instance-arn \"$INSTANCE\" --query 'PermissionSets[]' --output text"
    named = (
        'aws sso-admin describe-permission-set --instance-arn "$INSTANCE" --permission-set-arn "$ARN"'
        " --query PermissionSet.Name --output text"
    )
    put = 'aws sso-admin put-inline-policy-to-permission-set --instance-arn "$INSTANCE" --permission-set-arn "$SET"'
    provision = 'aws sso-admin provision-permission-set --instance-arn "$INSTANCE" --permission-set-arn "$SET"'
    return [
        write_file(file, document),
        "INSTANCE=$(aws sso-admin list-instances --query 'Instances[0].InstanceArn' --output text)",
        f'for ARN in $({arns}); do [ "$({named})" = {command(name)} ] && SET="$ARN"; done',
        f"{put} --inline-policy file://{file}",
        f"{provision} --target-type ALL_PROVISIONED_ACCOUNTS",
    ]


def _boundary(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    file = file_of(subject.name)
    write = write_file(file, document)
    arn = subject.change.policy_arn
    kind = subject.holder_kind
    put = ("aws", "iam", f"put-{kind}-permissions-boundary", f"--{kind}-name", subject.holder)
    if subject.change.operation is Operation.ATTACH_POLICY and arn is not None:
        created = ("aws", "iam", "create-policy", "--policy-name", subject.name)
        return [
            write,
            command(*created, "--policy-document", f"file://{file}"),
            command(*put, "--permissions-boundary", arn),
        ]
    if arn is not None:
        return [write, _new_version(arn, file)]
    query = f"--query {command(kind.capitalize() + '.PermissionsBoundary.PermissionsBoundaryArn')} --output text"
    boundary = f"$(aws iam get-{kind} --{kind}-name {command(subject.holder)} {query})"
    version = (
        f'aws iam create-policy-version --policy-arn "{boundary}" --policy-document file://{file} --set-as-default'
    )
    return [write, version]


def _session(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    """A session policy is passed when the session is made, so a new session is (R-5)."""
    file = file_of("session-policy")
    write = write_file(file, document)
    caller = subject.caller
    if caller.kind is CallerKind.FEDERATED_USER:
        words = ("aws", "sts", "get-federation-token", "--name", caller.name or "NAME")
        return [write, command(*words, "--policy", f"file://{file}")]
    assume = ("aws", "sts", "assume-role", "--role-arn", caller.role_arn or caller.arn)
    named = ("--role-session-name", caller.session or "session")
    return [write, command(*assume, *named, "--policy", f"file://{file}")]


def _trust(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    file = file_of("trust-policy")
    role = subject.resource.rpartition("/")[2]
    words = ("aws", "iam", "update-assume-role-policy", "--role-name", role)
    return [write_file(file, document), command(*words, "--policy-document", f"file://{file}")]


def _control_policy(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    """Organizations stores a policy once, wherever it is attached (R-6)."""
    change = subject.change
    kind = _FILTERS[change.policy_type]
    file = file_of(subject.name)
    write = write_file(file, document)
    if change.operation is Operation.CREATE_POLICY:
        created = ("aws", "organizations", "create-policy", "--name", subject.name, "--type", kind)
        made = command(*created, "--description", f"Allows {subject.action}", "--content", f"file://{file}")
        attach = f'aws organizations attach-policy --policy-id "$POLICY" --target-id {command(change.target or "")}'
        return [write, f"POLICY=$({made} --query Policy.PolicySummary.Id --output text)", attach]
    identifier = (change.policy_arn or "").rpartition("/")[2]
    if identifier:
        words = ("aws", "organizations", "update-policy", "--policy-id", identifier)
        return [write, command(*words, "--content", f"file://{file}")]
    name = subject.name.replace("\\", "\\\\").replace("'", "\\'")
    query = command(f"Policies[?Name=='{name}'].Id")
    found = f"POLICY=$(aws organizations list-policies --filter {kind} --query {query} --output text)"
    return [write, found, f'aws organizations update-policy --policy-id "$POLICY" --content file://{file}']


def _endpoint(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    file = file_of("endpoint-policy")
    words = ("aws", "ec2", "modify-vpc-endpoint", "--vpc-endpoint-id", subject.change.target or "")
    return [write_file(file, document), command(*words, "--policy-document", f"file://{file}", *subject.region)]


_BY_LAYER: Final[Mapping[PolicyType, Callable[[Subject, Mapping[str, Any]], list[str]]]] = {
    PolicyType.IDENTITY_POLICY: _identity,
    PolicyType.PERMISSIONS_BOUNDARY: _boundary,
    PolicyType.SESSION_POLICY: _session,
    PolicyType.RESOURCE_POLICY: resource_commands,
    PolicyType.ROLE_TRUST_POLICY: _trust,
    PolicyType.SERVICE_CONTROL_POLICY: _control_policy,
    PolicyType.RESOURCE_CONTROL_POLICY: _control_policy,
    PolicyType.VPC_ENDPOINT_POLICY: _endpoint,
}
