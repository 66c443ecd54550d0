"""Settings come from the environment, and a wrong one is refused by name."""

from dataclasses import fields
from pathlib import Path

import pytest

from service.config import Config
from service.errors import ConfigError


def test_nothing_set_means_loopback_and_a_file_under_the_data_folder():
    config = Config.from_environment({})

    assert (config.host, config.port) == ("127.0.0.1", 8080)
    assert config.database == f"sqlite:///{Path('var/whydenied.db').absolute()}"
    assert config.host_names == {"localhost", "127.0.0.1", "[::1]", "[127.0.0.1]"}


def test_every_setting_is_read_from_the_variable_of_its_name():
    given = {
        "HOST": "0.0.0.0",  # noqa: S104  nothing is bound
        "PORT": "9000",
        "DATABASE_URL": "postgresql+psycopg://database/whydenied",
        "ALLOWED_HOSTS": "Why.example.com, 127.0.0.1",
        "MAX_NESTING": "40",
        "LOG_LEVEL": "debug",
    }

    config = Config.from_environment(given)

    assert (config.port, config.max_nesting, config.log_level) == (9000, 40, "DEBUG")
    assert config.database == "postgresql+psycopg://database/whydenied"
    assert config.host_names == {"why.example.com", "127.0.0.1"}


def test_an_empty_value_counts_as_left_out():
    assert Config.from_environment({field.name.upper(): " " for field in fields(Config)}) == Config()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "70000"), ("WORKERS", "0"), ("MAX_NODES", "-1"), ("MAX_NESTING", "4")],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name, value):
    with pytest.raises(ConfigError, match=f"{name} cannot be `{value}`"):
        Config.from_environment({name: value})
