"""The evaluators that are measured, each a process of its own that answers a round of requests when it is told to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.scenarios import Json, Scenario

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "bench"
_PEERS = Path(__file__).parent / "peers"
_INSTALLED = BUILD / "peers"
_VENV = _INSTALLED / "venv"


@dataclass(frozen=True, slots=True)
class Engine:
    """An evaluator: its name, the command that runs it on a scenario file, and what its answer holds."""

    name: str
    command: tuple[str, ...]
    gives: str


def _ours(label: str, mode: str, gives: str) -> Engine:
    return Engine(f"whydenied, {label}", (sys.executable, str(_PEERS / "run_whydenied.py"), "{scenario}", mode), gives)


EXPLAINING = _ours("full explanation", "full", "every layer, every mismatch, as JSON")
PLAIN = _ours("no explanation", "none", "every layer")
READING = _ours("facts read each time", "document", "every layer, every mismatch, as JSON")
OURS = (EXPLAINING, PLAIN, READING)
PEERS = (
    Engine(
        "iam-simulate",
        ("node", str(_PEERS / "run_iam_simulate.mjs"), "{scenario}", str(_INSTALLED)),
        "every layer, every statement explained",
    ),
    Engine("PMapper", (str(_VENV / "bin/python"), str(_PEERS / "run_pmapper.py"), "{scenario}"), "yes or no"),
    Engine(
        "cedarpy, pre-parsed",
        (str(_VENV / "bin/python"), str(_PEERS / "run_cedar.py"), "{scenario}"),
        "yes or no, flat: no layers",
    ),
    Engine(
        "moto",
        (sys.executable, str(_PEERS / "run_moto.py"), "{scenario}"),
        "yes or no, identity policies without conditions",
    ),
)


@dataclass(slots=True)
class Measured:
    """What one engine took for each round, and what it said of itself."""

    engine: Engine
    version: str
    allowed: int
    requests: int
    seconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second, by the median round."""
        return self.requests / median(self.seconds)

    @property
    def spread(self) -> float:
        """How far the slowest round is from the fastest, as a factor."""
        return max(self.seconds) / min(self.seconds)


def install_peers() -> None:
    """Install the peers into `build/bench/peers`; what cannot be installed is said, and missing from the tables."""
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    shutil.copy(_PEERS / "package.json", _INSTALLED)
    if not (_INSTALLED / "node_modules").exists():
        _run("npm", "install", "--prefix", str(_INSTALLED), "--no-package-lock", "--no-audit", "--no-fund", "--silent")
    if not (_VENV / "ready").exists():
        requirements = str(_PEERS / "requirements.txt")
        _run(sys.executable, "-m", "venv", str(_VENV))
        pip = (str(_VENV / "bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check")
        if _run(*pip, "install", "--requirement", requirements):
            (_VENV / "ready").touch()


def _run(*command: str) -> bool:
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"not installed: {error}")
        return False
    return True


def measure(scenario: Scenario, engines: tuple[Engine, ...], *, rounds: int) -> tuple[list[Measured], dict[str, str]]:
    """Run every engine on the same scenario, round by round in turn, so that noise strikes all alike.

    Returns what was measured, and why the engines that are missing are missing.
    """
    path = BUILD / f"{scenario.name.replace(' ', '-')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(scenario.to_json()), encoding="utf-8")
    missing: dict[str, str] = {}
    found: list[tuple[Measured, subprocess.Popen[str]]] = []
    with ExitStack() as stack:
        for engine in engines:
            try:
                process = stack.enter_context(_started(engine, path))
                said = _line(process)
            except (OSError, EOFError) as error:
                missing[engine.name] = str(error)
                continue
            found.append((Measured(engine, said["version"], said["allowed"], said["requests"]), process))
        for _ in range(rounds):
            for measured, process in found:
                measured.seconds.append(_round(process))
    return [measured for measured, _ in found], missing


@contextmanager
def _started(engine: Engine, scenario: Path) -> Iterator[subprocess.Popen[str]]:
    command = [part.format(scenario=scenario) for part in engine.command]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()


def _line(process: subprocess.Popen[str]) -> Json:
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line:
        told = process.stderr.read() if process.stderr is not None else ""
        raise EOFError(" ".join(told.split()[-20:]) or "it gave no answer")
    found: Json = json.loads(line)
    return found


def _round(process: subprocess.Popen[str]) -> float:
    if process.stdin is not None:
        process.stdin.write("\n")
        process.stdin.flush()
    return float(_line(process)["seconds"])
