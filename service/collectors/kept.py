"""What one process keeps between collections: the clients with their sessions, and answers for a short while."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.collectors.cache import Cache
from service.collectors.clients import Clients


@dataclass(frozen=True, slots=True)
class Kept:
    """Made once in a process, after a fork; safe to use from any thread."""

    clients: Clients = field(default_factory=Clients)
    cache: Cache = field(default_factory=Cache)
