"""Reads the resource policies, settings and endpoints of a Terraform state."""

from __future__ import annotations

import re
from typing import Any, Final

from iam.arn import parse_arn
from service.imports.fact_set import FactSet
from service.imports.names import account_in, is_account, resource_name
from service.imports.resource_outputs import policy_name
from service.imports.shapes import FLAGS, Json, Kind
from service.imports.terraform_state import State
from service.imports.values import document, known, objects, tags, text, texts

_QUEUE: Final = re.compile(r"https://(?:sqs\.)?([a-z0-9-]+)(?:\.queue)?\.amazonaws\.com(?:\.cn)?/([0-9]{12})/([^/]+)")
_OWN: Final = {
    "aws_s3_bucket": "policy",
    "aws_kms_key": "policy",
    "aws_sqs_queue": "policy",
    "aws_sns_topic": "policy",
    "aws_secretsmanager_secret": "policy",
    "aws_s3_access_point": "policy",
    "aws_opensearch_domain": "access_policies",
    "aws_elasticsearch_domain": "access_policies",
    "aws_ecr_repository": "",
    "aws_dynamodb_table": "",
    "aws_lambda_function": "",
    "aws_cloudwatch_event_bus": "",
    "aws_kinesis_stream": "",
}
"""Resources with an ARN, and where they hold their policy: empty there says nothing, for another may set it."""

_APART: Final = {
    "aws_sns_topic_policy": "arn",
    "aws_secretsmanager_secret_policy": "secret_arn",
    "aws_dynamodb_resource_policy": "resource_arn",
    "aws_kinesis_resource_policy": "resource_arn",
    "aws_backup_vault_policy": "backup_vault_arn",
    "aws_s3control_access_point_policy": "access_point_arn",
    "aws_acmpca_policy": "resource_arn",
    "aws_msk_cluster_policy": "cluster_arn",
}
"""Policies that are resources of their own, and where they name what they are of."""


def read_resources(state: State, found: FactSet) -> None:
    """The resources of a state; of grants and tags there may be more than Terraform manages."""
    for kind, member in _OWN.items():
        for values in state.of(kind):
            _read_own(kind, member, values, state, found)
    _read_buckets(state, found)
    _read_keys(state, found)
    for kind, member in _APART.items():
        for values in state.of(kind):
            _put_policy(text(values, member), values, state, found)
    for values in state.of("aws_s3_bucket_policy"):
        _put_policy(state.bucket(values.get("bucket")), values, state, found)
    for values in state.of("aws_sqs_queue_policy"):
        _put_policy(_queue_arn(values, state), values, state, found)
    for values in state.of("aws_ecr_repository_policy"):
        repository = state.find("aws_ecr_repository", name=values.get("repository"))
        _put_policy(text(repository, "arn"), values, state, found)
    for values in state.of("aws_lambda_permission"):
        _read_permission(values, state, found)
    _read_endpoints(state, found)


def _read_own(kind: str, member: str, values: Json, state: State, found: FactSet) -> None:
    arn = text(values, "arn") or (state.bucket(values.get("bucket")) if kind == "aws_s3_bucket" else None)
    members = known((("tags", tags(values, "tags_all") or tags(values, "tags")),))
    content = document(values.get(member))
    if content is not None and arn is not None:
        members["policy"] = _policy(arn, content)
    if kind == "aws_kms_key":
        members["key_manager"] = text(values, "key_manager") or "CUSTOMER"
        if isinstance(values.get("is_enabled", values.get("enabled")), bool):
            members["key_state"] = "Enabled" if values.get("is_enabled", values.get("enabled")) else "Disabled"
        members |= known((("key_state", text(values, "key_state")),))
    if kind == "aws_s3_access_point":
        place = {"network_origin": text(values, "network_origin")}
        place["vpc_id"] = next((text(one, "vpc_id") for one in objects(values, "vpc_configuration")), None)
        members |= {"access_point": known(place.items()), **known((("bucket", state.bucket(values.get("bucket"))),))}
    _put(arn, members, state, found)


