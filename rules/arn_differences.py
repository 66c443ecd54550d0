"""How the resource patterns of a statement differ from the requested resource, and which comes nearest."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

from iam.arn import Arn, parse_arn
from iam.wildcards import compile_glob
from rules.vocabulary import ArnDifference

_ORDER: Final = tuple(ArnDifference)
_SIMILAR: Final = 0.6
_COMPARED: Final = 256
_SEPARATORS: Final = ("/", ":")
_TAILS: Final = ("*", "/*", ":*", "-??????", "/index/*")
_GENERATED_SUFFIX: Final = frozenset(("secretsmanager", "dynamodb", "logs", "kinesis"))


def nearest_difference(patterns: tuple[str, ...], resource: str) -> tuple[ArnDifference, int]:
    """How the nearest of the patterns differs from the resource, none of them matching, and its index.

    The order of `ArnDifference` is the order of nearness; of equally near ones the more similar, then the first counts.
    """
    differences = [arn_difference(pattern, resource) for pattern in patterns]
    if not differences:
        return ArnDifference.OTHER, 0
    nearest = min(differences, key=_ORDER.index)
    candidates = [index for index, difference in enumerate(differences) if difference is nearest]
    if len(candidates) > 1:
        candidates.sort(key=lambda index: (-_similarity(patterns[index], resource), index))
    return nearest, candidates[0]


def arn_difference(pattern: str, resource: str) -> ArnDifference:
    """How one pattern that does not match differs from the resource (A-60 to A-70)."""
    if resource == "*":
        return ArnDifference.NOT_RESOURCE_LEVEL
    if compile_glob(pattern, ignore_case=True)(resource):
        return ArnDifference.CASE
    wanted, actual = parse_arn(pattern), parse_arn(resource)
    if wanted is None or actual is None:
        return ArnDifference.OTHER
    differing = {
        name
        for name in ("partition", "service", "region", "account", "resource")
        if not compile_glob(getattr(wanted, name))(getattr(actual, name))
    }
    if differing == {"resource"}:
        return _resource_difference(wanted, actual)
    if "partition" in differing and differing <= {"partition", "region"}:
        return ArnDifference.PARTITION
    if differing == {"region"}:
        return ArnDifference.REGION
    if differing and differing <= {"account", "region"}:
        return ArnDifference.ACCOUNT
    return ArnDifference.OTHER if differing else ArnDifference.WILDCARD


def _resource_difference(wanted: Arn, actual: Arn) -> ArnDifference:
    if actual.service == "s3" and not actual.account:
        return _s3_difference(wanted.resource, actual.resource)
    if actual.service == "kms" and wanted.resource.startswith("alias/") and actual.resource.startswith("key/"):
        return ArnDifference.ALIAS
    if actual.service == "iam":
        kind, _, name = wanted.resource.partition("/")
        actual_kind, _, actual_name = actual.resource.partition("/")
        if kind == actual_kind and compile_glob(name.rpartition("/")[2])(actual_name.rpartition("/")[2]):
            return ArnDifference.PATH
    if _differs_by_tail(wanted.resource, actual.resource):
        if actual.service == "lambda":
            return ArnDifference.QUALIFIER
        return ArnDifference.SUFFIX if actual.service in _GENERATED_SUFFIX else ArnDifference.WILDCARD
    kind, name = _type_and_name(wanted.resource)
    actual_kind, actual_name = _type_and_name(actual.resource)
    return ArnDifference.NAME if kind == actual_kind and similar(name, actual_name) else ArnDifference.OTHER


def _s3_difference(wanted: str, actual: str) -> ArnDifference:
    """S3: a bucket ARN is not the ARN of its objects (A-68)."""
    bucket, slash, key = wanted.partition("/")
    actual_bucket, actual_slash, actual_key = actual.partition("/")
    if compile_glob(bucket)(actual_bucket):
        if actual_slash and not slash:
            return ArnDifference.BUCKET_FOR_OBJECT
        if slash and not actual_slash:
            return ArnDifference.OBJECT_FOR_BUCKET
        return ArnDifference.WILDCARD if _differs_by_tail(key, actual_key) else ArnDifference.OTHER
    same_depth = bool(slash) == bool(actual_slash)
    same_key = compile_glob(key)(actual_key)
    return ArnDifference.NAME if same_depth and same_key and similar(bucket, actual_bucket) else ArnDifference.OTHER


def _differs_by_tail(wanted: str, actual: str) -> bool:
    """Whether adding a tail to the pattern, or taking one off, would make it match."""
    if any(compile_glob(wanted + tail)(actual) for tail in _TAILS) and wanted:
        return True
    return any(
        wanted.endswith(tail) and compile_glob(wanted.removesuffix(tail))(actual) for tail in ("/*", ":*", "/index/*")
    )


def _type_and_name(resource: str) -> tuple[str, str]:
    positions = [position for separator in _SEPARATORS if (position := resource.find(separator)) >= 0]
    if not positions:
        return "", resource
    return resource[: min(positions)], resource[min(positions) + 1 :]


def similar(one: str, other: str) -> bool:
    """Whether two names are near enough that one may have been written for the other."""
    return _similarity(one, other) >= _SIMILAR


def _similarity(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], autojunk=False).ratio()
