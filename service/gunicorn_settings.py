"""How gunicorn serves: `gunicorn -c python:service.gunicorn_settings service.wsgi:app`."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any, Final

from service.config import Config

_CONFIG: Final = Config.from_environment()
_EXAMPLE: Final = Path(__file__).resolve().parent.parent / "examples" / "missing-identity-permission" / "body.json"
_ERROR: Final = (
    "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: sqs:SendMessage on resource:"
    " arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)
_SHOWN_HOST: Final = f"[{_CONFIG.host}]" if ":" in _CONFIG.host else _CONFIG.host

bind = f"{_SHOWN_HOST}:{_CONFIG.port}"
worker_class = "gthread"
workers = _CONFIG.workers
threads = _CONFIG.threads
graceful_timeout = 30
# Only a precaution: a client that is sending to a worker as it ends loses its connection.
max_requests = 100_000
max_requests_jitter = 10_000
# gunicorn's own records would not be JSON; requests are logged by `service.api.guards`.
loglevel = "warning"
# It would be made under the home folder, which a container does not let us write.
control_socket_disable = True


def when_ready(_server: Any) -> None:
    """Say where the service listens, once it does."""
    address = f"http://{_SHOWN_HOST}:{_CONFIG.port}"
    sys.stderr.write(f"whydenied listens on {address}; try\n\n  {example_command(address)}\n\n")


def post_worker_init(worker: Any) -> None:
    """Load pages, rules and service data before the first request, and take up diagnoses that are still to be made.

    In each worker, and so after the fork.
    """
    from service.api.state import state_of  # noqa: PLC0415  the parent process does not need what the workers load
    from service.warm_up import warm_up  # noqa: PLC0415  the same

    warm_up()
    state_of(worker.wsgi).desk.start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Give back the diagnoses that this worker has not made."""
    if worker.booted:
        from service.api.state import state_of  # noqa: PLC0415  the parent process does not need what the workers load

        state_of(worker.wsgi).desk.stop()


def example_command(address: str) -> str:
    """A command that shows a diagnosis, as it is printed."""
    body = _EXAMPLE.relative_to(Path.cwd()) if _EXAMPLE.is_relative_to(Path.cwd()) else _EXAMPLE
    data = shlex.quote(f"@{body}" if _EXAMPLE.is_file() else json.dumps({"error": _ERROR}))
    return f"curl -sS {address}/v1/diagnoses -H 'Content-Type: application/json' -d {data}"
