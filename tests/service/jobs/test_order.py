"""What waits in the database holds no secrets, and is read again as it was sent where it held none."""

import json

from service.jobs.order import Order
from service.strict_json import read_json

LIMITS = {"max_nesting": 32, "max_nodes": 1000}
KEY = "AKIAIOSFODNN7EXAMPLE"


def test_a_body_without_secrets_is_kept_to_the_letter():
    text = '{ "error" :\n "basic authentication is no secret" }'

    order = Order.of(read_json(text.encode(), **LIMITS), with_fix=False)

    assert order == Order(text, as_sent=True, with_fix=False)
    assert Order.from_payload(order.payload()) == order


def test_secrets_are_taken_out_before_a_body_is_kept():
    body = {"error": f"key {KEY}", "event": {"userIdentity": {"accessKeyId": KEY}, "sessionToken": "made-up-token"}}

    order = Order.of(read_json(json.dumps(body).encode(), **LIMITS), with_fix=True)

    assert not order.as_sent
    assert KEY not in order.payload()
    assert "made-up-token" not in order.payload()
    assert json.loads(order.text)["error"] == "key [redacted …MPLE]"
