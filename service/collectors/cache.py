"""Keeps answers for a short while, bounded in number, so that denials that come together ask AWS once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Final

from cachetools import TTLCache

from service.collectors.collected import Answer

TTL: Final = 120.0
"""Seconds for which an answer is kept."""
SIZE: Final = 2048
"""How many answers are kept at most."""


class Cache:
    """The answers of one process; safe to use from any thread. Answers that told nothing are not kept."""

    def __init__(self, *, ttl: float = TTL, size: int = SIZE, timer: Callable[[], float] = time.monotonic) -> None:
        self._kept: TTLCache[Hashable, Answer] = TTLCache(maxsize=size, ttl=ttl, timer=timer)
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """The answer kept under a key, or None."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer."""
        if answer.known:
            with self._lock:
                self._kept[key] = answer
