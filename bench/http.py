"""How long a whole diagnosis takes over HTTP, with and without a fix, and what it leaves behind in memory."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import linear_regression, quantiles
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent
PAGE = os.sysconf("SC_PAGE_SIZE")
BARS = {"with fix, alternatives and probes": ("", 15.0, 60.0), "without a fix": ("?fix=none", 6.0, 60.0)}
"""What is asked for: the query, and the bars for the median and the 99th percentile in milliseconds."""

WARM = 6000
"""How many diagnoses it takes until caches, threads and database connections have all they keep."""

MEMORY_BAR = 1024
"""How much one diagnosis may leave behind, in bytes."""


def main() -> None:
    """Start a service of its own, measure it and report; exit status 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1300, help="diagnoses of each kind that are timed")
    parser.add_argument("--memory", type=int, default=10_000, help="diagnoses over which memory is watched")
    wanted = parser.parse_args()
    bodies = list(_bodies())
    print(f"whole diagnoses over HTTP: the {len(bodies)} examples in turn, every request another resource and session")
    missed = False
    with _service() as (port, parent):
        _drive(port, bodies, 10 * len(bodies), "")
        for name, (query, median, most) in BARS.items():
            taken = sorted(_drive(port, bodies, wanted.requests, query))
            cuts = quantiles(taken, n=100)
            print(
                f"  {name:<36} p50 {cuts[49]:6.1f} ms (bar {median:g})   p99 {cuts[98]:6.1f} ms (bar {most:g})"
                f"   max {taken[-1]:6.1f} ms   {1000 * len(taken) / sum(taken):6.0f} a second"
            )
            missed |= cuts[49] > median or cuts[98] > most
        slope = _slope(port, parent, bodies, wanted.memory)
        print(f"  memory: {slope:,.0f} bytes a diagnosis over {wanted.memory:,} (bar {MEMORY_BAR:,})")
        missed |= slope > MEMORY_BAR
    sys.exit(1 if missed else 0)


def _bodies() -> Iterator[str]:
    for path in sorted((ROOT / "examples").glob("*/body.json")):
        yield json.dumps(json.loads(path.read_text(encoding="utf-8")))


@contextmanager
def _service() -> Iterator[tuple[int, int]]:
    """A service on a free port with a database of its own; its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORT": str(port), "DATA_DIR": folder, "LOG_LEVEL": "WARNING"}
        command = [sys.executable, "-m", "service.cli", "serve"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as started:
            lines = started.stderr or iter(())
            if not any("listens on" in line for line in lines):
                sys.exit("the service did not start")
            # A pipe that nobody reads fills up and stops whoever logs into it.
            Thread(target=lambda: list(lines), daemon=True).start()
            try:
                _wait_until_ready(port)
                yield port, started.pid
            finally:
                started.terminate()


def _wait_until_ready(port: int) -> None:
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except ConnectionError:
            time.sleep(0.1)
        else:
            return


def _drive(port: int, bodies: list[str], count: int, query: str, *, start: int = 0) -> list[float]:
    """Send `count` diagnoses one after the other; the milliseconds that each took, as its client sees it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for number in range(start, start + count):
        body = _another(bodies[number % len(bodies)], number)
        began = time.perf_counter()
        connection.request("POST", "/v1/diagnoses" + query, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        taken.append((time.perf_counter() - began) * 1000)
        if response.status != 200:
            sys.exit(f"a diagnosis was refused: {answer[:500]!r}")
    connection.close()
    return taken


def _another(body: str, number: int) -> str:
    """The same denial at another time, so that nothing of the answer can be one that was kept."""
    return body.replace("run-20261124", f"run-{number:08d}").replace("111122223333", f"{111122223333 + number % 7}")


def _slope(port: int, parent: int, bodies: list[str], count: int) -> float:
    """By how many bytes the workers grow with each diagnosis, once they are warm."""
    points: list[tuple[int, int]] = []
    step = max(count // 20, 1)
    _drive(port, bodies, WARM, "")
    for done in range(0, count, step):
        points.append((done, _resident(parent)))
        _drive(port, bodies, step, "", start=done)
    points.append((count, _resident(parent)))
    return linear_regression([done for done, _ in points], [size for _, size in points]).slope


def _resident(parent: int) -> int:
    """The resident memory of the workers, in bytes."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return sum(int(Path(f"/proc/{child}/statm").read_text(encoding="ascii").split()[1]) * PAGE for child in children)


if __name__ == "__main__":
    main()
