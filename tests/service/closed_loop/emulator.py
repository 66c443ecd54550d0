"""ministack, an emulator of AWS that enforces policies: installed into an environment of its own, on loopback."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config

from tests.lacking import give_up
from tests.service.collectors.answers import session

VERSION = "1.5.33"
ACCOUNT = "111122223333"
REGION = "eu-west-1"
ENVIRONMENT = Path(__file__).parents[3] / "build" / "ministack"
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1}, s3={"addressing_style": "path"})
_PATIENCE = 60


@dataclass(frozen=True)
class Emulator:
    """A running emulator; a key that is an account id is that account's root user."""

    url: str

    def client(self, service: str, keys: dict | None = None) -> Any:
        """A client of the root user, or of whom the keys belong to."""
        keys = keys or {"AccessKeyId": ACCOUNT, "SecretAccessKey": "made-up"}
        return self._session().client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            config=_CONFIG,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
        )

    def _session(self) -> boto3.Session:
        return session()


def installed() -> Path:
    """The emulator's Python, installed first where it is absent: it pins another botocore than ours."""
    python = ENVIRONMENT / "bin" / "python"
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with ENVIRONMENT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (ENVIRONMENT / "installed").exists():
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(ENVIRONMENT))
            _run(str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", f"ministack=={VERSION}")
            (ENVIRONMENT / "installed").write_text(VERSION)
    return python


@contextmanager
def started() -> Iterator[Emulator]:
    """An emulator that checks signatures and policies, on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }
    command = [str(installed()), "-m", "ministack"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{url}/_ministack/health", server)
            yield Emulator(url)
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=1):  # noqa: S310  a server of our own
                return
        except HTTPError:
            return
        except (URLError, OSError):
            continue
    pytest.fail("ministack did not start")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        give_up(f"ministack cannot be installed: {done.stderr[-300:]}")
