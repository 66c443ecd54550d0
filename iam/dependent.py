"""Further checks that a call is known to make, although the facts do not hold them (A-67, D-88, D-112; contract)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iam import actions
from iam.values import ABSENT

if TYPE_CHECKING:
    from iam.unit import Unit

_READS = frozenset(("s3:getobject", "s3:getobjectversion", "s3:getobjectattributes"))
_WRITES = frozenset(("s3:putobject",))
_TAGGING = re.compile(r":(tag|addtags|createtags|put\w*tagging)", re.IGNORECASE)
_REQUEST_TAG = "aws:requesttag/"


def missing_dependencies(unit: Unit) -> tuple[str, ...]:
    """The names of dependencies that this call has and the facts leave out, such as `dependencies[kms:Decrypt]`."""
    stated = {str(d.request.get("action", "")).lower() for d in unit.facts.dependencies}
    needed = [*_encryption(unit), *_tagging(unit)]
    return tuple(f"dependencies[{action}]" for action in needed if action.lower() not in stated)


def _encryption(unit: Unit) -> list[str]:
    """An object under a customer key: reading decrypts, writing makes a data key (D-88)."""
    settings = unit.resource_facts.settings.get("s3")
    key = settings.get("kms_key_arn") if isinstance(settings, dict) else None
    if not isinstance(key, str) or ":alias/aws/" in key:
        return []
    if unit.action in _READS:
        return ["kms:Decrypt"]
    return ["kms:GenerateDataKey"] if unit.action in _WRITES else []


def _tagging(unit: Unit) -> list[str]:
    """Tags set while creating need the service's tag action as well (D-112); STS checks its own (D-63)."""
    given = unit.request.given
    if unit.service == "sts" or not any(k.startswith(_REQUEST_TAG) and v is not ABSENT for k, v in given.items()):
        return []
    found = actions.lookup(unit.shown)
    if found is None or _TAGGING.search(unit.shown):
        return []
    return [a for a in found.dependent_actions or () if _TAGGING.search(a)]
