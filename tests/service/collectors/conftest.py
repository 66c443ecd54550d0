"""moto's server with an organization in it, and a proxy before it that every test has for its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from service.collectors import Budget, Clients, Collected, Kept, collect
from service.connections import Connection
from tests.service.collectors.answers import session
from tests.service.collectors.front import Front
from tests.service.collectors.policies import CALLER, MANAGEMENT, OWNER
from tests.service.collectors.scenario import Scenario

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_LAUNCHER = Path(__file__).parent / "moto_server.py"
_PATIENCE = 60


@pytest.fixture(scope="session")
def moto_port() -> Iterator[int]:
    """The port of a server of moto's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(_LAUNCHER), str(port), MANAGEMENT, CALLER, OWNER]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/moto-api/", server)
            yield port
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def scenario(moto_port: int) -> Iterator[Scenario]:
    """Everything put there once."""
    with Front(moto_port, "123456789012").running() as front:
        built = Scenario(url=front.url)
        built.build()
    return built


@pytest.fixture
def front(moto_port: int, scenario: Scenario) -> Iterator[Front]:
    """A proxy that answers as AWS would where moto does not: nothing was logged, one bucket's requesters pay."""
    with Front(moto_port, "123456789012").running() as running:
        scenario.url = running.url
        running.answer("LookupEvents", {"Events": []})
        running.answer("requestPayment", _payer("BucketOwner"))
        running.answer("quarterly-reports.requestPayment", _payer("Requester"))
        yield running


@pytest.fixture
def connection(front: Front, scenario: Scenario) -> Connection:
    return scenario.connection()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The ambient credentials, and none of the machine's own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def gather(connection: Connection) -> Callable[..., Collected]:
    """Collect for a request, without looking for recent changes unless told to."""

    def run(request: dict, given: dict | None = None, **options: Any) -> Collected:
        options.setdefault("budget", Budget(changes=0))
        options.setdefault("connection", connection)
        options.setdefault("kept", Kept(clients=Clients(session=session())))
        return collect(request, given or {}, now=NOW, **options)

    return run


def _payer(payer: str) -> str:
    return f"<RequestPaymentConfiguration><Payer>{payer}</Payer></RequestPaymentConfiguration>"


def _wait_for(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail("moto's server ended by itself")
        try:
            with urlopen(url, timeout=1):  # noqa: S310  a server of our own
                return
        except (URLError, OSError):
            server.returncode  # noqa: B018
    pytest.fail("moto's server did not start")
