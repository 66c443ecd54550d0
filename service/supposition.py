"""What may have denied a call of which an error tells too little to evaluate it: the causes, each merely possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from iam.actions import service_actions
from iam.arn import parse_arn
from iam.checks import PolicyType
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from iam.interpret import Denial
from iam.layering import has_resource_policies
from rules.cause import FoundCause
from rules.conclude import conclude
from rules.rank import rank
from rules.vocabulary import Certainty
from service.reading import Reading

_NOBODY: Final = "000000000000"
_NAME: Final = "PRINCIPAL_NAME"
_USUAL: Final = {"s3": "s3:GetObject", "sqs": "sqs:SendMessage", "kms": "kms:Decrypt"}


def suppose(reading: Reading) -> tuple[FoundCause, ...]:
    """The causes that come into question, best first; none where not even the service is known.

    A stand-in takes the place of what is not known, the facts are left out, and nothing of either shows in what is
    found, whose `check` is None.
    """
    reported = reading.reported
    if reported is None or not reported.is_access_denied:
        return ()
    known = {name: value for name, value in reading.request.items() if name != "context"}
    service = (reported.service or str(known.get("action") or "").partition(":")[0]).lower()
    action = known.get("action") or _USUAL.get(service) or next(iter(service_actions(service)), None)
    if action is None:
        return ()
    target = parse_arn(str(known.get("resource") or ""))
    # Whether one side or both must allow depends on the accounts, so both ways come into question.
    accounts = [reported.account_id] if reported.account_id else [target.account if target else "", _NOBODY]
    found: dict[str, FoundCause] = {}
    for account in filter(None, accounts):
        request = {"principal": f"arn:aws:iam::{account}:role/{_NAME}", **known, "action": action}
        for cause in _conclude({**request, "context_complete": False}, reported):
            if cause.policy_type is PolicyType.RESOURCE_POLICY and not has_resource_policies(action.partition(":")[0]):
                continue
            unsaid = {request["principal"], action} - set(map(str, known.values()))
            found.setdefault(cause.id, _without(cause, unsaid))
    return rank(found.values())


def _conclude(request: Mapping[str, Any], reported: Denial) -> Iterator[FoundCause]:
    document = {"request": request, "facts": {}}
    try:
        evaluation = evaluate_document(document, diagnosis=True)
    except RequestError:
        return
    for cause in conclude(document, evaluation, reported=reported).causes:
        if cause.certainty is Certainty.POSSIBLE and (cause.effect is not None or cause.fits_error):
            yield cause


def _without(cause: FoundCause, unsaid: set[str]) -> FoundCause:
    """A cause of which nothing points at the stand-ins."""
    values: Mapping[str, str] = {
        name: value
        for name, value in cause.values.items()
        if value not in unsaid and _NOBODY not in value and value != _NAME
    }
    return replace(cause, check=None, findings=(), other_blockers=(), values=values)
