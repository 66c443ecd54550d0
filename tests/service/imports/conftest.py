"""Exports of made-up accounts, as AWS's own tools print them, and what a set of facts knows of a request."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from service.imports.documents import import_document
from service.imports.fact_set import FactSet
from service.imports.files import import_paths
from service.imports.origin import Origin

DATA = Path(__file__).parent.parent.parent / "data" / "imports"


@pytest.fixture
def export() -> Callable[[str], Any]:
    """The content of an export, to be changed at will."""
    return lambda name: deepcopy(json.loads((DATA / name).read_text(encoding="utf-8")))


@pytest.fixture
def imported() -> Callable[..., FactSet]:
    """The facts in exports, of which nothing had to be left out."""

    def read(*names: str, **options: Any) -> FactSet:
        found, _ = import_paths([DATA / name for name in names], **options)
        assert found.notes == []
        return found

    return read


@pytest.fixture
def read() -> Callable[..., FactSet]:
    """The facts in one document."""
    return lambda document, **known: import_document(document, Origin(**{"name": "a file", **known}))[1]
