"""What a job is made from: the body as it was sent, without secrets, and how much of a diagnosis is wanted."""

from __future__ import annotations

import json
from dataclasses import dataclass

from service.redaction import may_hold_secrets, redact_value
from service.strict_json import JsonText


@dataclass(frozen=True, slots=True)
class Order:
    """The JSON text of a body of POST /v1/diagnoses; `as_sent` = its lines and columns are those that were sent."""

    text: str
    as_sent: bool
    with_fix: bool

    @classmethod
    def of(cls, sent: JsonText, *, with_fix: bool) -> Order:
        """The order for a body; where it holds secrets, they are taken out before it is kept."""
        if may_hold_secrets(sent.text):
            redacted = redact_value(sent.value)
            if redacted != sent.value:
                return cls(json.dumps(redacted), as_sent=False, with_fix=with_fix)
        return cls(sent.text, as_sent=True, with_fix=with_fix)

    @classmethod
    def from_payload(cls, payload: str) -> Order:
        """The order that `payload` gave."""
        return cls(**json.loads(payload))

    def payload(self) -> str:
        """The order as text to keep."""
        return json.dumps({"text": self.text, "as_sent": self.as_sent, "with_fix": self.with_fix})
