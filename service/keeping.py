"""Makes of a diagnosis what is kept and sent: JSON text without secrets, within its limit, and what a listing shows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from service.redaction import may_hold_secrets, redact, redact_value
from service.storage.diagnoses import StoredDiagnosis

Json = dict[str, Any]


def json_text(document: Any) -> str:
    """A document as the JSON that leaves the service: plain ASCII, without secrets."""
    text = json.dumps(document, separators=(",", ":"))
    if may_hold_secrets(text):
        text = json.dumps(redact_value(document), separators=(",", ":"))
    return text


def kept(document: Json, facts: str, *, limit: int, now: datetime) -> StoredDiagnosis:
    """The row of a diagnosis received at `now`; its text, and that of its facts, are at most `limit` long each.

    Of a longer document parts are left out; longer facts are not kept.
    """
    return row_of(document, fitting(document, limit), facts=facts if len(facts) <= limit else None, now=now)


def row_of(document: Json, text: str, *, facts: str | None, now: datetime) -> StoredDiagnosis:
    """The row of a document whose text is `text`."""
    causes, request = document["causes"], document["request"]
    principal, action, resource = (_listed(request.get(name)) for name in ("principal", "action", "resource"))
    return StoredDiagnosis(
        id=document["id"],
        created_at=now,
        status=document["status"],
        decision=document["decision"],
        cause=causes[0]["id"] if causes else None,
        principal=principal,
        action=action,
        resource=resource,
        document=text,
        facts=facts,
    )


def _listed(name: str | None) -> str | None:
    """A name as a listing shows it; PostgreSQL keeps no NUL."""
    return redact(name).replace("\0", "\N{REPLACEMENT CHARACTER}") if name else None


def fitting(document: Json, limit: int) -> str:
    """The text of a diagnosis; where it is longer than `limit`, what takes most room is left out until it fits."""
    text = json_text(document)
    for leave_out in (_without_statements, _without_evidence, _without_fixes):
        if len(text) <= limit:
            break
        document = {**leave_out(document), "shortened": True}
        text = json_text(document)
    return text


def _without_statements(document: Json) -> Json:
    return {**document, "checks": [{**check, "statements": []} for check in document["checks"]]}


def _without_evidence(document: Json) -> Json:
    causes = [{**cause, "evidence": []} for cause in document["causes"]]
    return {**document, "causes": causes, "other_denials": document["other_denials"][:100]}


def _without_fixes(document: Json) -> Json:
    return {**document, "fix": None, "no_fix_reason": "The fix is too long to be kept.", "alternatives": []}
