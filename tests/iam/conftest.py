"""What the tests of evaluation share."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "unsettled: AWS documents no answer; what is expected is our reading")
