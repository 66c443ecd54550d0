"""The request context: what was given, what follows from the facts (C.1, C.2), and what is absent or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.arn import parse_arn
from iam.condition_keys import spelling
from iam.facts import Organization
from iam.principal import CallerKind
from iam.values import ABSENT, UNKNOWN, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.facts import Endpoint, Facts, ResourceFacts
    from iam.principal import Caller
    from iam.request import Request

_PRINCIPAL_TAG = "aws:principaltag/"
_REQUEST_TAG = "aws:requesttag/"
_RESOURCE_TAG = ":resourcetag/"
_PERMISSION_SET = "AWSReservedSSO_"
_PRINCIPAL_TYPE = {
    CallerKind.USER: "User",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.ROLE_SESSION: "AssumedRole",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.ROOT: "Account",
    CallerKind.ANONYMOUS: "Anonymous",
}
_SIGNED = (
    CallerKind.USER,
    CallerKind.ROLE,
    CallerKind.ROLE_SESSION,
    CallerKind.FEDERATED_USER,
    CallerKind.ROOT,
)


class Context:
    """Looks up condition keys for one (action, resource) of a request.

    `alternatives` holds, for a key whose value is one of a few, those values: a statement on such a key is evaluated
    under each (C-10: MFA in a role session is absent or false; A-35: a role's path is not known). `unsettled` collects
    the rules without a documented answer that a statement came to rest on.
    """

    __slots__ = (
        "_assumable",
        "_complete",
        "_diagnosis",
        "_facts_of",
        "_principal_complete",
        "_principal_tags",
        "_resource_complete",
        "_resource_tags",
        "_values",
        "alternatives",
        "assumed",
        "has_path",
        "unsettled",
    )

    def __init__(
        self,
        request: Request,
        facts: Facts,
        resource: ResourceFacts,
        endpoint: Endpoint | Unknown | None,
        *,
        resource_account: str | None,
        diagnosis: bool,
    ) -> None:
        caller = request.caller
        self._complete = request.complete
        self._diagnosis = diagnosis
        self._facts_of: dict[str, str] = {}
        self._principal_tags = _lowered(facts.principal.tags) if caller.is_identity else {}
        self._principal_complete = facts.principal.tags_complete or not caller.is_identity
        self._resource_tags = _lowered(resource.tags)
        self._resource_complete = resource.tags_complete
        self.assumed: dict[str, str] = {}
        self._assumable: dict[str, str] = {}
        self.alternatives: dict[str, tuple[Value, ...]] = {}
        self.unsettled: set[str] = set()
        self.has_path = caller.path_known or not caller.is_role
        values: dict[str, Value] = {}
        self._derive_principal(values, caller, facts)
        self._derive_resource(values, resource, resource_account)
        if request.service == "s3":
            self._derive_access_point(values, request.resource, resource)
        if request.via is None:
            self._derive_endpoint(values, endpoint)
        if request.service == "kms" and caller.account_id is not None:
            values["kms:calleraccount"] = (caller.account_id,)
        values.update(request.given)
        if "aws:tagkeys" not in values:
            tags = [k.removeprefix(_REQUEST_TAG) for k, v in request.given.items() if k.startswith(_REQUEST_TAG) and v]
            if tags:
                values["aws:tagkeys"] = tuple(tags)
        name = caller.name or ""
        if caller.is_role and not caller.path_known and name.startswith(_PERMISSION_SET):
            # the path of a permission set's role is fixed but for the Region of the Identity Center.
            prefix = f"arn:{caller.partition}:iam::{caller.account_id or ''}:role/aws-reserved/sso.amazonaws.com/"
            self.alternatives["aws:principalarn"] = ((prefix + name,), (f"{prefix}eu-west-1/{name}",))
            self.has_path = True
        if not self._complete and caller.is_role and "aws:multifactorauthpresent" not in values:
            # C-10: the credentials of a role carry no MFA; whether the key is absent or false is not settled.
            self.alternatives["aws:multifactorauthpresent"] = (ABSENT, ("false",))
            values.setdefault("aws:multifactorauthage", ABSENT)
        if diagnosis:
            self._assume(request)
        self._values = values

    def _derive_principal(self, values: dict[str, Value], caller: Caller, facts: Facts) -> None:
        kind = caller.kind
        if kind in _PRINCIPAL_TYPE:
            values["aws:principaltype"] = (_PRINCIPAL_TYPE[kind],)
        values["aws:username"] = (caller.name,) if kind is CallerKind.USER and caller.name else ABSENT
        if kind is CallerKind.ANONYMOUS:
            values["aws:principalisawsservice"] = ABSENT
            values["aws:principalaccount"] = ("anonymous",)
            values["aws:userid"] = ("anonymous",)
            values["aws:principalarn"] = ABSENT
            values["aws:principalorgid"] = values["aws:principalorgpaths"] = ABSENT
            return
        values["aws:principalisawsservice"] = ("true",) if kind is CallerKind.SERVICE else ("false",)
        if kind is CallerKind.SERVICE:
            values["aws:principalservicename"] = (caller.arn,)
            values["aws:principalservicenameslist"] = (caller.arn,)
            values["aws:principalorgid"] = values["aws:principalorgpaths"] = ABSENT
            values["aws:principalaccount"] = ABSENT
            # What a service principal carries in these keys is not documented (open question 8).
            values["aws:principalarn"] = values["aws:principaltype"] = values["aws:userid"] = UNKNOWN
            return
        values["aws:principalservicename"] = values["aws:principalservicenameslist"] = ABSENT
        if kind not in _SIGNED:
            return
        if caller.account_id is not None:
            values["aws:principalaccount"] = (caller.account_id,)
        arn = caller.role_arn if caller.is_role else caller.arn
        if arn is not None:
            values["aws:principalarn"] = (arn,)
        self._derive_user_id(values, caller, facts)
        self._derive_organization(values, facts.principal.organization, "principal")

    def _derive_user_id(self, values: dict[str, Value], caller: Caller, facts: Facts) -> None:
        unique = facts.principal.unique_id
        if caller.kind is CallerKind.ROOT and caller.account_id is not None:
            values["aws:userid"] = (caller.account_id,)
        elif caller.kind is CallerKind.FEDERATED_USER and caller.account_id is not None and caller.name is not None:
            values["aws:userid"] = (f"{caller.account_id}:{caller.name}",)
        elif isinstance(unique, str):
            if caller.kind is CallerKind.ROLE_SESSION:
                if ":" in unique:
                    values["aws:userid"] = (unique,)
                elif caller.session is not None:
                    values["aws:userid"] = (f"{unique}:{caller.session}",)
            elif caller.kind is not CallerKind.ROLE:
                values["aws:userid"] = (unique,)
        if "aws:userid" not in values:
            values["aws:userid"] = UNKNOWN
            self._facts_of["aws:userid"] = "principal.unique_id"

    def _derive_organization(self, values: dict[str, Value], found: Organization | Unknown | None, side: str) -> None:
        identifier, paths = f"aws:{side}orgid", f"aws:{side}orgpaths"
        if found is None:
            values[identifier] = values[paths] = ABSENT
            return
        self._facts_of[identifier] = self._facts_of[paths] = f"{side}.organization"
        if found is UNKNOWN or found.id is UNKNOWN:
            values[identifier] = values[paths] = UNKNOWN
            return
        values[identifier] = (found.id,)
        values[paths] = UNKNOWN
        if found.levels is not UNKNOWN and found.levels and found.complete:
            path = "/".join((found.id, *(level.target for level in found.levels[:-1])))
            values[paths] = (path + "/",)

    def _derive_resource(self, values: dict[str, Value], resource: ResourceFacts, account: str | None) -> None:
        if account is not None:
            values["aws:resourceaccount"] = values["s3:resourceaccount"] = (account,)
        else:
            values["aws:resourceaccount"] = UNKNOWN
            self._facts_of["aws:resourceaccount"] = "resource.account_id"
        self._derive_organization(values, resource.organization, "resource")
        for key in ("aws:resourceorgid", "aws:resourceorgpaths"):
            if key in self._facts_of:
                self._facts_of[key] = resource.prefix + ".organization"
        self._facts_of["*resourcetag"] = resource.prefix + ".tags"

    def _derive_access_point(self, values: dict[str, Value], requested: str | None, resource: ResourceFacts) -> None:
        """The keys by which a bucket policy delegates to access points (D-87)."""
        point = requested if requested is not None and ":accesspoint/" in requested else None
        point = point or next((f.arn for f in resource.further if f.kind == "s3_access_point"), None)
        arn = parse_arn(point) if point else None
        if point is None or arn is None:
            return
        values["s3:dataaccesspointarn"] = (point.partition("/object/")[0],)
        values["s3:dataaccesspointaccount"] = (arn.account,)
        settings = resource.settings.get("s3")
        found = settings.get("access_point") if isinstance(settings, dict) else None
        if isinstance(found, dict) and isinstance(found.get("network_origin"), str):
            origin = "VPC" if str(found["network_origin"]).lower() == "vpc" else "Internet"
            values["s3:accesspointnetworkorigin"] = (origin,)

    def _derive_endpoint(self, values: dict[str, Value], endpoint: Endpoint | Unknown | None) -> None:
        keys = (
            "aws:sourcevpce",
            "aws:sourcevpc",
            "aws:vpceaccount",
            "aws:vpceorgid",
            "aws:vpceorgpaths",
            "aws:vpcsourceip",
        )
        if endpoint is None:
            # The contract derives only the endpoint's own id; the other keys are a diagnosis's assumption.
            values.update(dict.fromkeys(keys if self._diagnosis else keys[:1], ABSENT))
        elif endpoint is UNKNOWN:
            return
        else:
            found = (endpoint.id, endpoint.vpc_id, endpoint.account_id)
            for key, value in zip(keys, found, strict=False):
                if value is not None:
                    values[key] = (value,)
                elif key == "aws:sourcevpce":
                    values[key] = UNKNOWN
            values["aws:sourceip"] = ABSENT

    def _assume(self, request: Request) -> None:
        """Take for granted what a diagnosis was not told (contract, "In diagnoses"); `assumed` fills as it is used."""
        caller = request.caller
        self._assumable["aws:securetransport"] = "true"
        if caller.kind in _SIGNED:
            self._assumable["aws:viaawsservice"] = "false"
        region = region_of(request.resource)
        if region is not None:
            self._assumable["aws:requestedregion"] = region

    def lookup(self, key: str) -> Value:
        """The value of a lower-case condition key."""
        value = self._values.get(key)
        if value is not None:
            return value
        if key.startswith(_PRINCIPAL_TAG):
            return _tag(self._principal_tags, key.removeprefix(_PRINCIPAL_TAG), complete=self._principal_complete)
        if _RESOURCE_TAG in key:
            return _tag(self._resource_tags, key.partition(_RESOURCE_TAG)[2], complete=self._resource_complete)
        assumed = self._assumable.get(key)
        if assumed is not None:
            self.assumed[key] = assumed
            return (assumed,)
        return ABSENT if self._complete else UNKNOWN

    def with_value(self, key: str, value: Value) -> _Overlay:
        """The same context with another value for one key."""
        return _Overlay(self, key, value)

    def fact_of(self, key: str) -> str:
        """The name of the fact that would tell a key that is unknown (contract: `context.<key>` or the fact)."""
        if key.startswith(_PRINCIPAL_TAG):
            return "principal.tags"
        if _RESOURCE_TAG in key:
            return self._facts_of["*resourcetag"]
        return self._facts_of.get(key) or context_fact(key)


def context_fact(key: str) -> str:
    """The name of the fact that a lower-case condition key is (contract: `context.<key>`)."""
    return f"context.{spelling(key)}"


class _Overlay:
    """A lookup that differs from a context in one key."""

    __slots__ = ("_context", "_key", "_value")

    def __init__(self, context: Context, key: str, value: Value) -> None:
        self._context, self._key, self._value = context, key, value

    def lookup(self, key: str) -> Value:
        return self._value if key == self._key else self._context.lookup(key)


def _lowered(tags: Mapping[str, str] | Unknown) -> dict[str, Value] | Unknown:
    """Tags by lower-case key; keys that collide but for case make the value unknown (B-03, F-61)."""
    if tags is UNKNOWN:
        return UNKNOWN
    found: dict[str, Value] = {}
    for key, value in tags.items():
        lower = key.lower()
        found[lower] = UNKNOWN if lower in found and found[lower] != (value,) else (value,)
    return found


def _tag(tags: dict[str, Value] | Unknown, key: str, *, complete: bool) -> Value:
    if tags is UNKNOWN:
        return UNKNOWN
    return tags.get(key, ABSENT if complete else UNKNOWN)


def region_of(resource: str | None) -> str | None:
    """The Region that a regional ARN names."""
    arn = parse_arn(resource) if resource else None
    return arn.region if arn is not None and arn.region and "*" not in arn.region else None
