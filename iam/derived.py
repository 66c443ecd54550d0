"""The condition keys that follow from the facts of a request (C.1, C.2), and what a diagnosis takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.arn import parse_arn
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
_PRINCIPAL_TYPE = {
    CallerKind.USER: "User",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.ROLE_SESSION: "AssumedRole",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.ROOT: "Account",
    CallerKind.ANONYMOUS: "Anonymous",
}
_OF_NO_SERVICE = frozenset(("aws:principalarn", "aws:principaltype", "aws:userid"))
_SIGNED = (
    CallerKind.USER,
    CallerKind.ROLE,
    CallerKind.ROLE_SESSION,
    CallerKind.FEDERATED_USER,
    CallerKind.ROOT,
)


class Derived:
    """What the facts say of the context of one (action, resource).

    `assumable` are the values that a diagnosis takes for keys that nobody told it of; `undocumented` are keys of which
    nobody knows what AWS sets.
    """

    __slots__ = ("_diagnosis", "_facts_of", "_principal_tags", "_resource_tags", "_values", "assumable", "undocumented")

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
        self._diagnosis = diagnosis
        self._facts_of: dict[str, str] = {}
        tags, complete = (facts.principal.tags, facts.principal.tags_complete) if caller.is_identity else ({}, True)
        self._principal_tags = _Tags(tags, complete=complete)
        self._resource_tags = _Tags(resource.tags, complete=resource.tags_complete)
        # What a service principal carries in these keys is not documented (open question 8).
        self.undocumented = _OF_NO_SERVICE if caller.kind is CallerKind.SERVICE else frozenset()
        self.assumable: dict[str, str] = _assumable(request) if diagnosis else {}
        values: dict[str, Value] = {}
        self._derive_principal(values, caller, facts)
        self._derive_resource(values, resource, resource_account)
        if request.service == "s3":
            self._derive_access_point(values, request.resource, resource)
        if request.via is None:
            self._derive_endpoint(values, endpoint)
        if request.service == "kms" and caller.account_id is not None:
            values["kms:calleraccount"] = (caller.account_id,)
        asked = [k.removeprefix(_REQUEST_TAG) for k, v in request.given.items() if k.startswith(_REQUEST_TAG) and v]
        if asked:
            values["aws:tagkeys"] = tuple(asked)
        self._values = values

    def value(self, key: str) -> Value | None:
        """The value of a lower-case key; None where nothing follows from the facts."""
        found = self._values.get(key)
        if found is None:
            if key.startswith(_PRINCIPAL_TAG):
                return self._principal_tags.value(key.removeprefix(_PRINCIPAL_TAG))
            if _RESOURCE_TAG in key:
                return self._resource_tags.value(key.partition(_RESOURCE_TAG)[2])
        return found

    def fact_of(self, key: str) -> str | None:
        """The name of the fact that would tell a lower-case key that is unknown; None where it is the key itself."""
        if key.startswith(_PRINCIPAL_TAG):
            return "principal.tags"
        return self._facts_of.get("*resourcetag" if _RESOURCE_TAG in key else key)

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


class _Tags:
    """Tags by lower-case key; keys that collide but for case make the value unknown (B-03, F-61)."""

    __slots__ = ("_missing", "_values")

    def __init__(self, tags: Mapping[str, str] | Unknown, *, complete: bool) -> None:
        self._values: dict[str, Value] = {}
        self._missing: Value = ABSENT if complete and tags is not UNKNOWN else UNKNOWN
        for key, value in () if tags is UNKNOWN else tags.items():
            lower = key.lower()
            same = self._values.setdefault(lower, (value,)) == (value,)
            if not same:
                self._values[lower] = UNKNOWN

    def value(self, key: str) -> Value:
        return self._values.get(key, self._missing)


def _assumable(request: Request) -> dict[str, str]:
    """What a diagnosis takes for granted (contract, "In diagnoses")."""
    found = {"aws:securetransport": "true"}
    if request.caller.kind in _SIGNED:
        found["aws:viaawsservice"] = "false"
    arn = parse_arn(request.resource) if request.resource else None
    if arn is not None and arn.region and "*" not in arn.region:
        found["aws:requestedregion"] = arn.region
    return found
