"""Connections are read from a TOML file, which says what is wrong with it in one sentence."""

import re
from pathlib import Path

import pytest

from service.connections import AMBIENT, Access, Connection, load_connections, new_external_id
from service.errors import ConfigError

FILE = """
[connections.production]
region = "eu-west-1"
profile = "whydenied"

[connections.production.every_account]
role_arn = "arn:aws:iam::{account_id}:role/whydenied"
external_id = "whydenied-0a1b2c3d"
regions = ["eu-west-1", "eu-central-1"]

[connections.production.accounts.444455556666]
role_arn = "arn:aws:iam::444455556666:role/audit"

[connections.production.organizations.o-aa11bb22cc]
role_arn = "arn:aws:iam::999999999999:role/organization-reader"

[connections.sandbox]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "connections.toml"
    path.write_text(text)
    return path


def test_without_a_file_there_is_the_ambient_connection():
    connections = load_connections(None)

    assert connections == {AMBIENT: Connection()}
    assert connections[AMBIENT].is_ambient


def test_each_account_is_entered_as_it_is_configured(tmp_path: Path):
    connection = load_connections(write(tmp_path, FILE))["production"]

    assert (connection.region, connection.profile) == ("eu-west-1", "whydenied")
    assert connection.access("444455556666").role_arn == "arn:aws:iam::444455556666:role/audit"
    assert connection.access("999999999999").role_arn == "arn:aws:iam::999999999999:role/organization-reader"
    assert connection.access("111122223333") == Access(
        role_arn="arn:aws:iam::111122223333:role/whydenied",
        external_id="whydenied-0a1b2c3d",
        regions=("eu-west-1", "eu-central-1"),
    )


def test_an_organization_is_read_through_its_configured_account_else_through_its_management_account(tmp_path: Path):
    connection = load_connections(write(tmp_path, FILE))["production"]

    assert connection.organization_account("o-aa11bb22cc", "111122223333") == "999999999999"
    assert connection.organization_account("o-another001", "111122223333") == "111122223333"
    assert connection.organization_account(None, None) == "999999999999"


def test_a_connection_without_accounts_uses_its_own_credentials(tmp_path: Path):
    assert load_connections(write(tmp_path, FILE))["sandbox"].is_ambient


def test_secrets_do_not_show(tmp_path: Path):
    assert "whydenied-0a1b2c3d" not in repr(load_connections(write(tmp_path, FILE)))


def test_external_ids_are_made_here_and_never_twice():
    made = {new_external_id() for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"[\w+=,.@:/-]{32,1224}", one) for one in made)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[connections", "is not TOML"),
        ("x = 1", "has `x`, which is none of `connections`"),
        ("connections = 1", "must have a table as `connections`"),
        ("[connections.a]\nrole = 1", "`connections.a` has `role`"),
        ("[connections.a]\nregion = 1", "must have text as `region`"),
        ("[connections.a.accounts.1234]", "the account `1234`, which is not 12 digits"),
        ("[connections.a.organizations.aa11]", "the organization `aa11`, which is not like"),
        ('[connections.a.accounts.111122223333]\nrole_arn = "role/x"', "which is not the ARN of a role"),
        (
            '[connections.a.accounts.111122223333]\nrole_arn = "arn:aws:iam::444455556666:role/x"',
            "has a role of another account",
        ),
        ("[connections.a.every_account]\nrole_arn = 'arn:aws:iam::111122223333:role/x'", "with `{account_id}` in it"),
        ("[connections.a.every_account]", "with `{account_id}` in it"),
        ('[connections.a.accounts.111122223333]\nexternal_id = "a b"', "an external id that AWS does not accept"),
        ('[connections.a.accounts.111122223333]\nregions = "eu-west-1"', "a list of Regions"),
        ('[connections.a.accounts.111122223333]\nsession_policy = "{"', "a session policy that is not JSON"),
        (
            f'[connections.a.accounts.111122223333]\nsession_policy = "{"x" * 3000}"',
            "a session policy of more than 2048 characters",
        ),
        ('[connections.a.accounts.111122223333]\nsecret_access_key = "x"', "has `secret_access_key`, which is none of"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, sentence: str):
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        load_connections(write(tmp_path, text))


def test_a_file_that_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read: No such file or directory"):
        load_connections(tmp_path / "none.toml")
