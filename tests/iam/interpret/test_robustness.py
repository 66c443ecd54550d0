"""Any text is read in time linear in its length, without an error, and with spans that lie in it."""

import json
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from iam.interpret import Denial, interpret
from iam.interpret.cloudtrail import read_events
from iam.interpret.decoded import read_decoded
from iam.interpret.resource_arn import complete_resource

TEXTS = [
    case["text"]
    for path in sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
# What a mutation puts in: the words, marks and characters that the reader gives a meaning.
BITS = st.sampled_from(
    [
        "User: ",
        "user",
        " is not authorized to perform: ",
        "not authorized to perform",
        " on resource: ",
        '"',
        "'",
        "`",
        " because no ",
        " with an explicit deny in a ",
        "identity-based policy",
        "service control policy: ",
        "arn:",
        "arn",
        ":",
        "*",
        "**",
        "/",
        "(",
        ")",
        "<",
        ">",
        "[",
        "{",
        "\\",
        "\\n",
        '\\"',
        "\\u2502",
        "\\ud83d",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        " ",
        "  ",
        "\u2502",
        "| ",
        "> ",
        "# ",
        "\x1b[31m",
        "\x1b",
        "[0m",
        "&quot;",
        "&",
        "\u200b",
        "\xa0",
        "\u0130",
        "\xdf",
        "\U0001f525",
        "\x00",
        "\ud800",
        "An error occurred (",
        ") when calling the ",
        " operation: ",
        "operation error S3: ",
        "https response error StatusCode: 403, ",
        "api error ",
        "AccessDenied",
        "AccessDenied: ",
        "ExpiredToken",
        "(Service: S3, Status Code: 403, Request ID: ",
        "status code: 403, request id: ",
        "Request ID: ",
        "<Code>",
        "</Code>",
        "Encoded authorization failure message: ",
        "authorization id: ",
        "Context: ",
        "Action: ",
        "On resource(s): ",
        "eventName: ",
        "eventSource: ",
        '{"eventName": ',
        "errorCode",
        "403",
        "Forbidden",
        "null",
        "s3://",
        "https://sqs.",
        "amazonaws.com",
        "Aws::",
        "::Errors::",
        ".model.",
        "Amazon.",
        "API: ",
        "Insufficient Lake Formation permission(s)",
        "HandlerErrorCode: ",
        "because",
        "transitively through a ",
        "Principal [",
        "] is not allowed to execute [",
    ]
)


@st.composite
def mutated(draw):
    """A text of the corpus with pieces taken out, put in and moved."""
    text = (
        draw(st.sampled_from(TEXTS)) + draw(st.sampled_from(["", "\n", " "])) + draw(st.sampled_from([*TEXTS[:40], ""]))
    )
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(BITS | st.text(max_size=4) | st.just("")) + text[end:]
    return text


def check(text):
    denials = interpret(text)
    assert isinstance(denials, tuple)
    for denial in denials:
        assert isinstance(denial, Denial)
        start, end = denial.span
        assert 0 <= start <= end <= len(text)
        json.dumps(denial.to_json())
        assert denial.is_access_denied != (denial.not_access_denied_kind is not None)
        complete_resource(denial)


@given(mutated())
def test_mutated_text_is_read_without_an_error(text):
    check(text)


@given(st.lists(BITS, max_size=40).map("".join))
def test_words_of_the_grammar_in_any_order_are_read_without_an_error(text):
    check(text)


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text):
    check(text)


NAMES = st.sampled_from(
    (
        "Records detail eventName eventSource userIdentity errorCode errorMessage resources requestParameters tags "
        "items key value context action principal conditions DecodedMessage allowed evaluations policies "
        "attachedTo checks arn type sessionContext"
    ).split()
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("arn:aws:iam::111122223333:root")
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)


@given(JSON)
def test_any_document_is_read_without_an_error(value):
    read_events(value)
    read_decoded(value)
    check(json.dumps(value))


@given(JSON, st.integers(1, 60))
def test_any_document_that_was_cut_off_is_read_without_an_error(value, missing):
    check(json.dumps(value)[:-missing])


def test_deep_nesting_is_read_without_an_error():
    for opening in ("[", '{"eventName":', '{"a":[', "(", "<"):
        check(opening * 50_000 + "eventName")


def seconds(text):
    """The processor time of the quickest of three readings."""
    found = []
    for _ in range(3):
        start = time.process_time()
        interpret(text)
        found.append(time.process_time() - start)
    return min(found)


@pytest.mark.parametrize(
    "unit",
    [
        "User: arn:aws:iam::111122223333:user/x is not authorized to perform: s3:GetObject on resource: b ",
        "An error occurred (AccessDenied) when calling the GetObject operation: ",
        "(Service: S3, Status Code: 403, Request ID: 0a1b2c3d) ",
        "User: user: user` ",
        "on resource: role x because ",
        "Access Denied\n",
        "AccessDenied: ",
        "unauthorized, and a good many words after it which keep the next one from being of the same error. ",
        "Encoded authorization failure message: abc\n",
        "403 ",
        '\\n\\t\\"',
        "\x1b[31m│\x1b[0m ",
        "<[{(",
        "[[[[",
        '{"eventName":"a","eventSource":"b","errorCode":"c"},',
        "a" * 80 + "\n",
        " ",
        "\n",
        "é",
    ],
    ids=lambda unit: ascii(unit[:20]),
)
def test_time_is_linear_in_the_length_of_the_text(unit):
    """Four times the text may take four times as long, or twice that on a busy machine; a square law takes sixteen."""
    short, long = (unit * (size // len(unit) + 1) for size in (1 << 15, 1 << 17))

    assert seconds(long) < 9 * seconds(short) + 0.02
