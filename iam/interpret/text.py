"""From a pasted text to the errors it holds: sentences, the wrappers around them, and errors that say less."""

from __future__ import annotations

import re

from iam.interpret.denial import Denial
from iam.interpret.fields import account_of, region_of
from iam.interpret.sentences import Sentence, find_sentences
from iam.interpret.unwrap import Text, unwrap

_CLI = re.compile(r"an\s?error\s?occurred\s?\(([^()\s]{1,120})\)\s?when\s?calling\s?the\s?([A-Za-z0-9_]{1,120})\s?operation", re.IGNORECASE)
_REQUEST_ID = re.compile(r"request\s?id:?\s?\"?([0-9A-Za-z-]{8,64})", re.IGNORECASE)


def interpret(text: str) -> tuple[Denial, ...]:
    """Every distinct error that `text` holds, in order (contract, POST /v1/interpretations). Never raises; takes linear time."""
    cleaned = unwrap(text)
    denials: list[Denial] = []
    floor = 0
    for sentence in find_sentences(cleaned):
        denials.append(_denial(cleaned, sentence, floor))
        floor = sentence.end
    return tuple(denials)


def _denial(text: Text, sentence: Sentence, floor: int) -> Denial:
    lead = None
    for lead in _CLI.finditer(text.clean, max(floor, sentence.start - 400), sentence.start):
        pass
    request_id = _REQUEST_ID.search(text.clean, sentence.end, sentence.end + 300)
    start = lead.start() if lead else sentence.start
    return Denial(
        is_access_denied=True,
        error_code=lead[1] if lead else None,
        operation=lead[2] if lead else None,
        action=sentence.action,
        resource=sentence.resource,
        principal=sentence.principal,
        policy_type=sentence.policy_type,
        effect=sentence.effect,
        policy_arn=sentence.policy_arn,
        request_id=request_id[1] if request_id else None,
        authorization_id=sentence.authorization_id,
        encoded_message=sentence.encoded_message,
        service=sentence.action.partition(":")[0].lower() if sentence.action else None,
        account_id=account_of(sentence.principal),
        region=region_of(sentence.resource) or sentence.region,
        span=text.in_source(start, sentence.end),
    )
