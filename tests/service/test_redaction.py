"""No secret leaves, and nothing else is touched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.redaction import may_hold_secrets, redact, redact_value

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE" + "a1B2" * 20
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
SECRETS = {
    "an access key id": (f"on resource: access key {KEY_ID}", KEY_ID),
    "a temporary access key id": ("(ASIAIOSFODNN7EXAMPLE)", "ASIAIOSFODNN7EXAMPLE"),
    "a secret in a shell": (f"export AWS_SECRET_ACCESS_KEY={SECRET}", SECRET),
    "a secret in a profile": (f"aws_secret_access_key = {SECRET}", SECRET),
    "a secret in JSON": (f'{{"SecretAccessKey": "{SECRET}"}}', SECRET),
    "a session token": (f"token {TOKEN} end", TOKEN),
    "a signed URL": (
        "https://b.s3.amazonaws.com/k?X-Amz-Signature=0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123",
    ),
    "a signature in a header": (
        "SignedHeaders=host, Signature=fe5f80f77d5fa3beca038a248ff027d0",
        "fe5f80f77d5fa3beca03",
    ),
    "a bearer token": (f"Authorization: Bearer {JWT}", JWT),
    "a web token": (f"id_token {JWT}", JWT),
    "a private key": ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow"),
    "a password": ("password: hunter2hunter2", "hunter2hunter2"),
}
HARMLESS = [
    "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: secretsmanager:GetSecretValue",
    "The request signature we calculated does not match the signature you provided.",
    "The security token included in the request is expired",
    "AROAEXAMPLEROLEID1234:run-1",
    "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/password-AbCdEf",
    "SAKIAIOSFODNN7EXAMPLE",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_taken_out(text, secret):
    redacted = redact(text)

    assert secret not in redacted
    assert "[redacted" in redacted
    assert redact(redacted) == redacted


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text):
    assert redact(text) == text


def test_the_last_characters_tell_two_secrets_apart():
    assert redact(f"{KEY_ID} {KEY_ID} AKIAIOSFODNN7EXAMPLF") == "[redacted …MPLE] [redacted …MPLE] [redacted …MPLF]"


@pytest.mark.parametrize("name", ["secretAccessKey", "SessionToken", "aws_secret_access_key", "password"])
def test_a_member_named_as_a_secret_is_hidden_whole(name):
    assert "short" not in json.dumps(redact_value({name.removeprefix("aws_"): "short"}))


def test_values_are_redacted_however_deep_and_keys_too():
    value = {"a": [{KEY_ID: KEY_ID}, 1, None, True], "b": (KEY_ID,)}

    assert KEY_ID not in json.dumps(redact_value(value))
    assert redact_value({"a": [1, None, True, "x"]}) == {"a": [1, None, True, "x"]}


@given(st.text(), st.sampled_from(sorted(SECRETS)), st.text())
def test_the_quick_test_never_overlooks_a_secret(before, name, after):
    text = f"{before} {SECRETS[name][0]} {after}"

    assert redact(text) == text or may_hold_secrets(text)
    assert SECRETS[name][1] not in redact(text)


@given(st.text())
def test_redacting_twice_is_redacting_once(text):
    assert redact(redact(text)) == redact(text)
