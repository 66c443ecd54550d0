"""The command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from service.errors import ServiceError
from service.facts_cli import facts as facts_commands
from service.problems import Problem

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


@main.command()
@click.argument("file", type=_FILE, default="-")
@click.option("--facts", type=_FILE, help="A JSON file of facts: policies, organization, resource.")
@click.option("--facts-from", metavar="NAME", help="A stored set of facts, or the path of an export or of a folder.")
@click.option("--request", type=_FILE, help="A JSON file of the request, where the error does not say it all.")
@click.option("--fix/--no-fix", default=True, help="Whether to look for a fix.")
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
def explain(
    file: Path, facts: Path | None, facts_from: str | None, request: Path | None, *, fix: bool, as_json: bool
) -> None:
    """Explain the error in FILE, or on standard input.

    FILE holds an error message with any text around it, a CloudTrail event, a decoded authorization message, or the
    JSON body of a diagnosis.
    """
    from service.explaining import explain_denial
    from service.facts_cli import lookup
    from service.terminal import print_diagnosis, print_json

    stored = None if facts_from is None else lookup(facts_from)
    diagnosed = explain_denial(
        _read(file), facts=_optional(facts), request=_optional(request), stored=stored, with_fix=fix
    )
    if as_json:
        print_json(diagnosed.document)
    else:
        print_diagnosis(diagnosed)


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

if __name__ == "__main__":
    main()
