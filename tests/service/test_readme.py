"""What the README shows can be done as it is printed, and comes out as it says."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
OURS = [command for command in COMMANDS if command.startswith(".venv/bin/")]


def test_the_first_call_is_answered_as_the_readme_says(service_address: str):
    (call,) = [command for command in COMMANDS if command.startswith("curl ")]
    there = shlex.split(call.replace("http://127.0.0.1:8080", service_address))
    answer = json.loads(subprocess.run(there, cwd=ROOT, capture_output=True, text=True, check=True).stdout)

    assert (answer["causes"][0]["id"], answer["causes"][0]["certainty"]) == ("identity-no-allow", "proven")
    assert answer["fix"]["verified"] is True
    assert {"patch", "cli", "terraform", "console", "owner"} <= set(answer["fix"]["changes"][0])


@pytest.mark.parametrize("command", OURS)
def test_the_command_line_runs_as_the_readme_says(command: str):
    name, *arguments = shlex.split(command)
    program = Path(sys.executable).with_name(Path(name).name)
    run = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stderr) == (0, "")
    assert "(proven)" in run.stdout


def test_the_readme_shows_the_command_line():
    assert OURS
