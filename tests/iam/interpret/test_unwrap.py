"""Terminals, logs and markup come off a text, and every code point keeps its place (E-30)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.interpret.hard_wraps import hard_breaks
from iam.interpret.unwrap import unwrap

PIECES = st.sampled_from(
    [
        "User: ",
        "arn:aws:s3:::b",
        "\n",
        "\r\n",
        "\u2502 ",
        "| ",
        "> ",
        "\x1b[31m",
        "\x1b[0m",
        '\\"',
        "\\n",
        "\\t",
        "\\u0022",
        "&quot;",
        "&amp;lt;",
        "\u201c",
        "\u2019",
        "\u200b",
        "\xa0",
        " ",
        "[1m",
        "\u2577",
        "\xe9",
        "\u0130",
        "\U0001f525",
        "a",
        "\\\\",
        "2026-01-01T00:00:00Z ",
    ]
)


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("\x1b[31m│\x1b[0m \x1b[1mError\x1b[0m", " Error"),
        ("[31m│[0m Error", " Error"),
        ("a\n│ b\n│ \n│ c", "a\nb\n\nc"),
        ("a\n> > b", "a\nb"),
        ("a\n# b", "a\nb"),
        ("region=us-east-1\n#/authorization-details", "region=us-east-1\n#/authorization-details"),
        ("a   |\n|  b   |", "a\nb   |"),
        ("2026-04-01T10:11:12.1Z a\n2026-04-01T10:11:13.1Z b", "2026-04-01T10:11:12.1Z a\nb"),
        (r"a\n\tb \"c\" \\\"d\\\"", 'a\nb "c" "d"'),
        (r"\u0022a\u0022 \u201cb\u201d", '"a" "b"'),
        ("&quot;a&quot; &amp;lt;b&gt;", '"a" <b>'),
        ("\u201ca\u201d \u2018b\u2019", "\"a\" 'b'"),
        ("<p>a <Code>b</Code></p>", "a <Code>b</Code>"),
        ("not\u200b authorized", "not authorized"),
    ],
)
def test_marks_come_off(source, clean):
    assert unwrap(source).clean == clean


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_every_code_point_keeps_its_place(source):
    text = unwrap(source)

    assert text.squeezed == "".join(text.clean.split()).lower() or len(text.squeezed) == len(
        "".join(text.clean.split())
    )
    for at in range(len(text.squeezed)):
        assert text.clean[text.in_clean(at)].lower()[:1] == text.squeezed[at].lower()[:1]
    previous = 0
    for at, character in enumerate(text.clean):
        start, end = text.in_source(at, at + 1)
        assert previous <= start < end <= len(source)
        if not character.isspace():
            assert text.in_squeezed(at) < len(text.squeezed)
        previous = start


def test_line_of_the_width_of_its_neighbours_goes_on():
    line = "User: arn:aws:sts::111122223333:assumed-role/reporting is not authorized to perform: x"

    assert unwrap("\n".join(line[at : at + 43] for at in range(0, len(line), 43)) + "\nend").clean.count("\n") <= 2
    assert len(hard_breaks("a" * 80 + "\n" + "b" * 80 + "\nccc")) == 2


@pytest.mark.parametrize(
    "source",
    [
        "2026-01-01 10:00:00 ERROR upload 1 has failed\n2026-01-01 10:00:01 ERROR upload 2 has failed\nend",
        "|  one                                        |\n|  two                                        |\nend",
        "a" * 80 + "\n" + "b" * 90 + "\n" + "c" * 70,
        "short\nlines\nonly",
        "",
    ],
)
def test_lines_of_logs_and_tables_do_not_go_on(source):
    assert hard_breaks(source) == frozenset()
