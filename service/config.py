"""The settings of the service, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from service.errors import ConfigError

MIB: Final = 1024 * 1024
BUILD: Final = Path(__file__).resolve().parent.parent / "build"
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


def _text(value: str) -> str:
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in value.split(",") if name.strip())


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError(f"not between {least} and {most}")
        return number

    return read


_bytes = _number(1024, 1024 * MIB)


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, each named in the environment by its field's name in upper case.

    Sizes are bytes. An empty `database_url` stands for the SQLite file `whydenied.db` under `data_dir`. `allowed_hosts`
    are the names, without port, that a request's `Host` may carry; `allowed_origins` are whole origins
    (`https://portal.example.com`) besides the service's own. `kb_dir` and `docs_dir` hold the built sites.
    `connections` is the path of the file that says which AWS accounts may be asked, `ambient` for the one of the
    service's own credentials, or empty for none.
    """

    host: str = field(default="127.0.0.1", metadata={"read": _text})
    port: int = field(default=8080, metadata={"read": _number(1, 65535)})
    workers: int = field(default=2, metadata={"read": _number(1, 64)})
    threads: int = field(default=4, metadata={"read": _number(1, 64)})
    data_dir: Path = field(default=Path("var"), metadata={"read": _path})
    database_url: str = field(default="", metadata={"read": _text})
    kb_dir: Path = field(default=BUILD / "kb", metadata={"read": _path})
    docs_dir: Path = field(default=BUILD / "docs", metadata={"read": _path})
    allowed_hosts: tuple[str, ...] = field(default=LOOPBACK_NAMES, metadata={"read": _names})
    allowed_origins: tuple[str, ...] = field(default=(), metadata={"read": _names})
    max_diagnosis_bytes: int = field(default=8 * MIB, metadata={"read": _bytes})
    max_simulation_bytes: int = field(default=4 * MIB, metadata={"read": _bytes})
    max_interpretation_bytes: int = field(default=2 * MIB, metadata={"read": _bytes})
    max_fact_set_bytes: int = field(default=64 * MIB, metadata={"read": _bytes})
    max_error_bytes: int = field(default=MIB, metadata={"read": _bytes})
    max_stored_bytes: int = field(default=16 * MIB, metadata={"read": _bytes})
    max_simulation_requests: int = field(default=1000, metadata={"read": _number(1, 100_000)})
    max_combined_denials: int = field(default=50, metadata={"read": _number(2, 1000)})
    max_evaluations: int = field(default=20_000, metadata={"read": _number(100, 100_000_000)})
    max_seconds: int = field(default=20, metadata={"read": _number(1, 3600)})
    max_nesting: int = field(default=32, metadata={"read": _number(16, 128)})
    max_nodes: int = field(default=200_000, metadata={"read": _number(1000, 10_000_000)})
    connections: str = field(default="", metadata={"read": _text})
    collect_seconds: int = field(default=30, metadata={"read": _number(1, 300)})
    collect_wait_seconds: int = field(default=10, metadata={"read": _number(0, 120)})
    collect_calls: int = field(default=80, metadata={"read": _number(1, 1000)})
    job_threads: int = field(default=2, metadata={"read": _number(1, 32)})
    max_jobs: int = field(default=1000, metadata={"read": _number(1, 1_000_000)})
    log_level: str = field(default="INFO", metadata={"read": str.upper})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """The settings of `environment` (the process's own when left out); an empty value counts as left out.

        Raises ConfigError naming the setting that cannot be used.
        """
        given = os.environ if environment is None else environment
        values = {}
        for setting in fields(cls):
            name = setting.name.upper()
            value = given.get(name, "").strip()
            if not value:
                continue
            try:
                values[setting.name] = setting.metadata["read"](value)
            except ValueError as error:
                raise ConfigError(f"the setting {name} cannot be `{value}`: {error}") from error
        return cls(**values)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'whydenied.db').absolute()}"

    @property
    def host_names(self) -> frozenset[str]:
        """The names that a request's `Host` may carry: the allowed ones, and the address listened on if it is one."""
        own = () if self.host in {"0.0.0.0", "::", ""} else (self.host.lower(), f"[{self.host.lower()}]")  # noqa: S104  compared, not bound
        return frozenset((*self.allowed_hosts, *own))
