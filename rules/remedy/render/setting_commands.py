"""The AWS CLI commands for grants, tags and the ownership of objects."""

from __future__ import annotations

from rules.remedy.json_patch import tokens_of
from rules.remedy.render.shell import command
from rules.remedy.render.subject import Subject


def grant_commands(subject: Subject) -> list[str]:
    """A KMS grant, or one of Lake Formation."""
    grant = subject.change.statement or {}
    if "operations" in grant:
        words = ["aws", "kms", "create-grant", "--key-id", subject.resource]
        words += ["--grantee-principal", str(grant["grantee_principal"]), "--operations", *grant["operations"]]
        return [command(*words, *subject.region)]
    resource = lake_resource(subject)
    principal = f"DataLakePrincipalIdentifier={grant.get('principal')}"
    words = ["aws", "lakeformation", "grant-permissions", "--principal", principal]
    return [command(*words, "--permissions", *grant.get("permissions", ()), "--resource", resource, *subject.region)]


def lake_resource(subject: Subject) -> str:
    """The database or table of the Glue ARN, as Lake Formation's CLI takes it."""
    arn = subject.arn
    parts = [] if arn is None else arn.resource.split("/")
    if parts[:1] == ["table"] and len(parts) > 2:  # noqa: PLR2004  table, database and name
        return f'{{"Table": {{"DatabaseName": "{parts[1]}", "Name": "{parts[2]}"}}}}'
    if parts[:1] == ["database"] and len(parts) > 1:
        return f'{{"Database": {{"Name": "{parts[1]}"}}}}'
    return '{"Catalog": {}}'


def tags_of(subject: Subject) -> dict[str, str]:
    """The tags that the change sets."""
    found: dict[str, str] = {}
    for operation in subject.change.patch:
        if isinstance(operation.value, str) and operation.path.startswith("/tags/"):
            found[tokens_of(operation.path)[-1]] = operation.value
        elif isinstance(operation.value, dict) and operation.path == "/tags":
            found.update(operation.value)
    return found


def setting_commands(subject: Subject) -> list[str]:
    """Tags of the caller or of the resource; who owns the objects of a bucket."""
    tags = tags_of(subject)
    if not tags:
        return _ownership(subject)
    pairs = [f"Key={key},Value={value}" for key, value in tags.items()]
    if subject.change.at == "/facts/principal":
        kind = subject.holder_kind
        return [command("aws", "iam", f"tag-{kind}", f"--{kind}-name", subject.holder, "--tags", *pairs)]
    arn = subject.arn
    if arn is not None and arn.service == "s3" and "/" in arn.resource:
        bucket, _, key = arn.resource.partition("/")
        tagging = "TagSet=[" + ",".join(f"{{{pair}}}" for pair in pairs) + "]"
        return [command("aws", "s3api", "put-object-tagging", "--bucket", bucket, "--key", key, "--tagging", tagging)]
    if arn is not None and arn.service == "iam":
        kind, _, name = arn.resource.partition("/")
        words = ("aws", "iam", f"tag-{kind}", f"--{kind}-name", name.rpartition("/")[2], "--tags", *pairs)
        return [command(*words)]
    words = ("aws", "resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", subject.resource, "--tags")
    return [command(*words, *(f"{key}={value}" for key, value in tags.items()), *subject.region)]


def _ownership(subject: Subject) -> list[str]:
    arn = subject.arn
    bucket, _, key = ("" if arn is None else arn.resource).partition("/")
    if subject.change.patch[0].path == "/object_owner_account":
        place = f"s3://{bucket}/{key}"
        return [
            command(
                "aws", "s3", "cp", place, place, "--metadata-directive", "REPLACE", "--acl", "bucket-owner-full-control"
            )
        ]
    controls = "Rules=[{ObjectOwnership=BucketOwnerEnforced}]"
    words = ("aws", "s3api", "put-bucket-ownership-controls", "--bucket", bucket)
    return [command(*words, "--ownership-controls", controls)]
