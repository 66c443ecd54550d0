"""A service without a server for most tests, one started as people start it for the rest, and one plain denial."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.api.state import state
from service.app import create_app
from service.config import Config
from service.storage.database import Database
from tests.service.postgresql import new_database, started

ROOT = Path(__file__).parent.parent.parent
ROLE = "arn:aws:iam::111122223333:role/app"
SESSION = "arn:aws:sts::111122223333:assumed-role/app/run-1"
OBJECT = "arn:aws:s3:::reports/q3.csv"
ERROR = (
    f"An error occurred (AccessDenied) when calling the GetObject operation: User: {SESSION} is not authorized to"
    f' perform: s3:GetObject on resource: "{OBJECT}" because no identity-based policy allows the s3:GetObject action'
)


def policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str, resource: str) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


@pytest.fixture
def denial() -> dict:
    """A role without the permission it needs, everything else known."""
    return {
        "error": ERROR,
        "facts": {
            "principal": {
                "arn": ROLE,
                "account_id": "111122223333",
                "unique_id": "AROAEXAMPLEROLEID1234",
                "tags": {},
                "identity_policies": [
                    {"name": "app-access", "document": policy(allow("s3:ListBucket", "arn:aws:s3:::reports"))}
                ],
                "permissions_boundary": None,
                "session_policies": [],
                "organization": None,
            },
            "resource": {"account_id": "111122223333", "policy": None, "organization": None, "tags": {}},
            "network": {"vpc_endpoint": None},
        },
    }


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server: the folder of its socket."""
    with started() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, of each kind that the service can use."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new folder' / 'whydenied.db'}"
    return new_database(request.getfixturevalue("postgresql"), uuid4().hex)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with its tables, of each kind that the service can use."""
    found = Database(database_url)
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data_dir=tmp_path, kb_dir=tmp_path / "kb", docs_dir=tmp_path / "docs", log_level="WARNING")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    made = create_app(config)
    with made.app_context():
        found = state()
    found.database.migrate()
    yield made
    found.desk.stop()
    found.database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def service_address() -> Iterator[str]:
    """Where a service listens that was started by the command line, two workers and all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORT": str(port), "DATA_DIR": folder, "LOG_LEVEL": "WARNING"}
        command = [sys.executable, "-m", "service.cli", "serve"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as started:
            lines = []
            for line in started.stderr:
                lines.append(line)
                if "listens on" in line:
                    break
            else:
                pytest.fail("the service did not start: " + "".join(lines))
            # A pipe that nobody reads fills up and stops whoever logs into it.
            rest = threading.Thread(target=lines.extend, args=(started.stderr,))
            rest.start()
            yield f"http://127.0.0.1:{port}"
            started.terminate()
            rest.join()
