"""The commands about sets of facts: import exports, list the sets, show what one knows."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.errors import ServiceError

if TYPE_CHECKING:
    from service.fact_sets import FactSets
    from service.reading import Stored

_PATH = click.Path(path_type=Path)


class ExportError(ServiceError):
    """An export that cannot be read or written."""


@click.group()
def facts() -> None:
    """Keep exports of accounts, so that denials can be explained with them."""


@facts.command("import")
@click.argument("paths", type=_PATH, nargs=-1, required=True)
@click.option("--name", help="Keep the set in the database under this name, such as `prod-2026-11-24`.")
@click.option("--out", type=_PATH, help="Write the set to this file.")
@click.option("--replace", is_flag=True, help="Replace a set of this name.")
@click.option(
    "--of", "subject", help="What outputs are about that do not say it: an ARN, an account id, an id of a unit."
)
@click.option("--account", help="The account in which the outputs were printed.")
@click.option("--region", help="The Region in which the outputs were printed.")
def import_exports(
    paths: tuple[Path, ...],
    name: str | None,
    out: Path | None,
    subject: str | None,
    account: str | None,
    region: str | None,
    *,
    replace: bool,
) -> None:
    """Read the exports at PATHS, files or folders, into one set of facts; where two disagree the later one wins."""
    from service.imports.files import import_paths  # noqa: PLC0415  so that `--help` is quick

    if (name is None) == (out is None):
        raise click.UsageError("give either --name or --out")
    try:
        found, sources = import_paths(paths, subject=subject, account_id=account, region=region)
    except OSError as error:
        raise _unusable(error) from error
    for source in sources:
        click.echo(source, err=True)
    if len(found) and name is not None:
        _fact_sets().save(name, found, sources=sources, now=datetime.now(UTC), replace=replace)
    elif len(found) and out is not None:
        found.redact()
        try:
            out.write_text(json.dumps(found.to_json(), indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise _unusable(error) from error
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    if not len(found):
        raise ExportError("there is nothing in it that decides about access")
    click.echo(_counts(found.counts()))


@facts.command("list")
def list_sets() -> None:
    """List the sets of facts in the database, latest first."""
    sets = _fact_sets()
    after = None
    while found := sets.page(limit=200, after=after):
        for one in found:
            click.echo(f"{one['name']}  {one['created_at'][:19]}  {_counts(one['counts'])}")
        after = found[-1]["name"]


@facts.command()
@click.argument("name")
@click.option("--for-request", "denial", type=click.Path(path_type=Path, allow_dash=True), help="Whose facts to print.")
def show(name: str, denial: Path | None) -> None:
    """Say what the set NAME holds, or print the facts that it knows of one request.

    NAME is a set in the database, or the path of an export or of a folder. The file of --for-request is anything that
    `explain` takes; `-` is standard input.
    """
    if denial is None:
        click.echo(json.dumps(_fact_sets().summary(name), indent=2))
        return
    from service.explaining import request_of  # noqa: PLC0415  so that `--help` is quick

    try:
        text = sys.stdin.buffer.read() if str(denial) == "-" else denial.read_bytes()
    except OSError as error:
        raise _unusable(error) from error
    request, known = request_of(text, now=datetime.now(UTC))
    click.echo(json.dumps(_readable(lookup(name)(request, known)), indent=2))


def lookup(name: str) -> Stored:
    """The facts of a set in the database, or of the exports at a path; raises ServiceError and Problem."""
    from service.config import Config  # noqa: PLC0415  so that `--help` is quick
    from service.fact_sets import facts_from  # noqa: PLC0415  the same
    from service.storage.database import Database  # noqa: PLC0415  the same

    try:
        return facts_from(name, Database(Config.from_environment().database))
    except OSError as error:
        raise _unusable(error) from error


def _fact_sets() -> FactSets:
    """The sets in the database of the settings, whose tables are brought up to date."""
    from service.config import Config  # noqa: PLC0415  so that `--help` is quick
    from service.fact_sets import FactSets  # noqa: PLC0415  the same
    from service.storage.database import Database  # noqa: PLC0415  the same

    database = Database(Config.from_environment().database)
    database.migrate()
    return FactSets(database)


def _readable(found: dict[str, Any]) -> dict[str, Any]:
    """The facts without secrets and with policy documents as objects, to be reviewed."""
    from rules.remedy import parsed  # noqa: PLC0415  so that `--help` is quick
    from service.redaction import redact_value  # noqa: PLC0415  the same

    readable: dict[str, Any] = redact_value(parsed(found))
    return readable


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items())


def _unusable(error: OSError) -> ExportError:
    return ExportError(f"`{error.filename}`: {(error.strerror or str(error)).lower()}")
