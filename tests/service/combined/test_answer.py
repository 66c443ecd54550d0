"""POST /v1/diagnoses/combined: one set of changes for several denials, proven for all of them together."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.service.combined.proof import ADDRESS, assert_proven, combine

EXAMPLES = Path(__file__).parent.parent.parent.parent / "examples"
SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/run-1"
BUCKET = "arn:aws:s3:::site"


def error(
    action: str, resource: str, reason: str = "because no identity-based policy allows the {action} action"
) -> str:
    operation = action.partition(":")[2]
    return (
        f"An error occurred (AccessDenied) when calling the {operation} operation: User: {SESSION} is not authorized to"
        f' perform: {action} on resource: "{resource}" {reason.format(action=action)}'
    )


def policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, resource, **more) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@pytest.fixture
def shared() -> dict:
    """Everything about the role is known; it may list the bucket, and no more."""
    return {
        "principal": {
            "arn": "arn:aws:iam::111122223333:role/deploy",
            "account_id": "111122223333",
            "unique_id": "AROAEXAMPLEROLEID1234",
            "tags": {},
            "identity_policies": [{"name": "base", "document": policy(allow("s3:ListBucket", BUCKET))}],
            "permissions_boundary": None,
            "session_policies": [],
            "organization": None,
        },
        "resource": {"account_id": "111122223333", "policy": None, "organization": None, "tags": {}},
        "network": {"vpc_endpoint": None},
    }


def test_a_log_with_several_denials_takes_one_change(client, shared):
    log = "\n".join(
        [
            "deploying",
            error("s3:PutObject", f"{BUCKET}/index.html"),
            "trying again",
            error("s3:PutObject", f"{BUCKET}/index.html").replace("run-1", "run-2"),
            error("s3:DeleteObject", f"{BUCKET}/index.html"),
        ]
    )

    found = combine(client, {"denials": [log], "facts": shared})

    assert [denial["request"]["action"] for denial in found["denials"]] == ["s3:PutObject", "s3:DeleteObject"]
    assert_proven(client, found)
    (change,) = found["fix"]["changes"]
    assert found["fix"]["verified"] is True
    assert change["statement"]["Action"] == ["s3:PutObject", "s3:DeleteObject"]
    assert change["statement"]["Resource"] == f"{BUCKET}/index.html"
    assert [made["denial"] for made in change["applies_to"]] == [0, 1]


def test_resources_of_one_action_are_listed_in_one_statement(client, shared):
    denials = [error("s3:PutObject", f"{BUCKET}/{name}") for name in ("a.html", "b.html", "c.html")]

    found = combine(client, {"denials": denials, "facts": shared})

    assert_proven(client, found)
    assert found["fix"]["changes"][0]["statement"]["Resource"] == [f"{BUCKET}/{n}.html" for n in "abc"]
    assert found["fix"]["also_allows"] == []


def test_different_actions_on_different_resources_stay_apart(client, shared):
    topic = "arn:aws:sns:eu-west-1:111122223333:done"
    del shared["resource"]
    resources = [
        {"arn": BUCKET, "account_id": "111122223333", "policy": None, "organization": None},
        {"arn": topic, "account_id": "111122223333", "policy": None, "organization": None},
    ]
    denials = [error("s3:PutObject", f"{BUCKET}/index.html"), error("sns:Publish", topic)]

    found = combine(client, {"denials": denials, "facts": shared, "resources": resources})

    assert_proven(client, found)
    statements = found["fix"]["changes"][0]["statements"]
    assert [(one["Action"], one["Resource"]) for one in statements] == [
        ("s3:PutObject", f"{BUCKET}/index.html"),
        ("sns:Publish", topic),
    ]


def test_a_guardrail_that_stops_all_is_changed_once(client, shared):
    scp = {"name": "regions", "arn": _scp_arn("p-1"), "document": policy({**allow("s3:*", "*"), "Effect": "Deny"})}
    full = {"name": "FullAWSAccess", "arn": _scp_arn("p-2"), "document": policy(allow("*", "*"))}
    shared["principal"]["organization"] = {
        "id": "o-aa11bb22cc",
        "management_account_id": "999999999999",
        "service_control_policies": [
            {"target": "r-ab12", "policies": [full]},
            {"target": "111122223333", "policies": [full, scp]},
        ],
    }
    statements = shared["principal"]["identity_policies"][0]["document"]["Statement"]
    statements.append(allow(["s3:PutObject", "s3:GetObject"], f"{BUCKET}/*"))
    denied = "with an explicit deny in a service control policy"
    denials = [error(action, f"{BUCKET}/a", denied) for action in ("s3:PutObject", "s3:GetObject")]

    found = combine(client, {"denials": denials, "facts": shared})

    assert_proven(client, found)
    assert [change["policy"] for change in found["fix"]["changes"]] == ["regions"]
    assert found["fix"]["verified"] is True


def _scp_arn(name: str) -> str:
    return f"arn:aws:organizations::999999999999:policy/o-aa11bb22cc/service_control_policy/{name}"


def test_a_bucket_policy_of_another_account_is_changed_once(client, shared):
    shared["principal"]["identity_policies"][0]["document"]["Statement"].append(allow("s3:*", f"{BUCKET}/*"))
    shared["resource"] |= {"arn": BUCKET, "account_id": "444455556666"}
    shared["resource"]["policy"] = {
        "name": "bucket-policy",
        "document": policy(allow("s3:GetObject", f"{BUCKET}/*", Principal={"AWS": "444455556666"})),
    }
    denied = "because no resource-based policy allows the {action} action"
    denials = [error(action, f"{BUCKET}/a", denied) for action in ("s3:PutObject", "s3:GetObject")]

    found = combine(client, {"denials": denials, "facts": shared})

    assert_proven(client, found)
    (change,) = found["fix"]["changes"]
    assert (change["policy"], found["fix"]["verified"]) == ("bucket-policy", True)


def test_a_key_that_several_objects_need_is_changed_once_wherever_it_stands(client, shared):
    key = "arn:aws:kms:eu-west-1:444455556666:key/11111111-2222-3333-4444-555555555555"
    root = {"AWS": "arn:aws:iam::444455556666:root"}
    key_policy = {"name": "key", "document": policy({**allow("kms:*", "*"), "Principal": root})}
    dependency = {
        "request": {"action": "kms:Decrypt", "resource": key, "resource_account": "444455556666"},
        "via": "s3.amazonaws.com",
        "resource": {"account_id": "444455556666", "policy": key_policy, "organization": None},
    }
    statements = shared["principal"]["identity_policies"][0]["document"]["Statement"]
    statements += [allow("s3:GetObject", f"{BUCKET}/*"), allow("kms:Decrypt", key)]
    denials = [
        {"error": f"{error('s3:GetObject', f'{BUCKET}/{name}', '')}", "facts": {"dependencies": [dependency]}}
        for name in ("a", "b")
    ]
    direct = {
        "request": {"principal": SESSION, "action": "kms:Decrypt", "resource": key, "context": {}},
        "facts": {"resource": dependency["resource"]},
    }
    shared["resource"]["arn"] = BUCKET

    found = combine(client, {"denials": [*denials, direct], "facts": shared})

    assert_proven(client, found)
    (change,) = found["fix"]["changes"]
    assert found["fix"]["verified"] is True
    assert [made["at"] for made in change["applies_to"]] == [
        "/facts/dependencies/0/resource/policy/document",
        "/facts/dependencies/0/resource/policy/document",
        "/facts/resource/policy/document",
    ]


def test_all_examples_are_ended_together(client):
    bodies = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXAMPLES.glob("*/body.json"))]

    found = combine(client, {"denials": bodies})

    assert_proven(client, found)
    assert all(denial["verified"] for denial in found["denials"])
    assert found["fix"]["verified"] is True


def test_what_cannot_be_ended_says_why_and_the_rest_is_ended(client, shared):
    quarantine = {
        "name": "AWSCompromisedKeyQuarantineV3",
        "arn": "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
        "document": policy({"Effect": "Deny", "Action": "lambda:CreateFunction", "Resource": "*"}),
    }
    shared["principal"]["identity_policies"].append(quarantine)
    function = "arn:aws:lambda:eu-west-1:111122223333:function:web"
    denied = "with an explicit deny in an identity-based policy"
    del shared["resource"]
    resources = [{"arn": BUCKET, "account_id": "111122223333", "policy": None, "organization": None}]
    denials = [error("lambda:CreateFunction", function, denied), error("s3:PutObject", f"{BUCKET}/a")]

    found = combine(client, {"denials": denials, "facts": shared, "resources": resources})

    first, second = found["denials"]
    assert first["no_fix_reason"]
    assert (first["decision_after"], second["decision_after"]) == ("explicit_deny", "allowed")
    assert_proven(client, found)


def test_without_facts_the_changes_are_named_and_nothing_is_proven(client):
    denials = [error("s3:PutObject", f"{BUCKET}/a"), error("s3:GetObject", f"{BUCKET}/a")]

    found = combine(client, {"denials": denials})

    (change,) = found["fix"]["changes"]
    assert (found["fix"]["verified"], found["fix"]["decision_after"]) == (False, "undetermined")
    assert change["statement"]["Action"] == ["s3:PutObject", "s3:GetObject"]
    assert "principal.permissions_boundary" in found["fix"]["holds_if"]
    assert found["missing_facts"]


def test_no_changes_are_looked_for_when_none_are_wanted(client, shared):
    body = {"denials": [error("s3:PutObject", f"{BUCKET}/a")], "facts": shared}

    found = client.post(ADDRESS + "?fix=none", json=body).json

    assert (found["fix"], found["no_fix_reason"]) == (None, "No fix was asked for.")
    assert found["denials"][0]["causes"][0]["id"] == "identity-no-allow"


def test_every_denial_is_stored_as_a_diagnosis_of_its_own(client, shared):
    found = combine(client, {"denials": [error("s3:PutObject", f"{BUCKET}/a")], "facts": shared})

    stored = client.get(f"/v1/diagnoses/{found['denials'][0]['diagnosis_id']}").json

    assert stored["causes"][0]["id"] == "identity-no-allow"
    assert stored["request"] == found["denials"][0]["request"]


def test_the_answer_is_found_again_as_it_was(client, shared):
    made = client.post(ADDRESS, json={"denials": [error("s3:PutObject", f"{BUCKET}/a")], "facts": shared})

    found = client.get(f"{ADDRESS}/{made.json['id']}")

    assert (found.status_code, found.data) == (200, made.data)
    assert client.get(f"{ADDRESS}/{'0' * 32}").status_code == 404


def test_what_aws_contradicts_is_told_of_each_denial(client, shared):
    shared["principal"]["identity_policies"][0]["document"]["Statement"].append(allow("s3:PutObject", "*"))

    found = combine(client, {"denials": [error("s3:PutObject", f"{BUCKET}/a")], "facts": shared})

    assert found["denials"][0]["contradictions"][0]["policy_type"] == "identity_policy"
    assert "allowed" in found["no_fix_reason"]


def test_the_document_is_as_the_contract_describes_it(client, app, shared):
    document = yaml.safe_load(app.extensions["openapi_text"]())
    schema = {"$ref": "#/components/schemas/CombinedDiagnosis", "components": document["components"]}
    log = [error("s3:PutObject", f"{BUCKET}/a"), error("lambda:CreateFunction", "*")]

    found = combine(client, {"denials": log, "facts": {"principal": shared["principal"]}})

    assert [f"{one.json_path}: {one.message}" for one in Draft202012Validator(schema).iter_errors(found)] == []
