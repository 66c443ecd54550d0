"""Keeps the answer to a form, so that its page can be opened again and its document be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.combined import Combined
from service.diagnosis import Diagnosed
from service.keeping import json_text, kept
from service.storage.combined import CombinedDiagnoses
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses, StoredDiagnosis


def keep(explained: Diagnosed | Combined, database: Database, *, limit: int) -> None:
    """Store a diagnosis, or a combined answer with its diagnoses; each text is at most `limit` long."""
    document = explained.document
    made = datetime.fromisoformat(document["created_at"])
    if isinstance(explained, Diagnosed):
        (row,) = _rows([explained], limit=limit, made=made)
        Diagnoses(database).add(row)
        return
    rows = _rows(explained.diagnoses, limit=limit, made=made)
    CombinedDiagnoses(database).add(document["id"], json_text(document), created_at=made, diagnoses=rows)


def _rows(diagnoses: Sequence[Diagnosed], *, limit: int, made: datetime) -> list[StoredDiagnosis]:
    return [kept(one.document, json_text(one.facts), limit=limit, now=made) for one in diagnoses]
