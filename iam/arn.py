"""Amazon Resource Names, taken apart."""

from __future__ import annotations

from iam.record import record

_PARTS = 6


@record
class Arn:
    """The parts of an ARN after `arn:` (IAM User Guide, *Identify AWS resources with ARNs*)."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def text(self) -> str:
        """The ARN as text."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def split_arn(text: str) -> tuple[str, ...] | None:
    """Split at the first five colons into six parts, the first being `arn`; None when that is impossible (B-60)."""
    parts = text.split(":", _PARTS - 1)
    return tuple(parts) if len(parts) == _PARTS and parts[0] == "arn" else None


def parse_arn(text: str) -> Arn | None:
    """Take an ARN apart; None when the text is not an ARN. Nothing but its shape is checked, wildcards are kept."""
    parts = split_arn(text)
    return None if parts is None else Arn(*parts[1:])
