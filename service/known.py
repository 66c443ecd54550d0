"""What a person knows beside an error, as the command line is told it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Known:
    """Files of facts and of the request as they were read, condition keys, and a set of facts to choose from.

    `collect` names a connection over which AWS is asked for the rest.
    """

    facts: bytes | None = None
    request: bytes | None = None
    context: Sequence[tuple[str, str]] = ()
    stored: Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]] | None = field(default=None, compare=False)
    collect: str | None = None
