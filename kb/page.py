"""The fixed shape of a cause's page: front matter, four sections in order, numbered steps and one example."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Any, TypeVar

import yaml

from kb.errors import PageError
from kb.placeholders import PLACEHOLDERS, fill, names

__all__ = ["PLACEHOLDERS", "SECTIONS", "Group", "Page", "Reference", "Severity", "fill", "parse", "split"]

SECTIONS = ("What happened", "Confirm it", "Remediation", "Example")
"""The sections of every page, in this order."""

_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,2}) +(.+?) *$")
_STEP = re.compile(r"^(\d+)\. +(.+)$")
_Member = TypeVar("_Member", bound=StrEnum)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@unique
class Severity(StrEnum):
    """How far a cause reaches: one call, one principal or resource, everybody under a guardrail, or an incident."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@unique
class Group(StrEnum):
    """Where a page stands in the index; the value is the heading there."""

    IDENTITY = "Identity policies"
    CEILING = "Boundaries and sessions"
    ORGANIZATION = "Organization"
    RESOURCE = "Resource policies and cross-account access"
    NETWORK = "VPC endpoints and network"
    CONDITION = "Conditions of the request"
    TRUST = "Roles and trust"
    KMS = "KMS keys"
    DATA = "S3 and data services"
    PATH = "Access path and timing"


@dataclass(frozen=True, slots=True)
class Reference:
    """A page of AWS's documentation."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to say about one cause; `fill` turns its placeholders into the names of a case.

    `title` is plain; `summary` (one sentence), `what_happened` and `confirm` (Markdown) and `remediation` (a step each)
    may hold placeholders. `example` is the JSON text of a diagnosis request in which this cause is found,
    first or, where `after` names another cause, behind that one.
    """

    id: str
    title: str
    summary: str
    severity: Severity
    group: Group
    references: tuple[Reference, ...]
    what_happened: str
    confirm: str
    remediation: tuple[str, ...]
    example: str
    after: str | None = None

    def example_body(self) -> dict[str, Any]:
        """The example as the body of `POST /v1/diagnoses`."""
        body: dict[str, Any] = json.loads(self.example)
        return body


def parse(path: Path) -> Page:
    """The page in the file at `path`, whose name is the cause's id.

    Raises `PageError`, naming the file, for front matter that is incomplete or has more than it should, a section that
    is missing or out of order, steps that are not numbered 1, 2, 3 …, a placeholder outside `PLACEHOLDERS`, a
    confirmation without a command, and an example that is not one JSON object.
    """
    try:
        return _page(path.stem, path.read_text(encoding="utf-8"))
    except PageError as error:
        raise PageError(f"`{path.name}`: {error}") from error


def split(text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the Markdown after it; raises `PageError` for a text without front matter."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        raise PageError("the page does not begin with front matter between two `---` lines")
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        raise PageError(f"the front matter is not YAML: {error}") from error
    if not isinstance(front, dict):
        raise PageError("the front matter is not a mapping")
    return front, found[2]


def _page(cause: str, text: str) -> Page:
    if not _ID.fullmatch(cause):
        raise PageError("a page is named after its cause, in lower case with hyphens")
    unknown = names(text) - PLACEHOLDERS.keys()
    if unknown:
        raise PageError(f"unknown placeholder `{{{min(unknown)}}}`")
    front, body = split(text)
    wanted = {"title", "summary", "severity", "group", "references"}
    if front.keys() - {"after"} != wanted:
        raise PageError(f"the front matter holds {sorted(front)}, not {sorted(wanted)}")
    sections = _sections(body)
    confirm = sections["Confirm it"]
    if not any(language == "sh" and command.strip() for language, command in _FENCE.findall(confirm)):
        raise PageError("`Confirm it` holds no `sh` block with a command")
    return Page(
        id=cause,
        title=_line(front, "title"),
        summary=_line(front, "summary"),
        severity=_member(Severity, front["severity"]),
        group=_member(Group, front["group"]),
        references=_references(front["references"]),
        what_happened=sections["What happened"],
        confirm=confirm,
        remediation=_steps(sections["Remediation"]),
        example=_example(sections["Example"]),
        after=_line(front, "after") if "after" in front else None,
    )


def _line(front: Mapping[str, Any], name: str) -> str:
    value = front[name]
    if not isinstance(value, str) or not value.strip() or "\n" in value.strip():
        raise PageError(f"`{name}` is not one line of text")
    return value.strip()


def _member(kind: type[_Member], value: object) -> _Member:
    try:
        return kind(str(value))
    except ValueError as error:
        raise PageError(f"`{value}` is not one of {[str(member) for member in kind]}") from error


def _references(value: object) -> tuple[Reference, ...]:
    if not isinstance(value, list) or not value:
        raise PageError("`references` is not a list of at least one page")
    found = []
    for entry in value:
        if not isinstance(entry, dict) or entry.keys() != {"title", "url"}:
            raise PageError(f"a reference has a title and a url, not `{entry}`")
        if not str(entry["url"]).startswith("https://"):
            raise PageError(f"`{entry['url']}` is not an https address")
        found.append(Reference(title=str(entry["title"]), url=str(entry["url"])))
    return tuple(found)


def _sections(body: str) -> dict[str, str]:
    headings: list[str] = []
    lines: list[list[str]] = []
    fenced = False
    for line in body.splitlines():
        heading = None if fenced else _HEADING.match(line)
        fenced ^= line.startswith("```")
        if heading is not None:
            if heading[1] == "#":
                raise PageError("the title belongs in the front matter alone")
            headings.append(heading[2])
            lines.append([])
        elif lines:
            lines[-1].append(line)
        elif line.strip():
            raise PageError(f"text before the first section: `{line.strip()}`")
    if fenced:
        raise PageError("a code block is never closed")
    if tuple(headings) != SECTIONS:
        raise PageError(f"the sections are {headings}, not {list(SECTIONS)}")
    contents = ["\n".join(section).strip() for section in lines]
    for heading_text, content in zip(headings, contents, strict=True):
        if not content:
            raise PageError(f"`{heading_text}` is empty")
    return dict(zip(headings, contents, strict=True))


def _steps(section: str) -> tuple[str, ...]:
    steps: list[str] = []
    for line in section.splitlines():
        step = _STEP.match(line)
        if step is not None:
            if int(step[1]) != len(steps) + 1:
                raise PageError(f"step {len(steps) + 1} is numbered {step[1]}")
            steps.append(step[2].strip())
        elif line.strip() and line.startswith("   ") and steps:
            steps[-1] += " " + line.strip()
        elif line.strip():
            raise PageError(f"`Remediation` is a numbered list and nothing else, not `{line.strip()}`")
    return tuple(steps)


def _example(section: str) -> str:
    blocks: Sequence[tuple[str, str]] = _FENCE.findall(section)
    if [language for language, _ in blocks] != ["json"]:
        raise PageError("`Example` holds one `json` block and no other")
    text = blocks[0][1].strip()
    try:
        body = json.loads(text)
    except ValueError as error:
        raise PageError(f"the example is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise PageError("the example is not a JSON object")
    return text
