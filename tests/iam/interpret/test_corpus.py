"""Every text of the corpus is read exactly: no field missing, none invented (E.1 to E.6)."""

import html
import json
import textwrap
from pathlib import Path

import pytest
import yaml

from iam.interpret import interpret

CORPUS = [
    pytest.param(case["text"], case["denials"], id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
# Shapes that change where a line ends are for texts of one or two lines, whose own breaks mean nothing.
FLAT = [case for case in CORPUS if case.values[0].count("\n") <= 2 and not set("│|\x1b\u200b") & set(case.values[0])]
STRUCTURED = ("cloudtrail: ", "none: ")


def said(text):
    """What a text is read as: the fields that are set, but for the span, and `is_access_denied` only where false."""
    denials = []
    for denial in interpret(text):
        fields = {name: value for name, value in denial.to_json().items() if name != "span" and value not in (None, [])}
        if fields["is_access_denied"]:
            del fields["is_access_denied"]
        denials.append(fields)
    return denials


def prose(cases):
    return [case for case in cases if not case.id.startswith(STRUCTURED)]


@pytest.mark.parametrize(("text", "denials"), CORPUS)
def test_text_of_the_corpus_is_read_exactly(text, denials):
    assert said(text) == denials


def test_corpus_covers_every_family_of_shapes():
    assert len(CORPUS) >= 400
    assert len({case.values[0] for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize(("text", "denials"), CORPUS)
def test_span_lies_in_the_text_and_holds_what_was_read(text, denials):
    for denial in interpret(text):
        start, end = denial.span
        assert 0 <= start < end <= len(text)
        squeezed = "".join(text[start:end].split())
        if denial.action and "action" not in denial.inferred and text[:1] not in "{[":
            assert denial.action[-4:] in squeezed


@pytest.mark.parametrize(("text", "denials"), prose(CORPUS))
def test_windows_line_ends_change_nothing(text, denials):
    assert said(text.replace("\n", "\r\n")) == denials


@pytest.mark.parametrize(("text", "denials"), prose(CORPUS))
def test_quotes_around_a_text_change_nothing(text, denials):
    assert said(f"```\n{text}\n```") == denials


@pytest.mark.parametrize(("text", "denials"), prose(CORPUS))
def test_markup_changes_nothing(text, denials):
    assert said(f"<pre>{html.escape(text)}</pre>") == denials


@pytest.mark.parametrize(("text", "denials"), prose(FLAT))
def test_text_inside_a_json_log_is_read_alike(text, denials):
    assert said(json.dumps({"level": "error", "msg": text, "ts": 1})) == denials


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize(
    ("text", "denials"), [case for case in prose(FLAT) if case.id.split(":")[0] in {"aws_cli", "go", "java", "tools"}]
)
def test_terminal_may_break_a_text_anywhere(text, denials, width):
    lines = [line[at : at + width] for line in text.split("\n") for at in range(0, len(line), width)]

    assert said("\n".join(lines)) == denials


@pytest.mark.parametrize("mark", ["│ ", "| ", "> ", "# "])
@pytest.mark.parametrize(
    ("text", "denials"),
    # A path that the break puts on another line is not taken for the resource.
    [case for case in prose(FLAT) if case.id.split(":")[0] in {"aws_cli", "go"} and "s3://" not in case.values[0]],
)
def test_box_may_break_a_text_between_words(text, denials, mark):
    wrapped = textwrap.wrap(text, 76, break_long_words=False, break_on_hyphens=False)

    assert said("\n".join(mark + line for line in wrapped)) == denials
