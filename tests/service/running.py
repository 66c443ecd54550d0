"""A service started by the command line, as people start it."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def served(folder: Path | str, **settings: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """Where it listens and its process, in a process group of its own; `folder` is its DATA_DIR."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "DATA_DIR": str(folder), "LOG_LEVEL": "WARNING", **settings}
    command = [sys.executable, "-m", "service.cli", "serve"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "listens on" in line:
                break
        else:
            pytest.fail("the service did not start: " + "".join(lines))
        # A pipe that nobody reads fills up and stops whoever logs into it.
        rest = threading.Thread(target=lines.extend, args=(process.stderr,))
        rest.start()
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            if process.poll() is None:
                process.terminate()
            rest.join()