def _read_buckets(state: State, found: FactSet) -> None:
    for values in state.of("aws_s3_bucket_public_access_block"):
        _put(state.bucket(values.get("bucket")), {"block_public_access": _flags(values)}, state, found)
    for values in state.of("aws_s3_account_public_access_block"):
        account = text(values, "account_id") or state.account_id
        if is_account(account):
            found.put(Kind.ACCOUNT, account, {"block_public_access": _flags(values)})
    for values in state.of("aws_s3_bucket_ownership_controls"):
        ownership = next((text(one, "object_ownership") for one in objects(values, "rule")), None)
        if ownership is not None:
            _put(state.bucket(values.get("bucket")), {"object_ownership": ownership}, state, found)
    for values in state.of("aws_s3_bucket_request_payment_configuration"):
        payer = text(values, "payer")
        if payer in {"Requester", "BucketOwner"}:
            _put(state.bucket(values.get("bucket")), {"requester_pays": payer == "Requester"}, state, found)
    for values in state.of("aws_s3_bucket_server_side_encryption_configuration"):
        for rule in objects(values, "rule"):
            for default in objects(rule, "apply_server_side_encryption_by_default"):
                key = text(default, "kms_master_key_id") or ""
                if key.startswith("arn:") and ":key/" in key:
                    _put(state.bucket(values.get("bucket")), {"kms_key_arn": key}, state, found)


def _flags(values: Json) -> Json:
    return {name: values[name] for name in FLAGS if isinstance(values.get(name), bool)}


def _read_keys(state: State, found: FactSet) -> None:
    for values in state.of("aws_kms_key_policy"):
        _put_policy(_key_arn(values, state), values, state, found)
    for values in state.of("aws_kms_grant"):
        limits = next(iter(objects(values, "constraints")), {})
        grant = {
            "grant_id": text(values, "grant_id"),
            "grantee_principal": text(values, "grantee_principal"),
            "operations": texts(values, "operations"),
            "constraints": {name: item for name, item in limits.items() if isinstance(item, dict) and item} or None,
        }
        arn = _key_arn(values, state)
        if arn is not None and grant["grantee_principal"] is not None:
            _put(arn, {"grants": [grant]}, state, found)


def _key_arn(values: Json, state: State) -> str | None:
    key = text(values, "key_id") or ""
    return key if key.startswith("arn:") else text(state.find("aws_kms_key", key_id=key), "arn")


def _queue_arn(values: Json, state: State) -> str | None:
    url = _QUEUE.fullmatch(text(values, "queue_url") or "")
    return None if url is None else f"arn:{state.partition}:sqs:{url[1]}:{url[2]}:{url[3]}"


def _read_permission(values: Json, state: State, found: FactSet) -> None:
    """One statement of a function's policy: that there is a policy, but not all of its content."""
    name = text(values, "function_name") or ""
    arn = name if name.startswith("arn:") else text(state.find("aws_lambda_function", function_name=name), "arn")
    if arn is not None and not text(values, "qualifier"):
        _put(arn, {"policy": {"name": "function-policy"}}, state, found)


def _read_endpoints(state: State, found: FactSet) -> None:
    for values in state.of("aws_vpc_endpoint"):
        kind = (text(values, "vpc_endpoint_type") or "").lower()
        members = {
            "account_id": text(values, "owner_id") or account_in(text(values, "arn")),
            "vpc_id": text(values, "vpc_id"),
            "type": kind if kind in {"gateway", "interface"} else None,
        }
        found.put(Kind.ENDPOINT, text(values, "id"), known(members.items()) | _endpoint_policy(values))
    for values in state.of("aws_vpc_endpoint_policy"):
        found.put(Kind.ENDPOINT, text(values, "vpc_endpoint_id"), _endpoint_policy(values))


def _endpoint_policy(values: Json) -> Json:
    content = document(values.get("policy"))
    return {} if content is None else {"policy": {"name": "endpoint-policy", "document": content}}


def _put_policy(arn: str | None, values: Json, state: State, found: FactSet) -> None:
    """A policy whose content is not known before it was applied is there all the same."""
    if arn is not None:
        _put(arn, {"policy": _policy(arn, document(values.get("policy")))}, state, found)


def _policy(arn: str, content: Any) -> Json:
    parsed = parse_arn(arn)
    name = "resource-policy" if parsed is None else policy_name(parsed)
    return {"name": name} if content is None else {"name": name, "document": content}


def _put(arn: str | None, members: Json, state: State, found: FactSet) -> None:
    if arn is None or not arn.startswith("arn:"):
        return
    name = resource_name(arn)
    owner = account_in(arn) or state.origin.account_id
    fixed = known((("arn", name), ("account_id", owner), ("exists", state.exists or None)))
    partial = tuple(one for one in ("tags", "grants") if one in members)
    found.put(Kind.RESOURCE, name, fixed | members, incomplete=partial)
