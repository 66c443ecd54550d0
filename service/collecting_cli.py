"""The commands that ask AWS: which connections there are and what they can read, and the facts of one request."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.errors import ServiceError

if TYPE_CHECKING:
    from service.collecting import Collector
    from service.collectors import AccountReport
    from service.connections import Connection

_FORMATS = ("json", "terraform", "cloudformation")
_MOST_SHOWN = 12


class CollectingError(ServiceError):
    """A connection that is not configured, or a bundle that cannot be written."""


@click.group()
def connections() -> None:
    """Say which AWS accounts may be asked, and what may be read there."""


@connections.command()
@click.argument("name", required=False)
@click.option("--account", "accounts", multiple=True, help="Check this account too; repeat it for more.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def check(name: str | None, accounts: tuple[str, ...], *, as_json: bool) -> None:
    """Enter every account of the connection NAME, or of all, and say what can and what cannot be read there.

    Ends with status 1 where an account cannot be entered or something cannot be read.
    """
    from service.collected_readings import persons_connections  # noqa: PLC0415  so that `--help` is quick
    from service.collectors import Kept  # noqa: PLC0415  the same
    from service.collectors import check as examine  # noqa: PLC0415  the same
    from service.config import Config  # noqa: PLC0415  the same

    known = persons_connections(Config.from_environment())
    chosen = list(known.values()) if name is None else [_named(name, known)]
    kept = Kept()
    reports = [examine(one, now=datetime.now(UTC), accounts=accounts, kept=kept) for one in chosen]
    if as_json:
        click.echo(json.dumps([report.to_json() for report in reports], indent=2))
    else:
        for report in reports:
            click.echo(f"connection {report.connection}")
            for account in report.accounts:
                _print_account(account)
            if not report.accounts:
                click.echo("  it names no single account: say which to check with --account")
    if not all(_is_readable(account) for report in reports for account in report.accounts):
        sys.exit(1)


@connections.command()
@click.option("--format", "form", type=click.Choice(_FORMATS), default=_FORMATS[0], help="Default: json.")
def policy(form: str) -> None:
    """Print the read-only policy to grant: made from the calls that are made, and nothing besides.

    As JSON it is the policy alone; as Terraform and as a CloudFormation template for stack sets it comes in a role that
    trusts the service.
    """
    from service.collectors.policy_templates import Format, render  # noqa: PLC0415  so that `--help` is quick

    click.echo(render(Format(form)), nl=False)


@connections.command("new-external-id")
def external_id() -> None:
    """Print a new external id, to be put into a connection and the trust policies of its roles."""
    from service.connections import new_external_id  # noqa: PLC0415  so that `--help` is quick

    click.echo(new_external_id())


@click.command()
@click.option("--principal", required=True, help="ARN of the caller.")
@click.option("--resource", help="ARN of the resource.")
@click.option("--action", help="The action that was denied, such as s3:GetObject; it says which facts matter.")
@click.option("--resource-account", help="Account of the resource, where its ARN does not say it.")
@click.option("--context", metavar="KEY=VALUE", multiple=True, help="A condition key of the request; may be repeated.")
@click.option("--connection", help="The connection to ask over; needed where several are configured.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write to this file, not to standard output.")
def collect(
    *,
    principal: str,
    resource: str | None,
    action: str | None,
    resource_account: str | None,
    context: tuple[str, ...],
    connection: str | None,
    out: Path | None,
) -> None:
    """Fetch from AWS the facts that decide one request, and write them without secrets, to be reviewed and handed over.

    `whydenied explain --facts` and the API take the result. What may not be read is left out, which is to say unknown,
    and is named on standard error.
    """
    from service.collecting import collect_request  # noqa: PLC0415  so that `--help` is quick

    request: dict[str, Any] = {"principal": principal, "context": _context(context)}
    given = {"resource": resource, "action": action, "resource_account": resource_account}
    request |= {name: value for name, value in given.items() if value is not None}
    facts, lines = collect_request(request, collector=_collector(connection))
    text = json.dumps(facts, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CollectingError(f"`{out}`: {(error.strerror or str(error)).lower()}") from error
    for line in lines:
        click.echo(line, err=True)


def _collector(name: str | None) -> Collector:
    """How to collect over the connection of a name, or over the only one there is."""
    from service.collected_readings import collector_over, persons_connections  # noqa: PLC0415  so that `--help` is quick
    from service.config import Config  # noqa: PLC0415  the same

    config = Config.from_environment()
    known = persons_connections(config)
    if name is None and len(known) != 1:
        listed = ", ".join(f"`{one}`" for one in sorted(known))
        raise CollectingError(f"several connections are configured: choose one of {listed} with --connection")
    return collector_over(next(iter(known.values())) if name is None else _named(name, known), config)


def _named(name: str, known: Mapping[str, Connection]) -> Connection:
    if name not in known:
        listed = ", ".join(f"`{one}`" for one in sorted(known))
        raise CollectingError(f"there is no connection `{name}`; there is {listed}")
    return known[name]


def _context(pairs: tuple[str, ...]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    wrong = next((key for key, sign, _ in split if not key or not sign), None)
    if wrong is not None:
        raise click.UsageError(f"`{wrong}` is not KEY=VALUE")
    return {key: value for key, _, value in split}


def _print_account(account: AccountReport) -> None:
    from service.collected_answer import explanation_of  # noqa: PLC0415  so that `--help` is quick

    name = account.account_id or "of the service's own credentials"
    entered = f"entered as {account.identity}" if account.identity is not None else "cannot be entered"
    click.echo(f"  account {name}: {entered}")
    if account.identity is not None:
        for readable, label in (("yes", "can be read"), ("no", "cannot be read"), ("unknown", "not known")):
            actions = [action for action, found in account.actions.items() if found == readable]
            if actions:
                click.echo(f"    {label}: {_listed(actions, whole=readable != 'yes')}")
    for failure in account.failures:
        click.echo(f"    {explanation_of(failure)}")


def _listed(actions: list[str], *, whole: bool) -> str:
    shown = actions if whole else actions[:_MOST_SHOWN]
    more = f" and {len(actions) - len(shown)} more" if len(actions) > len(shown) else ""
    return ", ".join(shown) + more


def _is_readable(account: AccountReport) -> bool:
    return account.identity is not None and "no" not in set(account.actions.values())
