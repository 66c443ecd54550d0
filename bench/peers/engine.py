"""The loop that every engine in Python runs: prepare once, then answer all requests once for every line read."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Answer = Callable[[Any], bool]


def serve(version: str, prepare: Callable[[Json], tuple[Answer, list[Any]]]) -> None:
    """Read the scenario named on the command line and answer on standard output, one JSON line a round.

    `prepare` gives a function that says whether one prepared request is allowed, and the prepared requests. The first
    line says what was prepared, after one round that is not measured.
    """
    scenario = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answer, requests = prepare(scenario)
    allowed = sum(answer(request) for request in requests)
    _say({"version": version, "allowed": allowed, "requests": len(requests)})
    for _ in sys.stdin:
        started = time.perf_counter()
        for request in requests:
            answer(request)
        _say({"seconds": time.perf_counter() - started})


def _say(line: Json) -> None:
    print(json.dumps(line), flush=True)
