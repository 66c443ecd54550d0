"""What becomes of a test that lacks a program it needs: it fails in CI and is skipped, with a word, elsewhere."""

import os
from typing import NoReturn

import pytest


def give_up(reason: str) -> NoReturn:
    """End the test that asks."""
    if "CI" in os.environ:
        pytest.fail(reason)
    pytest.skip(reason)
