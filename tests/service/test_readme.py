"""What the README shows can be done as it is printed, and comes out as it says."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
CALLS = [command for command in COMMANDS if command.startswith("curl ")]
EXPLAIN, RUN = (command for command in COMMANDS if command.startswith(".venv/bin/"))
STATUS_OF_RUN = 254


def answer(call: str, address: str) -> dict:
    there = shlex.split(call.replace("http://127.0.0.1:8080", address))
    return json.loads(subprocess.run(there, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def finished(command: str) -> subprocess.CompletedProcess:
    name, *arguments = shlex.split(command)
    program = Path(sys.executable).with_name(Path(name).name)
    return subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_first_call_is_answered_as_the_readme_says(service_address: str):
    found = answer(CALLS[0], service_address)

    assert (found["causes"][0]["id"], found["causes"][0]["certainty"]) == ("identity-no-allow", "proven")
    assert f"> {found['headline']}\n" in README
    assert found["fix"]["verified"] is True
    assert {"patch", "cli", "terraform", "console", "owner"} <= set(found["fix"]["changes"][0])


def test_several_denials_are_answered_as_the_readme_says(service_address: str):
    found = answer(CALLS[1], service_address)

    assert (len(found["denials"]), len(found["fix"]["changes"]), found["fix"]["verified"]) == (3, 2, True)
    assert {denial["decision_after"] for denial in found["denials"]} == {"allowed"}
    assert found["also_needed"]


def test_the_command_line_explains_as_the_readme_says():
    run = finished(EXPLAIN)

    assert (run.returncode, run.stderr) == (0, "")
    assert "(proven)" in run.stdout
    (shown,) = re.findall(r"^```text\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert words(run.stdout).startswith(words(shown))


def test_a_command_is_run_as_the_readme_says():
    run = finished(RUN)

    assert (run.returncode, run.stdout) == (STATUS_OF_RUN, "")
    assert run.stderr.startswith((ROOT / "examples/key-policy/error.txt").read_text(encoding="utf-8"))
    assert "(proven)" in run.stderr
