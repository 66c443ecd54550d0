"""Carries out the commands of a fix as they are printed, by the clients of boto3 that the AWS CLI would use."""

import json
import re
import shlex
from collections.abc import Callable
from typing import Any

from botocore import xform_name

_FILE = re.compile(r"cat > (?P<name>\S+) <<'EOF'\n(?P<text>.*)\nEOF", re.DOTALL)
_CLIENTS = {"s3api": "s3"}


def carry_out(commands: list[str], client: Callable[[str], Any]) -> list[Any]:
    """Carry out shell commands that write files and call the AWS CLI; what each call of AWS returned."""
    files: dict[str, str] = {}
    returned = []
    for command in commands:
        written = _FILE.fullmatch(command)
        if written is not None:
            files[written["name"]] = written["text"]
            continue
        program, service, operation, *arguments = shlex.split(command)
        assert program == "aws", command
        chosen = client(_CLIENTS.get(service, service))
        returned.append(_call(chosen, operation, arguments, files))
    return returned


def written(commands: list[str]) -> list[Any]:
    """The documents that the commands write into files."""
    found = (_FILE.fullmatch(command) for command in commands)
    return [json.loads(one["text"]) for one in found if one is not None]


def _call(client: Any, operation: str, arguments: list[str], files: dict[str, str]) -> Any:
    method = operation.replace("-", "_")
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
    names = {xform_name(member, "-"): member for member in shape.members}
    parameters: dict[str, Any] = {}
    waiting = list(arguments)
    while waiting:
        flag = waiting.pop(0)
        assert flag.startswith("--"), arguments
        member = names[flag.removeprefix("--")]
        if shape.members[member].type_name == "boolean":
            parameters[member] = True
            continue
        value = waiting.pop(0)
        parameters[member] = files[value.removeprefix("file://")] if value.startswith("file://") else value
    return getattr(client, method)(**parameters)
