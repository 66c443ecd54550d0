"""Starts the service: prepares the database, then becomes gunicorn."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import closing
from typing import NoReturn

from service.config import Config
from service.errors import ServiceError
from service.storage.database import Database


def serve() -> NoReturn:
    """Migrate the database and replace this process by gunicorn; raises ServiceError where that cannot work."""
    config = Config.from_environment()
    _check_address(config)
    with closing(Database(config.database)) as database:
        database.migrate()
    sys.stderr.flush()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_settings", "service.wsgi:app"]
    os.execv(sys.executable, command)  # noqa: S606  no shell is meant


def _check_address(config: Config) -> None:
    """Refuse an address that is taken or not ours, which gunicorn would try again and again."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except OSError as error:
        raise ServiceError(
            f"cannot listen on {config.host}:{config.port}: {(error.strerror or str(error)).lower()};"
            " choose another with HOST and PORT"
        ) from error
