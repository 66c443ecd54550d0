"""The header `Prefer` is read as RFC 7240 writes it."""

import pytest
from flask import Flask

from service.api.preferences import MOST_SECONDS, Preferences, preferences


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], Preferences()),
        (["respond-async"], Preferences(respond_async=True)),
        (["Respond-Async, wait=10"], Preferences(respond_async=True, wait=10)),
        (['foo="a, b"; bar; baz=1', "respond-async"], Preferences(respond_async=True)),
        (['wait="5"; x=y, respond-async;z'], Preferences(respond_async=True, wait=5)),
        (["wait=5, wait=7"], Preferences(wait=5)),
        (["respond-asynchronously"], Preferences()),
        (['foo="respond-async"'], Preferences()),
        (["return=minimal"], Preferences()),
        (["wait=soon"], Preferences()),
        (["wait=-1"], Preferences()),
        (["wait=99999999999999999999"], Preferences()),
        (["wait=3600"], Preferences(wait=MOST_SECONDS)),
        ([",,;=\"' wait"], Preferences()),
    ],
)
def test_preferences_are_read_and_what_is_not_understood_is_passed_over(headers, expected):
    with Flask(__name__).test_request_context(headers=[("Prefer", header) for header in headers]):
        assert preferences() == expected


def test_a_long_header_is_read_at_once():
    with Flask(__name__).test_request_context(headers={"Prefer": "a=" * 50_000 + '"'}):
        assert preferences() == Preferences()
