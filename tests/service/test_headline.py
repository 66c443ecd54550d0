"""The first sentence of an answer names the layer, its policy and the call; the second what ends it, and the proof."""

import json
from pathlib import Path

import pytest

from service.answer import pages
from service.headline import headline

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
ENDS = "evaluated again with it, the request is allowed."
EXPECTED = {
    "scp-at-an-ou": "The service control policy `deny-regions`, attached to `ou-ab12-11111111`, denies `kms:Decrypt` in"
    f" `us-east-1`. One change ends it, made by the administrator of the organization (999999999999): {ENDS}",
    "missing-identity-permission": "The identity-based policy `ReadArtifacts` does not allow `s3:PutObject` on"
    " `arn:aws:s3:::acme-build-artifacts/web/2026-11-24/app.zip`. One change ends it, made by the administrator of the"
    f" caller's account (111122223333): {ENDS}",
    "external-id": "The role trust policy `trust-policy` does not allow `sts:AssumeRole` on"
    f" `arn:aws:iam::444455556666:role/vendor-access`. One change ends it, made by the caller: {ENDS}",
    "vpc-endpoint": "The VPC endpoint policy `endpoint-policy` of `vpce-0a1b2c3d4e5f60718` does not allow"
    " `s3:GetObject` on `arn:aws:s3:::acme-models/v7/weights.bin`. One change ends it, made by the owner of the VPC"
    f" endpoint (111122223333): {ENDS}",
    "two-layers-at-once": "The service control policy `deny-regions`, attached to `ou-ab12-11111111`, denies"
    " `s3:GetObject` in `us-east-1`. 2 changes end it, made by the administrator of the organization (999999999999) and"
    " the administrator of the resource's account (444455556666): evaluated again with them, the request is allowed.",
}
REPORTED = {"effect": "implicit_deny", "policy_type": "session_policy", "policy_arn": None}


def document(**changed):
    cause = {"certainty": "proven", "policy_type": "session_policy", "check": None, "evidence": []}
    cause |= changed.pop("cause", {})
    known = {"causes": [cause], "checks": [], "fix": None, "reported": REPORTED}
    return known | {"request": {"action": "sqs:SendMessage", "resource": "*"}} | changed


@pytest.mark.parametrize("example", EXPECTED)
def test_an_answer_begins_with_who_denies_what_and_what_ends_it(client, example):
    body = json.loads((EXAMPLES / example / "body.json").read_text(encoding="utf-8"))

    assert client.post("/v1/diagnoses", json=body).json["headline"] == EXPECTED[example]


def test_what_only_aws_says_is_said_to_be_so():
    assert headline(document(cause={"certainty": "reported"})) == (
        "AWS says that no session policy allows `sqs:SendMessage`."
    )
    arn = "arn:aws:iam::111122223333:policy/guardrail"
    denial = REPORTED | {"effect": "explicit_deny", "policy_arn": arn}
    assert headline(document(cause={"certainty": "reported"}, reported=denial)) == (
        f"AWS says that the session policy `{arn}` denies `sqs:SendMessage`."
    )


def test_what_a_fix_still_depends_on_is_said():
    change = {"owner": {"role": "endpoint_owner", "account_id": None}}
    fix = {"changes": [change], "verified": False, "holds_if": ["resource.policy"]}

    assert headline(document(fix=fix)).endswith(
        "One change ends it, made by the owner of the VPC endpoint, if what is not known allows it: `resource.policy`."
    )


@pytest.mark.parametrize("cause", ["s3-requester-pays", "federation-without-policy", "credential-type-cannot-call-api"])
def test_what_no_policy_decides_is_not_laid_to_one(client, cause):
    assert client.post("/v1/diagnoses", json=pages()[cause].example_body()).json["headline"] is None


@pytest.mark.parametrize(
    "changed",
    [
        {"causes": []},
        {"cause": {"certainty": "possible"}},
        {"cause": {"policy_type": "s3_block_public_access"}},
        {"cause": {"policy_type": None}},
        {"reported": None},
        {"reported": REPORTED | {"policy_type": "identity_policy"}},
        {"request": {"action": None}},
    ],
)
def test_what_is_not_certain_is_no_headline(changed):
    assert headline(document(**changed)) is None
