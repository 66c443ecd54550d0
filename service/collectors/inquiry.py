"""What every collector is handed: the calls it may make, the facts it adds to, and what the denial is about."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.collectors.bundle import Bundle
from service.collectors.calls import Calls, Place
from service.collectors.collected import Json
from service.collectors.subject import Subject


@dataclass(slots=True)
class Findings:
    """What is found beside facts (`Collected` says what each is)."""

    decoded_message: str | None = None
    authorization_details: Json | None = None
    other_versions: list[Json] = field(default_factory=list)
    permission_set: Json | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One collection under way."""

    calls: Calls
    bundle: Bundle
    subject: Subject
    findings: Findings = field(default_factory=Findings)

    def place(self, account_id: str, region: str | None = None) -> Place:
        """Where to ask an account: in a Region, else in the one of the denial."""
        return Place(account_id, region or self.subject.region)
