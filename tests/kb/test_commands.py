"""Every AWS command on a page or behind a missing fact exists, with the parameters that it is given."""

from __future__ import annotations

import re
import shlex
import tomllib
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

KB = Path(__file__).parents[2] / "kb"
LOADER = botocore.session.get_session()
ANYWHERE = {"--query", "--output", "--profile", "--region", "--debug", "--no-sign-request", "--max-items"}
OF_THE_CLI = {"configure", "s3", "sso"}
"""Commands that the AWS CLI adds; they are not in the services' models."""
SERVICES = {"s3api": "s3"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(aws\s[^`]+)`")
COMMAND = re.compile(r"(?<![\w/.-])aws\s+(?=[a-z])")
NESTED = re.compile(r"\$\([^()]*\)")
OPTION = re.compile(r"--[a-z0-9-]+")


def texts():
    """The commands of each page and fact, by where they stand."""
    for path in sorted((KB / "pages").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        for kind, block in FENCE.findall(text):
            if kind == "sh":
                yield path.name, block.replace("\\\n", " ")
        for inline in INLINE.findall(FENCE.sub("", text)):
            yield path.name, " ".join(inline.split())
    facts = tomllib.loads((KB / "facts.toml").read_text(encoding="utf-8"))
    pending = list(facts.items())
    while pending:
        name, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{name}.{key}", inner) for key, inner in value.items()]
        elif isinstance(value, str):
            yield f"facts.toml {name}", value


def end_of(text, start):
    """Where a command ends: at a pipe, a line's end, a redirection, or the bracket around it."""
    depth, quote = 0, ""
    for place in range(start, len(text)):
        mark = text[place]
        if quote:
            quote = "" if mark == quote else quote
        elif mark == "'" or (mark == '"' and not depth and "$(" not in text[place : place + 3]):
            quote = mark
        elif mark == "(":
            depth += 1
        elif mark == ")":
            if not depth:
                return place
            depth -= 1
        elif mark in "|;\n>&" and not depth:
            return place
    return len(text)


def commands():
    """Each command: where it stands, and its words without the commands inside it."""
    for where, text in texts():
        for found in COMMAND.finditer(text):
            command = text[found.start() : end_of(text, found.start())]
            while (plain := NESTED.sub("NESTED", command)) != command:
                command = plain
            yield where, command


@cache
def model(service):
    return LOADER.get_service_model(SERVICES.get(service, service))


def parameters(service, operation):
    """The options of a command, and those that it must have."""
    names = {xform_name(name, "-"): name for name in model(service).operation_names}
    shape = model(service).operation_model(names[operation]).input_shape
    if shape is None:
        return set(), set()
    options = {f"--{xform_name(name, '-')}" for name in shape.members}
    options |= {f"--no-{option.removeprefix('--')}" for option in options}
    return options, {f"--{xform_name(name, '-')}" for name in shape.required_members}


ALL = [pytest.param(where, command, id=f"{where}: {' '.join(command.split()[:3])}") for where, command in commands()]


@pytest.mark.parametrize(("where", "command"), ALL)
def test_command_exists_and_takes_what_it_is_given(where, command):
    words = shlex.split(command.replace("`", ""))
    service, operation, *rest = words[1:] if len(words) > 2 else [words[1], "help"]
    if service in OF_THE_CLI or operation == "help":
        return
    assert operation in {xform_name(name, "-") for name in model(service).operation_names}, where
    options, required = parameters(service, operation)
    given = {word for word in rest if OPTION.fullmatch(word)}

    assert given <= options | ANYWHERE, where
    if given - ANYWHERE:
        assert required <= given, where
