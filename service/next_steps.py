"""The commands by which AWS itself tells more about a denial, where its error names something to ask with."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any, Final

from service.reading import Reading
from service.shapes import Shape

Json = dict[str, Any]
_DECODE: Final = "aws sts decode-authorization-message --query DecodedMessage --output text --encoded-message {}"
_DETAILS: Final = "aws iam-toolbox get-request-authorization-details --authorization-id {}"


def next_steps(reading: Reading) -> Iterator[Json]:
    """What to send next, in the shape of a missing fact, and the exact command that prints it."""
    reported = reading.reported
    if reported is None or not reported.is_access_denied:
        return
    sent = set(reading.sources)
    if reported.encoded_message is not None and Shape.DECODED_MESSAGE not in sent:
        yield {
            "fact": str(Shape.DECODED_MESSAGE),
            "why": "The encoded message holds the caller, the action, the resource and what denied it:"
            " send what the command prints as `decoded_message`.",
            "how": _DECODE.format(shlex.quote(reported.encoded_message)),
        }
    if reported.authorization_id is not None and Shape.AUTHORIZATION_DETAILS not in sent:
        yield {
            "fact": str(Shape.AUTHORIZATION_DETAILS),
            "why": "AWS keeps how it decided under this authorization id for a day:"
            " send what the command prints as `authorization_details`.",
            "how": _DETAILS.format(shlex.quote(reported.authorization_id)),
        }
