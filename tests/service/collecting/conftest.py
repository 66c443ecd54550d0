"""The organization that collectors are held to, as a service with a file of connections sees it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from service.collecting import Collector, diagnose_collecting
from service.collectors import Budget, Clients, Kept
from service.connections import Connection
from service.diagnosis import Diagnosed
from tests.service.collectors.answers import session
from tests.service.collectors.conftest import (  # noqa: F401  fixtures are found by their names
    NOW,
    _credentials,
    connection,
    front,
    moto_port,
    scenario,
)
from tests.service.collectors.front import Front
from tests.service.collectors.policies import ANA, OBJECT, OWNER, REGION

ROLE = "arn:aws:iam::{account_id}:role/whydenied"


@pytest.fixture
def collector(connection: Connection) -> Collector:  # noqa: F811  the fixture imported above
    """Collecting without a look for recent changes."""
    kept = Kept(clients=Clients(session=session()))
    return Collector(connection=connection, kept=kept, budget=Budget(changes=0), clock=lambda: NOW)


@pytest.fixture
def explain(collector: Collector) -> Callable[..., Diagnosed]:
    def run(body: dict, **options: object) -> Diagnosed:
        return diagnose_collecting(body, identifier="d-1", received=NOW, **{"collector": collector, **options})

    return run


@pytest.fixture
def connections_file(tmp_path: Path, front: Front) -> Path:  # noqa: F811  the same
    """A file of one connection over which every account is entered."""
    path = tmp_path / "connections.toml"
    lines = (
        "[connections.test]",
        f'region = "{REGION}"',
        f'endpoint_url = "{front.url}"',
        "[connections.test.every_account]",
        f'role_arn = "{ROLE}"',
        'external_id = "whydenied-0123456789abcdef"',
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def body() -> dict:
    """A user may read objects of a bucket in another account, and is denied to delete one."""
    context = {"aws:RequestedRegion": REGION, "aws:SourceIp": "192.0.2.1", "s3:x-amz-request-payer": "requester"}
    return {
        "error": f"An error occurred (AccessDenied) when calling the DeleteObject operation: User: {ANA} is not"
        f' authorized to perform: s3:DeleteObject on resource: "{OBJECT}" because no identity-based policy allows the'
        " s3:DeleteObject action",
        "request": {"resource_account": OWNER, "context": context},
    }
