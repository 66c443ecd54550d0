"""Seeded names, accounts, Regions and ids, so that no two scenes look alike and every one can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

T = TypeVar("T")

ACCOUNTS: Final = ("111122223333", "444455556666", "999999999999")
REGIONS: Final = ("eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-southeast-2")
TEAMS: Final = ("payments", "logistics", "research", "catalog", "identity")
_THINGS: Final = tuple(
    "ledger orders invoices telemetry thumbnails exports snapshots parcels receipts rosters vouchers clicks".split()
)
_STAGES: Final = ("prod", "stage", "dev", "qa", "sandbox")
_PEOPLE: Final = ("amara", "bilal", "chen", "dora", "emeka", "farah", "goran", "hina")
_HEX: Final = "0123456789abcdef"
_ID: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ALNUM: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Names:
    """Names for one scene; equal seeds give equal names."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.accounts = self.random.sample(ACCOUNTS, len(ACCOUNTS))
        self.region, self.other_region = self.random.sample(REGIONS, 2)
        self.organization = f"o-{self.hex(10)}"
        self.team, self.other_team = self.random.sample(TEAMS, 2)

    def pick(self, values: Sequence[T]) -> T:
        """One of the values."""
        return self.random.choice(values)

    def chance(self, probability: float) -> bool:
        """True with a probability."""
        return self.random.random() < probability

    def hex(self, length: int) -> str:
        """Lower-case hexadecimal digits."""
        return "".join(self.random.choices(_HEX, k=length))

    def unique_id(self, prefix: str) -> str:
        """The unique id of a principal, such as `AROA…`."""
        return prefix + "".join(self.random.choices(_ID, k=17))

    def suffix(self) -> str:
        """The six characters that Secrets Manager appends to a name."""
        return "".join(self.random.choices(_ALNUM, k=6))

    def thing(self) -> str:
        """A name of a resource."""
        return f"{self.pick(_THINGS)}-{self.pick(_STAGES)}-{self.hex(4)}"

    def folder(self) -> str:
        """A name of a folder or namespace."""
        return f"{self.pick(_THINGS)}{self.random.randrange(10, 99)}"

    def person(self) -> str:
        """A name of a user."""
        return f"{self.pick(_PEOPLE)}{self.random.randrange(10, 99)}"

    def role(self) -> str:
        """A name of a role."""
        return f"{self.pick(_THINGS)}-{self.pick(('worker', 'reader', 'runner', 'api'))}-{self.hex(3)}"

    def address(self) -> str:
        """A public IPv4 address of a documentation range (RFC 5737)."""
        return f"{self.pick(('203.0.113', '198.51.100'))}.{self.random.randrange(2, 250)}"

    def misspelt(self, name: str) -> str:
        """The name with two neighbouring letters exchanged, or one doubled."""
        places = [i for i in range(1, len(name) - 2) if name[i].isalpha() and name[i + 1].isalpha()]
        if not places:
            return f"{name}s"
        place = self.pick(places)
        one, other = name[place], name[place + 1]
        changed = other + one if one != other else one + one + other
        return name[:place] + changed + name[place + 2 :]
