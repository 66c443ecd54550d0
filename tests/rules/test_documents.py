"""Finding values in a document by JSON Pointer."""

import json
from urllib.parse import quote

from rules.documents import context_values, mapping_at, request_document, resource_facts, value_at

POLICY = {"Statement": [{"Sid": "a/b", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]}


def test_pointers_lead_into_policies_given_as_text():
    for document in (POLICY, json.dumps(POLICY), quote(json.dumps(POLICY))):
        facts = {"facts": {"resource": {"policy": {"document": document}}}}
        assert value_at(facts, "/facts/resource/policy/document/Statement/0/Sid") == "a/b"


def test_escapes_of_a_pointer_are_undone():
    assert value_at({"a/b": {"c~d": 1}}, "/a~1b/c~0d") == 1


def test_pointer_to_nothing_gives_none():
    for pointer in ("/x", "/a/x", "/a/9", "/a/-1", "/b/x"):
        assert value_at({"a": [1], "b": "no json"}, pointer) is None
    assert mapping_at({"a": [1]}, "/a") == {}


def test_dependencies_have_requests_and_resources_of_their_own():
    dependency = {"request": {"action": "kms:Decrypt"}, "resource": {"account_id": "111122223333"}}
    document = {"request": {"action": "s3:GetObject"}, "facts": {"dependencies": [dependency], "resource": {}}}
    assert request_document(document, 0) == {"action": "s3:GetObject"}
    assert request_document(document, 1) == {"action": "kms:Decrypt"}
    assert resource_facts(document, 1) == {"account_id": "111122223333"}


def test_context_is_present_absent_or_unknown():
    """B-13."""
    document = {
        "request": {"context": {"aws:SourceIp": "203.0.113.9", "aws:TagKeys": ["a", "b"], "aws:referer": None}},
        "facts": {
            "principal": {"tags": {"Team": "data"}, "organization": None},
            "resource": {"organization": {"id": "o-aa11"}},
        },
    }
    assert context_values(document, "AWS:sourceip") == ("203.0.113.9",)
    assert context_values(document, "aws:TagKeys") == ("a", "b")
    assert context_values(document, "aws:Referer") == ()
    assert context_values(document, "aws:PrincipalTag/team") == ("data",)
    assert context_values(document, "aws:PrincipalTag/cost") == ()
    assert context_values(document, "aws:ResourceTag/cost") is None
    assert context_values(document, "aws:PrincipalOrgID") == ()
    assert context_values(document, "aws:ResourceOrgID") == ("o-aa11",)
    assert context_values(document, "aws:SecureTransport") is None
    document["request"]["context_complete"] = True
    assert context_values(document, "aws:SecureTransport") == ()


def test_booleans_of_a_context_are_text():
    assert context_values({"request": {"context": {"aws:SecureTransport": False}}}, "aws:SecureTransport") == ("false",)
