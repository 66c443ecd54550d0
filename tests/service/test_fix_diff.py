"""Changes are shown as lines, wherever they are made."""

from service.fix_diff import Line, diff_of

DOCUMENT = {"request": {"action": "s3:GetObject", "context": {}}, "facts": {"network": None}}


def shown(*changes) -> list[list[str]]:
    return [[line for kind, line in lines if kind is not Line.PLACE] for lines in diff_of(changes, DOCUMENT)]


def test_a_change_of_the_whole_document_is_shown():
    patch = [{"op": "add", "path": "/facts/network", "value": {"vpc_endpoint": None}}]

    (lines,) = shown({"at": "", "patch": patch})

    assert '-    "network": null' in lines
    assert '+      "vpc_endpoint": null' in lines


def test_each_change_is_shown_after_those_before_it():
    first = {"at": "/request/context", "patch": [{"op": "add", "path": "/a", "value": "1"}]}
    second = {"at": "/request/context", "patch": [{"op": "add", "path": "/b", "value": "2"}]}

    assert [[line for line in lines if line.startswith("+") and '"' in line] for lines in shown(first, second)] == [
        ['+  "a": "1"'],
        ['+  "a": "1",', '+  "b": "2"'],
    ]


def test_what_was_given_is_left_as_it_was():
    shown({"at": "/facts/network", "patch": [{"op": "replace", "path": "", "value": {}}]})

    assert DOCUMENT == {"request": {"action": "s3:GetObject", "context": {}}, "facts": {"network": None}}
