"""What the tests of the rules share."""

from __future__ import annotations

import pytest

from rules.catalogue import load_causes, program_of
from rules.conclude import catalogue_engine
from rules.engine import Engine
from rules.rule import Program


@pytest.fixture(scope="session")
def program() -> Program:
    return program_of(load_causes().values())


@pytest.fixture(scope="session")
def engine() -> Engine:
    return catalogue_engine()
