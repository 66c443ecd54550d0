"""Policies given as text become objects that patches can point into."""

import json
from urllib.parse import quote

from rules.remedy import parsed

DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def in_place(document):
    return parsed({"facts": {"principal": {"identity_policies": [{"document": document}]}}})["facts"]["principal"][
        "identity_policies"
    ][0]["document"]


def test_a_document_of_json_text_becomes_an_object():
    assert in_place(json.dumps(DOCUMENT)) == DOCUMENT


def test_a_percent_encoded_document_becomes_an_object():
    assert in_place(quote(json.dumps(DOCUMENT))) == DOCUMENT


def test_what_is_no_policy_stays_as_it_is():
    assert in_place("{not json") == "{not json"


def test_a_key_named_document_inside_a_policy_is_left_alone():
    document = {"Statement": [{"Condition": {"StringEquals": {"document": "{}"}}}]}

    assert in_place(document) == document
