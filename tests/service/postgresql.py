"""A PostgreSQL server of our own: Debian's, in a temporary folder, reached by a socket in it and by nobody else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.lacking import give_up

DEBIANS = Path("/usr/lib/postgresql")


@contextmanager
def started() -> Iterator[str]:
    """A running server: the folder of its socket."""
    programs = _programs()
    # The path of a socket is at most 107 bytes long, and the server refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        owner = None
        if os.geteuid() == 0:
            owner = "postgres"
            shutil.chown(folder, owner)
        data = f"{folder}/data"

        def run(program: str, *arguments: str) -> None:
            command = [programs / program, "--pgdata", data, *arguments]
            subprocess.run(command, cwd=folder, user=owner, check=True, stdout=subprocess.DEVNULL)

        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        # What is lost when the machine fails does not matter here.
        options = f"-F -k {folder} -c listen_addresses= -c timezone=Asia/Kolkata"
        run("pg_ctl", "--wait", "--log", f"{folder}/log", "--options", options, "start")
        try:
            yield folder
        finally:
            run("pg_ctl", "--wait", "--mode=immediate", "stop")


def new_database(folder: str, name: str) -> str:
    """The URL of a new database, whose sessions wait for no lock for more than ten seconds."""
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        connection.execute(f"ALTER DATABASE \"{name}\" SET lock_timeout = '10s'")
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


def _programs() -> Path:
    """The folder of the latest server's programs."""
    found = sorted(DEBIANS.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if not found:
        give_up("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent
