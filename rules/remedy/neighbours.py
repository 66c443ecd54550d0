"""Actions and resources next to those of a request, that a fix must not let through as well."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import Final

from iam.actions import lookup, service_actions
from iam.arn import Arn, parse_arn
from iam.resource_types import resource_type_of
from iam.wildcards import compile_glob

ENOUGH: Final = 48
_HERE: Final = 28
_REMEMBERED: Final = 512
_OTHER_ACCOUNTS: Final = ("999999999999", "444455556666", "111122223333")
_TABLE: Final = 2  # `table/NAME` of what may go on with an index
_ALSO: Final = {"sts": ("iam",)}
"""Services that act on the same resources: a role is assumed by STS, and passed and changed by IAM."""


@lru_cache(maxsize=_REMEMBERED)
def neighbours_of(action: str, resource: str) -> tuple[tuple[str, str], ...]:
    """Other pairs of action and resource, at most 48: other actions here, this action elsewhere, then both.

    Pairs that AWS would never authorize, an object's action on a bucket, are left out unless there are too few others.
    """
    here = resource_type_of(action, resource)
    kind = None if here is None else here.name
    siblings = sibling_actions(action, kind)
    beside = [one for one in neighbouring_resources(resource) if not compile_glob(resource)(one)]
    places = [one for one in beside if (there := resource_type_of(action, one)) is not None and there.name == kind]
    found = dict.fromkeys(
        (*((one, resource) for one in siblings[:_HERE]), *((action, place) for place in beside)),
    )
    for pair in chain(
        ((one, place) for place in places for one in siblings),
        ((one, resource) for one in siblings),
        ((one, place) for place in beside for one in _others(action) if resource_type_of(one, place) is not None),
        ((one, resource) for one in _others(action)),
    ):
        if len(found) >= ENOUGH:
            break
        found.setdefault(pair)
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def sibling_actions(action: str, kind: str | None) -> tuple[str, ...]:
    """Other actions on the same type of resource (None: on none), in the order of `_others`."""
    found = []
    for one in _others(action):
        info = lookup(one)
        if info is not None and (
            any(each.name == kind for each in info.resource_types) or (info.wildcard_only and not kind)
        ):
            found.append(one)
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def _others(action: str) -> tuple[str, ...]:
    """The other actions of the service: those on the same noun first, the rest spread over the alphabet."""
    service, _, name = action.partition(":")
    others = [one for one in service_actions(service) if one.lower() != action.lower()]
    noun = _noun(name)
    near = [one for one in others if _noun(one.partition(":")[2]) == noun or one.startswith(action)]
    step = max(1, len(others) // ENOUGH)
    spread = [one for offset in range(step) for one in others[offset::step]]
    also = [one for further in _ALSO.get(service.lower(), ()) for one in service_actions(further)]
    return tuple(dict.fromkeys((*near, *spread, *also)))


def _noun(name: str) -> str:
    """The name of an action without its verb: `Object` of `GetObject`."""
    position = next((i for i in range(1, len(name)) if name[i].isupper()), 0)
    return name[position:].removesuffix("s")


def neighbouring_resources(resource: str) -> tuple[str, ...]:
    """Other resources like this one: of a longer name, beside it, above it, in another Region, in another account."""
    arn = parse_arn(resource)
    if arn is None:
        return ()
    found = [resource + "-other", _beside(resource), f"{resource}/whydenied-other"]
    if arn.service == "s3" and not arn.account:
        bucket, slash, key = arn.resource.partition("/")
        found += [_with(arn, f"{bucket}-other{slash}{key}"), _with(arn, bucket), _with(arn, f"{bucket}/other")]
    if arn.region:
        found.append(_with(arn, arn.resource, region="us-west-1" if arn.region != "us-west-1" else "us-west-2"))
    if arn.account:
        found.append(_with(arn, arn.resource, account=other_account(arn.account)))
    found.append(resource[:-1] + ("x" if resource[-1] != "x" else "y"))
    return tuple(dict.fromkeys(one for one in found if one != resource))


def share_a_policy(resource: str, other: str) -> bool:
    """Whether one policy on the resource side is about both: a bucket's is about its objects, a table's its indexes."""
    if resource == other:
        return True
    arn, second = parse_arn(resource), parse_arn(other)
    if arn is None or second is None:
        return False
    if arn.service == "s3" and not arn.account:
        return arn.resource.partition("/")[0] == second.resource.partition("/")[0]
    if arn.service == "dynamodb":
        own, others = arn.resource.split("/"), second.resource.split("/")
        return own[:_TABLE] == others[:_TABLE] and (arn.account, arn.region) == (second.account, second.region)
    return False


def other_account(*accounts: str | None) -> str:
    """An account that is none of these."""
    return next(one for one in _OTHER_ACCOUNTS if one not in accounts)


def _beside(resource: str) -> str:
    parent, slash, _ = resource.rpartition("/")
    if not slash:
        parent, slash, _ = resource.rpartition(":")
    return f"{parent}{slash}whydenied-other"


def _with(arn: Arn, resource: str, *, region: str | None = None, account: str | None = None) -> str:
    return Arn(arn.partition, arn.service, region or arn.region, account or arn.account, resource).text
