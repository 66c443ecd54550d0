"""Large JSON is read with little memory, and strictly."""

import json
import tracemalloc

import pytest

from service.imports.documents import import_text
from service.imports.lean_json import read_document
from service.imports.origin import Origin
from service.problems import Kind, Problem


def test_policies_stay_text_and_the_rest_is_parsed():
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}

    found = read_document(json.dumps({"a": [{"Document": policy, "Statement": 1}], "b": policy}).encode())

    assert json.loads(found["b"]) == policy
    assert found["a"][0]["Statement"] == 1
    assert json.loads(found["a"][0]["Document"]) == policy


@pytest.mark.parametrize(
    ("raw", "kind", "message"),
    [
        (b"{", Kind.MALFORMED_JSON, "line 1, column 2"),
        (b"\xff{}", Kind.MALFORMED_JSON, "not UTF-8"),
        (b'{"a": 1, "a": 2}', Kind.VALIDATION_ERROR, "the key `a` occurs twice"),
        (b'{"a": NaN}', Kind.VALIDATION_ERROR, "`NaN` is not JSON"),
        (b'{"a": ' + b"1" * 200 + b"}", Kind.VALIDATION_ERROR, "more than 100 digits"),
        (b"[" * 100_000 + b"]" * 100_000, Kind.TOO_DEEP, "nested too deeply"),
        (b"[" + b"[]," * 300_000 + b"1]", Kind.TOO_LARGE, "implausibly many values"),
    ],
)
def test_what_is_no_plausible_json_is_refused(raw, kind, message):
    with pytest.raises(Problem) as refused:
        read_document(raw, "export.json")

    assert refused.value.kind is kind
    assert message in refused.value.detail
    assert "`export.json`" in refused.value.detail


def test_a_byte_order_mark_is_no_content():
    assert read_document(b"\xef\xbb\xbf{}") == {}


def test_an_export_takes_a_small_multiple_of_its_size():
    """Parsed as a whole it takes six times as much: an export of 64 MiB must not take half a gigabyte."""
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::a/*", "*"]}
    policies = [{"PolicyName": "inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement] * 9}}]
    roles = [
        {"Arn": f"arn:aws:iam::111122223333:role/r{number}", "RolePolicyList": policies, "AttachedManagedPolicies": []}
        for number in range(2000)
    ]
    raw = json.dumps({"RoleDetailList": roles}).encode()

    tracemalloc.start()
    _, found = import_text(raw, Origin())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) == 2000
    assert peak < 3 * len(raw)
