"""Takes terminals, logs and markup off a pasted text, keeping a map back to every code point of the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from iam.interpret.hard_wraps import hard_breaks

_ESCAPE = r"(?:\x1b|\\{1,4}(?:u001[bB]|x1[bB]|033)|\u241b|\^\[)"
_COLOUR = rf"(?:{_ESCAPE}\[[0-?]{{0,32}}[ -/]{{0,4}}[@-~]|\[\d{{1,3}}(?:;\d{{1,3}}){{0,4}}m)"
_BREAK = r"(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029\u21b5]|\\{1,8}r\\{1,8}n|\\{1,8}[nr]|<br ?/?>)"
_BAR = "\u2502\u2503\u2551\u2577\u2575\u257b\u257a\u250a\u2506\u258f\u258e\u2595|"
_MARK = rf"(?:[{_BAR}>]|\#(?!/)|,(?=[ \t]{{2}})|\\{{1,8}}u25[0-9a-f]{{2}}|[\u200b\ufeff]|&(?:amp;)?gt;)"
_STAMP = r"(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?[ \t])"
_TAG = r"</?(?:pre|code|b|i|em|strong|span|p|div|td|tr|th|li|ul|samp|font)(?: [^<>\n]{0,200})?>"
_NOISE = re.compile(
    r"(?=[\x1b\\\n\r\x0b\x0c\x85\u21b5\u2018-\u201e\u2028\u2029\u200b-\u200f\u2060\ufeff\xad\u241b\u2500-\u2595&<\[^])(?:"
    + "|".join(
        (
            rf"(?P<wrap>(?:{_BREAK}{_STAMP}?+(?:[ \t\xa0]|\\{{1,8}}t|{_MARK}|{_COLOUR})*+)++)",
            (
                rf"(?P<nothing>{_COLOUR}|\x1b\][^\x07\x1b]{{0,512}}(?:\x07|\x1b\\)|"
                rf"[\u200b-\u200f\u2060\ufeff\xad]++|[\u2500-\u2595]++|{_TAG})"
            ),
            r"(?P<space>\\{1,8}t|&(?:amp;)?nbsp;)",
            r"\\{1,8}(?P<quote>[\"'/`])",
            r"\\{1,8}u(?P<unicode>[0-9a-fA-F]{4})",
            r"\\{0,8}&(?:amp;)?(?P<entity>quot|apos|lt|gt|amp|#39|#34|#x27|#x22);",
            r"(?P<double>[\u201c\u201d\u201e])",
            r"(?P<single>[\u2018\u2019])",
        )
    )
    + ")"
)
_BREAKS = re.compile(_BREAK)
_ENTITIES = {
    "quot": '"',
    "#34": '"',
    "#x22": '"',
    "apos": "'",
    "#39": "'",
    "#x27": "'",
    "lt": "<",
    "gt": ">",
    "amp": "&",
}
_TYPOGRAPHIC = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x201E: '"', 0xA0: " ", 0x200B: "", 0xFEFF: ""}
_WHITE = re.compile(r"\s")
_WIDEST = 2000  # no terminal is wider
_TRAIL = " \t\xa0" + _BAR


@dataclass(frozen=True, slots=True)
class Text:
    """A cleaned text and its maps.

    `clean` has one line feed where a line broke (with the marks that continue lines gone), two where a paragraph ended.
    `squeezed` is `clean` without white space, in lower case: the grammar's words are looked for there, so that a break
    inside a word hides nothing. Both are addressed by index; the methods translate.
    """

    source: str
    clean: str
    squeezed: str
    _clean_starts: list[int]
    _source_starts: list[int]
    _gaps: list[int]

    def in_source(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that gave `clean[start:end]`."""
        return self._source_at(start), self._source_at(end - 1) + 1 if end > start else self._source_at(start)

    def in_clean(self, at: int) -> int:
        """The index in `clean` of the squeezed code point `at` (the end of `clean` for the end of `squeezed`)."""
        return min(at + bisect_right(self._gaps, at), len(self.clean))

    def original(self, start: int, end: int) -> str:
        """`squeezed[start:end]` in the letter case of the source."""
        return "".join(self.clean[self.in_clean(start) : self.in_clean(end - 1) + 1].split()) if end > start else ""

    def in_squeezed(self, at: int) -> int:
        """The index in `squeezed` of the first code point at or after `clean[at]` that is not white space."""
        low, high = 0, len(self._gaps)
        while low < high:
            middle = (low + high) // 2
            if self._gaps[middle] + middle < at:
                low = middle + 1
            else:
                high = middle
        return at - low

    def column(self, at: int) -> int:
        """The column, from 0, at which `clean[at]` stood on its line of the original."""
        place = self._source_at(at)
        first = max(0, place - _WIDEST)
        return place - max(self.source.rfind("\n", first, place) + 1, first)

    def _source_at(self, at: int) -> int:
        if not self._clean_starts:
            return 0
        index = max(bisect_right(self._clean_starts, at) - 1, 0)
        return min(self._source_starts[index] + at - self._clean_starts[index], len(self.source))


