"""A service without a server for most tests, one started as people start it for the rest, and one plain denial."""

import tempfile
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
from tests.service.running import served

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
    with tempfile.TemporaryDirectory() as folder, served(folder) as (address, _):
        yield address
