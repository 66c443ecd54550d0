"""Which family a condition key belongs to, and what in a condition decides against the request."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from iam.checks import State
from iam.operators import Qualifier, parse_operator
from iam.wildcards import compile_glob
from rules.vocabulary import Family

_FAMILY_OF_KEY: Final = {
    key: family
    for family, keys in {
        Family.MFA: "aws:multifactorauthpresent aws:multifactorauthage",
        Family.SOURCE_IP: "aws:sourceip aws:vpcsourceip",
        Family.SOURCE_VPCE: (
            "aws:sourcevpce aws:sourcevpc aws:sourcevpcarn aws:vpceaccount aws:vpceorgid aws:vpceorgpaths"
        ),
        Family.SECURE_TRANSPORT: "aws:securetransport s3:tlsversion",
        Family.REFERER: "aws:referer aws:useragent",
        Family.REGION: "aws:requestedregion ec2:region",
        Family.PRINCIPAL_ORG: "aws:principalorgid aws:principalorgpaths",
        Family.RESOURCE_ORG: "aws:resourceorgid aws:resourceaccount aws:resourceorgpaths s3:resourceaccount",
        Family.TIME: "aws:currenttime aws:epochtime",
        Family.TOKEN_ISSUE_TIME: "aws:tokenissuetime",
        Family.REQUEST_TAG: "aws:tagkeys s3:requestobjecttagkeys",
        Family.HEADER: "s3:signatureversion s3:authtype s3:signatureage s3:if-none-match s3:if-match",
        Family.VIA_SERVICE: "kms:viaservice aws:calledvia aws:calledviafirst aws:calledvialast aws:viaawsservice",
        Family.PASSED_TO_SERVICE: "iam:passedtoservice iam:associatedresourcearn",
        Family.CONFUSED_DEPUTY: "aws:sourcearn aws:sourceaccount aws:sourceorgid aws:sourceorgpaths aws:sourceowner",
        Family.EXTERNAL_ID: "sts:externalid",
        Family.SESSION_NAME: "sts:rolesessionname sts:sourceidentity aws:sourceidentity",
        Family.PRINCIPAL: (
            "aws:principalarn aws:principalaccount aws:principaltype aws:principalisawsservice aws:principalservicename"
            " aws:principalservicenameslist aws:userid aws:username aws:assumedroot"
        ),
    }.items()
    for key in keys.split()
}
_FAMILY_OF_PREFIX: Final = (
    ("aws:principaltag/", Family.PRINCIPAL_TAG),
    ("aws:requesttag/", Family.REQUEST_TAG),
    ("s3:requestobjecttag/", Family.REQUEST_TAG),
    ("aws:resourcetag/", Family.RESOURCE_TAG),
    ("s3:existingobjecttag/", Family.RESOURCE_TAG),
    ("s3:x-amz-", Family.HEADER),
    ("s3:object-lock-", Family.HEADER),
    ("saml:", Family.SAML_CLAIM),
    ("kms:", Family.KMS),
)
_PRIVATE: Final = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
GUARDS: Final = frozenset((Family.PRINCIPAL, Family.VIA_SERVICE, Family.OTHER))
"""Families that, beside another one in a Deny, only narrow whom or what it hits."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator, held against the request: `actual` and `state` are the request's side."""

    operator: str
    key: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    state: State


def family_of(key: str) -> Family:
    """The family of a condition key, in any letter case (B-03)."""
    lower = key.lower()
    found = _FAMILY_OF_KEY.get(lower)
    if found is not None:
        return found
    for prefix, family in _FAMILY_OF_PREFIX:
        if lower.startswith(prefix):
            return family
    prefix, _, name = lower.partition(":")
    if name.startswith("resourcetag/"):
        return Family.RESOURCE_TAG
    # The keys of an OIDC provider are prefixed with its URL without the scheme (C.2).
    return Family.OIDC_CLAIM if "." in prefix else Family.OTHER


def detail_of(family: Family, condition: Condition) -> str:
    """What within a family decides: one of a few words per family, `other` where nothing special does."""
    if family is Family.MFA:
        return "too_old" if condition.key.lower().endswith("age") and condition.actual else _presence(condition)
    if family is Family.SOURCE_IP:
        return _address_detail(condition)
    if family is Family.OIDC_CLAIM:
        return _claim_detail(condition)
    if family is Family.REGION:
        return "global" if condition.actual == ("us-east-1",) else "other"
    return _presence(condition)


def _presence(condition: Condition) -> str:
    if condition.state is State.PRESENT:
        return "different"
    return "absent" if condition.state is State.ABSENT else "unknown"


def _address_detail(condition: Condition) -> str:
    """F-47: an absent key, the other address family, or private ranges, none of which can match a public address."""
    if condition.state is not State.PRESENT:
        return _presence(condition)
    networks = []
    for value in condition.expected:
        try:
            networks.append(ip_network(value, strict=False))
        except ValueError:
            continue
    if networks and condition.key.lower() == "aws:sourceip" and all(map(_is_private, networks)):
        return "private_range"
    versions = {6 if ":" in value else 4 for value in condition.actual}
    if networks and versions and versions.isdisjoint({network.version for network in networks}):
        return "address_family"
    return "different"


def _is_private(network: IPv4Network | IPv6Network) -> bool:
    """Whether no address of the range is ever seen as a source (B-52: RFC 1918, and unique local IPv6)."""
    return any(network.version == private.version and network.subnet_of(private) for private in _PRIVATE)  # type: ignore[arg-type]


def _claim_detail(condition: Condition) -> str:
    """F-67: which claim of the token differs, and how: in case only, by a wildcard that is not one, by being absent."""
    claim = condition.key.rpartition(":")[2].lower()
    name = claim if claim in ("sub", "aud") else "other"
    if condition.state is not State.PRESENT:
        return f"{name}_{_presence(condition)}"
    if wildcard_would_match(condition):
        return f"{name}_wildcard"
    folded = {value.lower() for value in condition.actual}
    if any(value.lower() in folded for value in condition.expected):
        return f"{name}_case"
    return f"{name}_different"


def wildcard_would_match(condition: Condition) -> bool:
    """Whether `*` or `?` in a value is taken literally here, and would match as a wildcard (B-30, F-13)."""
    use = parse_operator(condition.operator)
    if use is None or not use.operator.name.startswith(("StringEquals", "StringNotEquals")):
        return False
    ignore_case = use.operator.name.endswith("IgnoreCase")
    patterns = [value for value in condition.expected if "*" in value or "?" in value]
    return any(
        compile_glob(pattern, ignore_case=ignore_case)(value) for pattern in patterns for value in condition.actual
    )


def set_operator_detail(condition: Condition) -> str | None:
    """How a set operator, or the lack of one, decides (F-60): None where none does."""
    use = parse_operator(condition.operator)
    if use is None:
        return None
    if use.qualifier is None and len(condition.actual) > 1:
        return "missing"
    if use.qualifier is Qualifier.FOR_ALL_VALUES and condition.state is State.ABSENT:
        return "vacuous"
    return None
