"""Reads one value (an ARN, an action, a name, a token) out of a cleaned text, across line breaks and redactions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam.interpret.unwrap import Text

LONGEST = 2400
_COLONS = 5  # in front of the resource part of an ARN
_WHOLE_LINE = 40  # no word of prose is that long
_OPEN = {"<": ">", "[": "]", "(": ")", "{": "}"}
_BEFORE_ELLIPSIS = ("/", ":", "-")  # dots that stand for the rest of a name, not for the end of a sentence
_QUOTES = "\"'`"
_EDGE_START = " \t\n\"'`*"
_EDGE_END = " \t\n\"'`.,;!"
_HARD_STOP = re.compile(r"[\"\n\t]|</| \(|, | - |; |\\|'[ ,)}\]]|'\Z|`|\*\*(?=\s|\Z)")
_NAMED_KIND = re.compile(
    r"(?:access key|instance profile|policy path|server certificate|mfa device|[a-z]{3,20})[ \n](?=\S)", re.IGNORECASE
)
_NAMED_KINDS = frozenset(
    (
        "access key,bucket,cluster,function,group,instance,instance profile,key,mfa device,policy,policy path,provider,"
        "queue,role,secret,server,server certificate,stream,table,topic,user"
    ).split(",")
)
HIDDEN = re.compile(r"<[^<>\n/]{1,40}>|\[[^\[\]\n]{1,40}\]|\{[^{}\n]{1,40}\}|\*{3,40}")
_TOKEN_RUN = re.compile(r"[A-Za-z0-9_-]{1,20000}")
_SNIPPED = re.compile(
    r"(?=[.\u2026<\[])(?:\.{3}|\u2026)?(?:<[^<>\n/]{1,40}>|\[[^\[\]\n]{1,40}\])?(?:\.{3}|\u2026)?(?=[\w-]{4})"
)
_ACCOUNT = re.compile(r"arn:[a-z-]{3,20}:[a-z0-9-]{0,40}:[a-z0-9-]{0,30}:(\d{12}):")


class Wraps:
    """The widths at which lines of this text broke inside a word: a line of such a width goes on in the next."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._widths: set[int] = set()

    def learn(self, start: int, end: int) -> None:
        """Note every break in `clean[start:end]`, known to be one unbroken word."""
        at = self._text.clean.find("\n", start, end)
        while at >= 0:
            self._widths.add(self.width(at))
            at = self._text.clean.find("\n", at + 1, end)

    def width(self, at: int) -> int:
        """How wide the source line is that ends at the break `clean[at]`."""
        return self._text.column(at - 1) + 1 if at else 0

    def joins(self, at: int) -> bool:
        """Whether the line that ends at the break `clean[at]` is as wide as one that is known to go on."""
        return self.width(at) in self._widths


def account_of(arn: str | None) -> str | None:
    """The account id of an ARN, or None where it has none or hides it."""
    found = _ACCOUNT.match(arn) if arn else None
    return found[1] if found else None


def region_of(arn: str | None) -> str | None:
    """The Region of an ARN, or None."""
    region = "".join(arn.split(":", 5)[3:4]) if arn and arn.startswith("arn:") else ""
    return region if re.fullmatch(r"[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d", region) else None


def between(text: Text, start: int, end: int, wraps: Wraps) -> str | None:
    """The value that fills `clean[start:end]`: breaks dropped, quotes and stops off; None when nothing is left."""
    raw = text.clean[start:end]
    value = _strip(raw)
    if "\n" in value:
        joined = value.replace("\n", "")
        if " " not in joined:
            wraps.learn(start + raw.find(value), start + raw.find(value) + len(value))
        value = joined
    return value or None


def read_resource(text: Text, start: int, stops: list[int], wraps: Wraps) -> tuple[str | None, int]:
    """The resource that begins at `clean[start]`, and where it ends.

    `stops` are the places, in `clean`, at which it ends for certain (a reason clause, the service's tail), in order.
    """
    clean = text.clean
    while start < len(clean) and clean[start] in " \n\t":
        if clean.startswith("\n\n", start):
            return None, start
        start += 1
    limit = min(len(clean), start + LONGEST)
    stop = next((at for at in stops if start <= at <= limit), None)
    if start < limit and clean[start] in _QUOTES:
        closing = _closing_quote(clean, start, limit)
        if closing is not None:
            return between(text, start + 1, closing, wraps), closing + 1
        start += 1
    end = _unquoted_end(clean, start, stop, limit, wraps)
    return between(text, start, end, wraps), end


def _closing_quote(clean: str, start: int, limit: int) -> int | None:
    quote = clean[start]
    ends = [
        at
        for at in (clean.find(mark, start + 1, limit) for mark in (quote, "'" if quote == "`" else quote))
        if at > start
    ]
    if not ends:
        return None
    closing = min(ends)
    return closing if "\n\n" not in clean[start:closing] else None


