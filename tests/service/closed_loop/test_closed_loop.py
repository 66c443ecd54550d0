"""An emulator that we did not write denies a call; the fix that the service proposes, carried out, lets it through."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from flask.testing import FlaskClient
from jsonpatch import JsonPatch
from jsonpointer import JsonPointer

from service.api.state import state
from service.app import create_app
from service.config import Config
from tests.service.closed_loop.commands import carry_out, written
from tests.service.closed_loop.emulator import ACCOUNT, REGION, Emulator, started
from tests.service.closed_loop.loops import LOOPS, Loop
from tests.service.closed_loop.world import World

NUMBERS = itertools.count(1)
DONE = 200


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with started() as running:
        yield running


@pytest.fixture
def world(emulator: Emulator) -> World:
    return World(emulator, next(NUMBERS))


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The service, with a connection to the emulator."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    connections = tmp_path / "connections.toml"
    connections.write_text(f'[connections.emulator]\nregion = "{REGION}"\nendpoint_url = "{emulator.url}"\n')
    made = create_app(Config(data_dir=tmp_path, connections=str(connections), log_level="WARNING"))
    with made.app_context():
        found = state()
    found.database.migrate()
    yield made.test_client()
    found.desk.stop()
    found.database.close()


@pytest.mark.parametrize("loop", LOOPS, ids=[loop.name for loop in LOOPS])
def test_the_fix_ends_the_denial_and_opens_nothing_beside_it(loop: Loop, world: World, client: FlaskClient):
    loop.prepare(world)
    text = denied(loop.call, world)
    denied(loop.neighbour, world)

    answer = diagnosis(client, loop, world, text)

    named = [cause["id"] for cause in answer["causes"]]
    assert named[0] == (loop.misnamed or loop.cause)
    assert loop.cause in named
    fix = answer["fix"]
    assert fix["verified"], answer["no_fix_reason"]
    commands = [command for change in fix["changes"] for command in change["cli"]]
    # What is printed to be carried out is what was verified.
    assert all(document in documents_after(answer) for document in written(commands))
    returned = carry_out(commands, world.for_commands)
    if fix["changes"][0]["policy_type"] == "session_policy":
        world.caller = returned[-1]["Credentials"]
    if fix["changes"][0]["operation"] != "change_context":
        # A changed request is the call itself: carried out, it has succeeded.
        loop.call(world)
    denied(loop.neighbour, world)


def diagnosis(client: FlaskClient, loop: Loop, world: World, text: str) -> dict:
    """What the service says of the error, with facts that it collects from the emulator."""
    principal = {"organization": None, **loop.facts.get("principal", {})}
    body = {
        "error": text,
        "request": loop.request(world),
        # The emulator knows neither organizations nor endpoints.
        "facts": {"principal": principal, "resource": {"organization": None}, "network": {"vpc_endpoint": None}},
        "collect": {"connection": "emulator"},
    }
    response = client.post("/v1/diagnoses?include=facts", json=body, headers={"Prefer": "wait=60"})
    assert response.status_code == DONE, response.text
    return response.json


def documents_after(answer: dict) -> list:
    """Every policy document there is once the patches of the fix are applied."""
    whole = {"request": answer["request"], "facts": answer["facts"]}
    for change in answer["fix"]["changes"]:
        place = JsonPointer(change["at"])
        whole = place.set(whole, JsonPatch(change["patch"]).apply(place.resolve(whole)), inplace=False)
    waiting, found = [whole], []
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found.extend([value["document"]] if "document" in value else [])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found


def denied(call, world: World) -> str:
    with pytest.raises(ClientError) as caught:
        call(world)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)
    text = str(caught.value)
    assert "AccessDenied" in text, text
    return text
