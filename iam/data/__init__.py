"""Reads the compiled reference that ships in this folder (`scripts/update_actions.py` writes it)."""

from __future__ import annotations

import json
import zlib
from functools import cache
from importlib import resources
from typing import Any, Final

_GZIP: Final = 31  # the `wbits` that tells zlib to expect a gzip header


@cache
def manifest() -> dict[str, Any]:
    """`manifest.json`: sources, counts, hashes and the services that resource control policies apply to."""
    found: dict[str, Any] = json.loads(resources.files(__name__).joinpath("manifest.json").read_bytes())
    return found


def read_text(name: str) -> str:
    """The text of a compressed file of this folder, such as `actions.tsv.gz`."""
    return zlib.decompress(resources.files(__name__).joinpath(name).read_bytes(), wbits=_GZIP).decode("ascii")