def _unquoted_end(clean: str, start: int, stop: int | None, limit: int, wraps: Wraps) -> int:
    line_end = _line_end(clean, start, limit)
    if stop is not None:
        if stop <= line_end or _one_word_lines(clean, line_end, stop):
            return _hard_stop(clean, start, stop)
        limit = min(limit, stop)
    end = _word_end(clean, start, limit)
    while end < limit and clean[end] == "\n" and _goes_on(clean, start, end, wraps):
        end = _word_end(clean, end + 1, limit)
    return end


def _line_end(clean: str, start: int, limit: int) -> int:
    at = clean.find("\n", start, limit)
    return at if at >= 0 else limit


def _one_word_lines(clean: str, start: int, end: int) -> bool:
    """Whether every line of `clean[start:end]` is a single word, as the rest of a broken ARN is."""
    return "\n\n" not in clean[start:end] and not any(" " in line.strip() for line in clean[start:end].split("\n"))


def _hard_stop(clean: str, start: int, end: int) -> int:
    at = start
    while found := _HARD_STOP.search(clean, at, end):
        if found.group() != "\n":
            return found.start()
        at = found.end()
    return end


def _word_end(clean: str, start: int, limit: int) -> int:
    """Where the word at `start` ends: at white space that no bracket of a redaction encloses, or at a quote."""
    named = _NAMED_KIND.match(clean, start, limit)
    at = named.end() if named and named.group().strip().lower().replace("\n", " ") in _NAMED_KINDS else start
    inside = ""
    while at < limit:
        char = clean[at]
        if char == "\n" or (char == '"' and not inside):
            break
        if not inside and clean.startswith("</", at):
            break
        if inside:
            inside = "" if char == inside else inside
        elif char in _OPEN and clean.find(_OPEN[char], at, min(limit, at + 60)) > 0:
            inside = _OPEN[char]
        elif char in " \t\\`":
            break
        at += 1
    return at


def _goes_on(clean: str, start: int, end: int, wraps: Wraps) -> bool:
    if clean.startswith("\n\n", end):
        return False
    value = clean[start:end].replace("\n", "")
    if value.startswith("arn") and value.count(":") < _COLONS:
        return True
    return wraps.joins(end)


def read_arn(text: Text, start: int, wraps: Wraps) -> tuple[str | None, int]:
    """The ARN that begins at or just after `clean[start]`, and where it ends; (None, start) when none does."""
    clean = text.clean
    at = start
    while at < len(clean) and clean[at] in " \n\t:\"'`*":
        at += 1
    if not clean.startswith("arn", at):
        return None, start
    limit = min(len(clean), at + LONGEST)
    end = _unquoted_end(clean, at, None, limit, wraps)
    return between(text, at, end, wraps), end


def read_token(text: Text, start: int, wraps: Wraps) -> tuple[str | None, int]:
    """The encoded message that begins at or just after `clean[start]`, on however many lines, and where it ends."""
    clean = text.clean
    at = start
    while at < len(clean) and clean[at] in " \n\t:\"'`":
        at += 1
    if hidden := HIDDEN.match(clean, at):
        return hidden.group(), hidden.end()
    run = _TOKEN_RUN.match(clean, at)
    if run is None:
        return None, start
    pieces = [run.group()]
    end = run.end()
    if (snipped := _SNIPPED.match(clean, end)) and (rest := _TOKEN_RUN.match(clean, snipped.end())):
        return clean[run.start() : rest.end()], rest.end()
    while end + 1 < len(clean) and clean[end] == "\n" and clean[end + 1] != "\n":
        run = _TOKEN_RUN.match(clean, end + 1)
        if run is None or not _fills(clean, run, joins=wraps.joins(end)):
            break
        pieces.append(run.group())
        end = run.end()
    return "".join(pieces), end


def _fills(clean: str, run: re.Match[str], *, joins: bool) -> bool:
    rest = clean[run.end() : run.end() + 2]
    ends = rest == " (" or rest[:1] in {"", "\n", '"', "'", ",", ".", ")", "\\"}
    return joins or ends or len(run.group()) >= _WHOLE_LINE


def _strip(value: str) -> str:
    value = value.lstrip(_EDGE_START) if value.strip() not in {"*", "*."} else "*"
    while value:
        kept = value.rstrip(_EDGE_END if value.startswith("arn:") else _EDGE_END + ":")
        if (
            kept
            and kept[-1] in ")]}>"
            and kept.count(kept[-1]) > kept.count({v: k for k, v in _OPEN.items()}[kept[-1]])
        ):
            kept = kept[:-1]
        if kept == value or (value.endswith("...") and kept.endswith(_BEFORE_ELLIPSIS)):
            return value
        value = kept
    return value
