"""Fetches facts from AWS, read-only: the only place with boto3."""

from service.collectors.cache import Cache
from service.collectors.clients import Clients
from service.collectors.collected import Budget, Collected, Failure, FailureKind, RecentChange, Source
from service.collectors.collection import collect
from service.collectors.kept import Kept
from service.collectors.readability import AccountReport, Report, check

__all__ = [
    "AccountReport",
    "Budget",
    "Cache",
    "Clients",
    "Collected",
    "Failure",
    "FailureKind",
    "Kept",
    "RecentChange",
    "Report",
    "Source",
    "check",
    "collect",
]
