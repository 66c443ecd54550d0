"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from service.collecting_cli import collect as collect_facts
from service.collecting_cli import connections
from service.errors import ServiceError
from service.facts_cli import facts as facts_commands
from service.problems import Problem

if TYPE_CHECKING:
    from service.combined import Combined
    from service.diagnosis import Diagnosed
    from service.known import Known

NOT_FOUND: Final = 127
"""The exit status of a shell for a command that does not exist."""

NOT_EXECUTABLE: Final = 126
"""The exit status of a shell for a file that cannot be executed."""

_FILE = click.Path(path_type=Path, allow_dash=True)


class _FailureError(click.ClickException):
    """An error that is the caller's to correct: one sentence, exit status 2."""

    exit_code = 2


class _Commands(click.Group):
    """A group whose commands end in one sentence where the service's errors end them."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            raise _FailureError(str(error)) from error
        except Problem as error:
            raise _FailureError(error.detail) from error


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  click's way
    if wanted:
        from service.version import product_version

        click.echo(f"whydenied {product_version()}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
def main() -> None:
    """Explain an AWS "Access Denied" and prove what ends it."""
    for stream in (sys.stdout, sys.stderr):
        # What was pasted may hold what the terminal's encoding does not.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _knowing(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which a person says what is known beside the error."""
    options = (
        click.option("--facts", type=_FILE, help="A JSON file of facts: policies, organization, resource."),
        click.option(
            "--facts-from", metavar="NAME", help="A stored set of facts, or the path of an export or of a folder."
        ),
        click.option("--request", type=_FILE, help="A JSON file of the request, where the error does not say it all."),
        click.option(
            "--context",
            "context",
            metavar="KEY=VALUE",
            multiple=True,
            callback=_pairs,
            help="A condition key of the request with its value; repeat it for further keys and values.",
        ),
        click.option(
            "--collect", metavar="CONNECTION", help="Fetch from AWS what is not known; `ambient`: as who you are now."
        ),
        click.option("--fix/--no-fix", default=True, help="Whether to look for a fix."),
        click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _pairs(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = [value.partition("=") for value in values]
    wrong = next((key for key, sign, _ in pairs if not key or not sign), None)
    if wrong is not None:
        raise click.BadParameter(f"`{wrong}` is not KEY=VALUE")
    return [(key, value) for key, _, value in pairs]


@main.command()
@click.argument("file", type=_FILE, default="-")
@_knowing
def explain(file: Path, *, fix: bool, as_json: bool, **known: Any) -> None:
    """Explain the error in FILE, or on standard input.

    FILE holds an error message or a log, a CloudTrail record or a file of them, a decoded authorization message, an
    answer of GetRequestAuthorizationDetails, or the JSON body of a diagnosis. Several denials of one principal are
    answered together.
    """
    from service.explaining import explain_denial

    _show(explain_denial(_read(file), _known(**known), with_fix=fix), as_json=as_json)


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@_knowing
def run(command: tuple[str, ...], *, fix: bool, as_json: bool, **known: Any) -> None:
    """Run COMMAND and, where it fails by a denial, explain that on standard error.

    What the command prints is passed through as it comes, and its exit status is kept.
    """
    from service.running import run as start

    given = _known(**known)
    try:
        finished = start(command)
    except OSError as error:
        _say(f"`{command[0]}`: {(error.strerror or str(error)).lower()}")
        sys.exit(NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE)
    if finished.status != 0:
        from service.explaining import explain_failure

        try:
            explained = explain_failure(finished, given, with_fix=fix)
        except Problem as problem:
            _say(problem.detail)
        else:
            if explained is not None:
                _show(explained, as_json=as_json, to_stderr=True)
    sys.exit(finished.status)


def _known(
    *,
    facts: Path | None,
    facts_from: str | None,
    request: Path | None,
    context: list[tuple[str, str]],
    collect: str | None,
) -> Known:
    from service.facts_cli import lookup
    from service.known import Known

    return Known(
        facts=_optional(facts),
        request=_optional(request),
        context=context,
        stored=None if facts_from is None else lookup(facts_from),
        collect=collect,
    )


def _show(explained: Diagnosed | Combined, *, as_json: bool, to_stderr: bool = False) -> None:
    from service.diagnosis import Diagnosed
    from service.terminal import print_combined, print_diagnosis, print_json

    if as_json:
        print_json(explained.document, to_stderr=to_stderr)
    elif isinstance(explained, Diagnosed):
        print_diagnosis(explained, to_stderr=to_stderr)
    else:
        print_combined(explained, to_stderr=to_stderr)


def _say(sentence: str) -> None:
    click.echo(f"whydenied: {sentence}", err=True)


@main.command()
@click.argument("file", type=_FILE, default="-")
@click.option(
    "--expect",
    type=click.Choice(["allowed", "explicit_deny", "implicit_deny", "undetermined"]),
    help="End with status 1 unless every decision is this one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
def simulate(file: Path, expect: str | None, *, as_json: bool) -> None:
    """Say what AWS would decide for the requests and facts in the JSON FILE."""
    from service.explaining import simulate_file
    from service.terminal import print_json, print_simulation

    results = simulate_file(_read(file))
    if as_json:
        print_json({"results": results})
    else:
        print_simulation(results)
    if expect is not None and any(result["decision"] != expect for result in results):
        sys.exit(1)


@main.command()
def serve() -> None:
    """Start the service; settings come from the environment."""
    from service.serving import serve as start

    start()


@main.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    from contextlib import closing

    from service.config import Config
    from service.storage.database import Database

    with closing(Database(Config.from_environment().database)) as database:
        database.migrate()


@main.command()
@click.argument("file", type=click.Path(path_type=Path), default="openapi.yaml")
def openapi(file: Path) -> None:
    """Write the contract of the API to FILE."""
    from service.app import create_app

    text = create_app().extensions["openapi_text"]()
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        _fail(file, error)


def _optional(file: Path | None) -> bytes | None:
    return None if file is None else _read(file)


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        _fail(file, error)


def _fail(file: Path, error: OSError) -> NoReturn:
    raise _FailureError(f"`{file}`: {(error.strerror or str(error)).lower()}") from error


main.add_command(facts_commands)
main.add_command(connections)
facts_commands.add_command(collect_facts)

if __name__ == "__main__":
    main()
