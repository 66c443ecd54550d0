"""Fetches from AWS what decides one denial, and nothing that was given or cannot matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from iam.interpret import Denial
from service.collectors.bundle import Bundle
from service.collectors.calls import Calls
from service.collectors.collected import Budget, Collected, RecentChange
from service.collectors.dependencies import collect_dependencies
from service.collectors.endpoint import collect_endpoint
from service.collectors.events import collect_authorization_details, collect_decoded_message, find_event
from service.collectors.identity_center import collect_permission_set
from service.collectors.inquiry import Inquiry
from service.collectors.kept import Kept
from service.collectors.organization import collect_callers_organization, collect_resources_organization
from service.collectors.permissions import session_policy
from service.collectors.principal import collect_principal
from service.collectors.recent_changes import collect_recent_changes
from service.collectors.resource import collect_resource
from service.collectors.subject import Subject, read_subject
from service.collectors.tags import collect_tags
from service.connections import Connection

_SERVICES_ALIKE: Final = {"vpc-lattice-svcs": "vpc-lattice", "s3-object-lambda": "s3"}


def collect(
    request: Mapping[str, Any],
    given_facts: Mapping[str, Any],
    *,
    connection: Connection,
    now: datetime,
    budget: Budget | None = None,
    reported: Denial | None = None,
    kept: Kept | None = None,
) -> Collected:
    """Collect the facts that decide a denial.

    `request` and `given_facts` are in the contract's shape; `now` is in UTC. `kept` is the process's own,
    so that roles are not assumed again for each denial; left out, nothing is kept. What AWS refuses or
    does not answer stays unknown and is among the failures: no error of AWS is raised.
    """
    bundle = Bundle(given_facts)
    subject = read_subject(request, bundle, reported)
    kept = kept or Kept()
    calls = Calls(
        connection,
        kept=kept,
        budget=budget or Budget(),
        now=now,
        policy=session_policy(_services(subject)),
    )
    inquiry = Inquiry(calls=calls, bundle=bundle, subject=subject)
    try:
        calls.together(*_first(inquiry))
        calls.together(*_then(inquiry))
        changes = collect_recent_changes(inquiry)
        return _collected(inquiry, changes)
    finally:
        calls.close()


def _first(inquiry: Inquiry) -> list[Callable[[], None]]:
    """What can be asked at once."""

    def resource_and_key() -> None:
        collect_resource(inquiry)
        collect_dependencies(inquiry)

    return [
        lambda: collect_principal(inquiry),
        lambda: collect_callers_organization(inquiry),
        resource_and_key,
        lambda: collect_endpoint(inquiry),
        lambda: collect_decoded_message(inquiry),
        lambda: collect_authorization_details(inquiry),
    ]


def _then(inquiry: Inquiry) -> list[Callable[[], None]]:
    """What depends on what was found: whose the resource is, and what the policies ask for."""
    return [
        lambda: collect_resources_organization(inquiry),
        lambda: collect_tags(inquiry),
        lambda: collect_permission_set(inquiry),
    ]


def _collected(inquiry: Inquiry, changes: list[RecentChange]) -> Collected:
    findings, calls = inquiry.findings, inquiry.calls
    return Collected(
        facts=inquiry.bundle.facts,
        event=find_event(inquiry),
        decoded_message=findings.decoded_message,
        authorization_details=findings.authorization_details,
        other_versions=tuple(findings.other_versions),
        permission_set=findings.permission_set,
        recent_changes=tuple(changes),
        sources=calls.sources,
        failures=calls.failures,
        calls=calls.made,
        elapsed=calls.elapsed,
    )


def _services(subject: Subject) -> set[str]:
    """The services whose calls a session may make for this denial."""
    service = subject.arn.service if subject.arn is not None else subject.service
    found = {_SERVICES_ALIKE.get(service, service)}
    if service == "s3":
        found.add("kms")
    if subject.crosses_accounts:
        found.add("ram")
    if (subject.caller.name or "").startswith("AWSReservedSSO_"):
        found.add("permission_sets")
    return found
