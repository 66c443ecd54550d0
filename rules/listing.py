"""Whether the caller may list the bucket of an object: S3 then tells it when there is no such object (D-84)."""

from __future__ import annotations

from iam.arn import parse_arn
from iam.checks import Decision
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from rules.documents import Document, mapping_at, request_document


def shows_what_is_missing(document: Document) -> bool:
    """Whether the request reads an object of a bucket that the facts let the caller list for certain."""
    request = request_document(document, 0)
    arn = parse_arn(str(request.get("resource") or ""))
    if str(request.get("action")).lower() != "s3:getobject" or arn is None or arn.service != "s3" or arn.account:
        return False
    bucket = {"action": "s3:ListBucket", "resource": f"arn:{arn.partition}:s3:::{arn.resource.partition('/')[0]}"}
    resource = {name: value for name, value in mapping_at(document, "/facts/resource").items() if name != "arn"}
    facts = {**mapping_at(document, "/facts"), "resource": resource, "dependencies": []}
    try:
        found = evaluate_document({"request": {**request, **bucket}, "facts": facts}, diagnosis=True, explain=False)
    except RequestError:
        return False
    return found.decision is Decision.ALLOWED
