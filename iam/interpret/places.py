"""Names the S3 object that stands as a path, an address or an XML element beside an error that names none."""

from __future__ import annotations

import re
from typing import Final

from iam.interpret import services

_PATH: Final = re.compile(r"\bs3[an]?://(?P<bucket>[a-z0-9][a-z0-9.-]{1,62})(?P<key>/[^\s;,'\"`|]{0,1024})?")
_HOSTED: Final = re.compile(
    r"\bhttps?://(?P<bucket>[a-z0-9][a-z0-9.-]{1,62})\.s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d)?\.amazonaws\.com"
    r"(?:\.cn)?(?P<key>/[^\s;,'\"`|?]{0,1024})?"
)
_PATHED: Final = re.compile(
    r"\bhttps?://s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d)?\.amazonaws\.com(?:\.cn)?"
    r"/(?P<bucket>[a-z0-9][a-z0-9.-]{1,62})(?P<key>/[^\s;,'\"`|?]{0,1024})?"
)
_HOST: Final = re.compile(r"(?<![\w.-])([a-z0-9][a-z0-9.-]{3,200}\.amazonaws\.com(?:\.cn)?)(?![.\w])")
_ELEMENT: Final = re.compile(r"<(HostId|BucketName|Key|Resource)>([^<]{1,1100})</")
_EXTENDED: Final = re.compile(r"\$metadata[\"']?: ?\{[^{}]{0,200}\bextendedRequestId[\"']?: ?[\"'][\w+/=]")
_ERROR: Final = 4096
_OBJECT: Final = 400
_LINE: Final = 1200
_REST: Final = 300


def s3_arn(clean: str, start: int, end: int) -> str | None:
    """The ARN of the one bucket or object that `clean[start:end]`, or the line around it, names; else None."""
    line, end = _line(clean, start, end)
    if clean.find("s3", line, end) < 0:
        return None
    for pattern in (_PATH, _HOSTED, _PATHED):
        found = {_arn(match) for match in pattern.finditer(clean, line, end)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def in_s3_error(clean: str, start: int) -> tuple[bool, str | None]:
    """Whether the XML error around `clean[start]` is one of S3, and the ARN of the bucket or object that it names.

    No other service's error has a `HostId` or a `BucketName`.
    """
    end = clean.find("</Error>", start, start + _ERROR)
    end = end if end >= 0 else start + _ERROR
    if max(clean.find("<HostId>", start, end), clean.find("<BucketName>", start, end)) < 0:
        return False, None
    found = dict(_ELEMENT.findall(clean, start, end))
    bucket, key = found.get("BucketName"), found.get("Key")
    path = "/".join(filter(None, (bucket, key))) if bucket else found.get("Resource", "").strip("/")
    return True, f"arn:aws:s3:::{path}" if path else None


def has_extended_request_id(clean: str, start: int, end: int) -> bool:
    """Whether the error that SDK for JavaScript v3 prints around `clean[start:end]` has S3's second request id."""
    return _EXTENDED.search(clean, start, min(end + _OBJECT, len(clean))) is not None


def endpoint(clean: str, start: int, end: int) -> tuple[str | None, str | None]:
    """The service and the Region of the last AWS host name on the line around `clean[start:end]`."""
    line, end = _line(clean, start, end)
    if clean.find("amazonaws.com", line, end) < 0:
        return None, None
    hosts = [found[1] for found in _HOST.finditer(clean, line, end)]
    return services.of_host(hosts[-1]) if hosts else (None, None)


def _line(clean: str, start: int, end: int) -> tuple[int, int]:
    rest = clean.find("\n", end, end + _REST)
    first = max(0, start - _LINE)
    return max(clean.rfind("\n", first, start) + 1, first), rest if rest >= 0 else min(len(clean), end + _REST)


def _arn(match: re.Match[str]) -> str:
    key = (match["key"] or "").rstrip(".:)") if match["key"] != "/" else ""
    partition = "aws-cn" if match.group().find(".com.cn") > 0 else "aws"
    return f"arn:{partition}:s3:::{match['bucket'].rstrip('.:')}{key}"
