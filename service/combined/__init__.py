"""Several denials at once: one set of changes that ends them all, and what the same work will need next."""

from __future__ import annotations

from service.combined.answer import Combined, answer
from service.combined.denials import read_denials

__all__ = ["Combined", "answer", "read_denials"]
