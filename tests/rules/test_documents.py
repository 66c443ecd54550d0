"""Finding values in a document by JSON Pointer."""

import json
from urllib.parse import quote

from rules.documents import mapping_at, request_document, resource_facts, value_at

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