class _Builder:
    """Collects pieces of the cleaned text with the place each came from."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.clean_starts: list[int] = []
        self.source_starts: list[int] = []
        self.length = 0

    def add(self, piece: str, source: int) -> None:
        if piece:
            self.pieces.append(piece)
            self.clean_starts.append(self.length)
            self.source_starts.append(source)
            self.length += len(piece)

    @property
    def ends_with_space(self) -> bool:
        """Whether the text so far ends with white space."""
        return bool(self.pieces) and self.pieces[-1][-1:].isspace()

    def trim(self) -> None:
        """Drop white space and table bars from the end, where a line is about to break."""
        while self.pieces:
            kept = self.pieces[-1].rstrip(_TRAIL)
            self.length -= len(self.pieces[-1]) - len(kept)
            if kept:
                self.pieces[-1] = kept
                return
            self.pieces.pop()
            self.clean_starts.pop()
            self.source_starts.pop()


def unwrap(source: str) -> Text:
    """Clean `source` of colours, line continuation marks, escapes of JSON, entities, typographic quotes (E-30)."""
    builder = _Builder()
    hard = hard_breaks(source)
    done = 0
    for noise in _NOISE.finditer(source):
        start, end = noise.span()
        builder.add(source[done:start], done)
        done = end
        kind = noise.lastgroup
        if kind == "wrap" and start in hard:
            if not builder.ends_with_space and _spaced(source, start, noise.group()):
                builder.add(" ", start)
        elif kind == "wrap":
            _add_break(builder, noise.group(), start)
        elif kind in {"quote", "unicode", "entity", "double", "single", "space"}:
            builder.add(_replacement(kind, noise.group(kind)), start)
    builder.add(source[done:], done)
    clean = "".join(builder.pieces)
    squeezed = "".join(clean.split())
    lowered = squeezed.lower()
    if len(lowered) != len(squeezed):
        lowered = re.sub("[A-Z]+", lambda run: run.group().lower(), squeezed)
    gaps = [found.start() - count for count, found in enumerate(_WHITE.finditer(clean))]
    return Text(source, clean, lowered, builder.clean_starts, builder.source_starts, gaps)


def _add_break(builder: _Builder, wrap: str, start: int) -> None:
    builder.trim()
    paragraph = len(_BREAKS.findall(wrap)) > 1
    if builder.pieces and builder.pieces[-1].endswith("\n"):
        if builder.pieces[-1] == "\n":
            builder.pieces[-1] = "\n\n"
            builder.length += 1
    elif builder.pieces:
        builder.add("\n\n" if paragraph else "\n", start)


def _spaced(source: str, start: int, wrap: str) -> bool:
    """Whether the line that was broken had a space there: before the break, or after it and the marks."""
    rest = wrap.lstrip("\r\n")
    marked = rest.strip(" \t\xa0") != ""
    return source[start - 1 : start].isspace() or (rest.endswith("  ") if marked else rest != "")


def _character(code: int) -> str:
    if code in _TYPOGRAPHIC:
        return _TYPOGRAPHIC[code]
    character = chr(code)
    drawn = "\u2500" <= character <= "\u259f"
    return "" if drawn or not (character.isprintable() or character.isspace()) else character


def _replacement(kind: str, found: str) -> str:
    if kind == "unicode":
        return _character(int(found, 16))
    if kind == "entity":
        return _ENTITIES[found]
    return {"quote": found, "double": '"', "single": "'", "space": " "}[kind]
