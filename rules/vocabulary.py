"""The closed vocabulary of rules: every kind of finding and of conclusion, with its fields."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

from iam.checks import Effect, PolicyType
from rules.rule import Schema

REPORTED_CHECK: Final = "reported"
"""The check of what AWS said, where it cannot be told which of our checks that is."""
WHOLE_REQUEST: Final = "request"
"""The check of a cause that concerns no policy in particular."""
UNSEEN_CHECK: Final = "unseen"
"""The check of a request that is not among the facts: a service's for the key of its data."""


@unique
class Certainty(StrEnum):
    """How sure a cause is: the weakest basis among the findings that lead to it."""

    PROVEN = "proven"
    REPORTED = "reported"
    POSSIBLE = "possible"


CERTAINTIES: Final = tuple(Certainty)
"""The certainties by `Basis`."""


@unique
class RankReason(StrEnum):
    """What puts a cause before the next one: the first of the keys of the order in which the two differ.

    `only`: there is no other cause; `last`: there is none after it. `known_statement`: a statement at hand may decide
    it, and none is known of the next. `needed_allow`: without an Allow there AWS denies, and nothing shows what the
    next needs. `fits_error`: the error looks as it does where this is so, and of the next nothing is known.
    `evidence_before_hypothesis`: the next one is only suggested. `policy_before_setting`: the next one is about no
    policy, or about no denial of one. `earlier_check`: the same layer denies at several places, of which this one is
    asked first. `more_specific`: it says more than the next. `by_name`: nothing tells the two apart.
    """

    CONFIRMED_BY_MESSAGE = "confirmed_by_message"
    PROVEN = "proven"
    REPORTED = "reported"
    BY_ELIMINATION = "by_elimination"
    KNOWN_STATEMENT = "known_statement"
    NEEDED_ALLOW = "needed_allow"
    FITS_ERROR = "fits_error"
    EVIDENCE_BEFORE_HYPOTHESIS = "evidence_before_hypothesis"
    EXPLICIT_BEFORE_IMPLICIT = "explicit_before_implicit"
    POLICY_BEFORE_SETTING = "policy_before_setting"
    EARLIER_IN_AWS_ORDER = "earlier_in_aws_order"
    NEARER_THE_ROOT = "nearer_the_root"
    EARLIER_CHECK = "earlier_check"
    MORE_SPECIFIC = "more_specific"
    BY_NAME = "by_name"
    LAST = "last"
    ONLY = "only"


@unique
class Relation(StrEnum):
    """Whether caller and resource are of one account."""

    SAME_ACCOUNT = "same_account"
    CROSS_ACCOUNT = "cross_account"
    UNKNOWN = "unknown"


@unique
class ArnDifference(StrEnum):
    """How the nearest resource pattern of a statement differs from the resource (F-03, F-07, F-09 to F-12)."""

    CASE = "case"
    BUCKET_FOR_OBJECT = "bucket_for_object"
    OBJECT_FOR_BUCKET = "object_for_bucket"
    SUFFIX = "suffix"
    QUALIFIER = "qualifier"
    PATH = "path"
    ALIAS = "alias"
    WILDCARD = "wildcard"
    ACCOUNT = "account"
    REGION = "region"
    PARTITION = "partition"
    NAME = "name"
    NOT_RESOURCE_LEVEL = "not_resource_level"
    EXCLUDED = "excluded"
    OTHER = "other"


@unique
class PrincipalDifference(StrEnum):
    """How the nearest principal of a statement differs from the caller (F-38, F-39)."""

    CASE = "case"
    PATH = "path"
    SESSION = "session"
    ACCOUNT = "account"
    PERMISSION_SET = "permission_set"
    NAME = "name"
    DELETED = "deleted"
    GROUP = "group"
    WILDCARD = "wildcard"
    SERVICE = "service"
    PROVIDER = "provider"
    OTHER = "other"


@unique
class ActionDifference(StrEnum):
    """How the nearest action of a statement differs from the requested one (F-05, F-06, F-14)."""

    MISSPELT = "misspelt"
    API_NAME = "api_name"
    EXCLUDED = "excluded"


@unique
class Slip(StrEnum):
    """The kind of slip behind a near miss; what rules tell apart."""

    BUCKET_OR_OBJECT = "bucket_or_object"
    SEGMENT = "segment"
    PARTITION = "partition"
    CASE_OR_WILDCARD = "case_or_wildcard"
    NOT_RESOURCE_LEVEL = "not_resource_level"
    EXCLUDED = "excluded"
    DELETED = "deleted"
    NAMED = "named"
    MISSPELT = "misspelt"
    API_NAME = "api_name"
    OTHER = "other"


@unique
class Side(StrEnum):
    """Which part a layer plays."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    CEILING = "ceiling"


SIDES: Final = {
    PolicyType.IDENTITY_POLICY: Side.IDENTITY,
    PolicyType.RESOURCE_POLICY: Side.RESOURCE,
    PolicyType.ROLE_TRUST_POLICY: Side.TRUST,
}
"""The side of a layer; a layer that is not listed only limits."""


@unique
class Family(StrEnum):
    """What a condition key is about (F.5, F.6, F.7, D-74); each has its own kind, `<family>_condition`."""

    MFA = "mfa"
    SOURCE_IP = "source_ip"
    SOURCE_VPCE = "source_vpce"
    SECURE_TRANSPORT = "secure_transport"
    REFERER = "referer"
    REGION = "region"
    PRINCIPAL_ORG = "principal_org"
    RESOURCE_ORG = "resource_org"
    TIME = "time"
    TOKEN_ISSUE_TIME = "token_issue_time"  # noqa: S105  a condition key, no secret
    PRINCIPAL_TAG = "principal_tag"
    RESOURCE_TAG = "resource_tag"
    REQUEST_TAG = "request_tag"
    HEADER = "header"
    VIA_SERVICE = "via_service"
    PASSED_TO_SERVICE = "passed_to_service"
    CONFUSED_DEPUTY = "confused_deputy"
    EXTERNAL_ID = "external_id"
    SESSION_NAME = "session_name"
    OIDC_CLAIM = "oidc_claim"
    SAML_CLAIM = "saml_claim"
    KMS = "kms"
    PRINCIPAL = "principal"
    OTHER = "other"

    @property
    def kind(self) -> str:
        """The kind of finding for a condition of this family."""
        return f"{self.value}_condition"


YES: Final = "yes"
NO: Final = "no"
UNKNOWN: Final = "unknown"

CHECK_KINDS: Final = tuple(str(policy_type) for policy_type in PolicyType)
DENIALS: Final = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY)

_CHECK = {
    "check": str,
    "effect": str,
    "request": int,
    "service": str,
    "action": str,
    "relation": str,
    "empty": bool,
    "basis": int,
}
_IN_STATEMENT = {"check": str, "place": str, "layer": str, "basis": int}
_CONDITION = {**_IN_STATEMENT, "detail": str}

FINDINGS: Final[Schema] = {
    # One kind per policy type: the denial that a check is or could be, or that AWS says it is.
    **dict.fromkeys(CHECK_KINDS, _CHECK),
    "allows": {"check": str, "layer": str, "effect": str, "lets_in": bool, "request": int, "basis": int},
    # Statements: Deny statements that match, and Allow statements that miss by one element.
    "deny_statement": {**_IN_STATEMENT, "shape": str, "conditional": bool, "named": str},
    "named_principal": {**_IN_STATEMENT, "request": int, "how": str},
    "mismatch": {**_IN_STATEMENT, "element": str, "difference": str, "slip": str},
    "deciding_condition": {**_IN_STATEMENT, "side": str, "effect": str, "implied": bool},
    # Conditions that are unmet in an Allow, or met in a Deny: one kind per family of keys.
    **{family.kind: _CONDITION for family in Family},
    "wildcard_in_exact_operator": _IN_STATEMENT,
    "set_operator": {**_IN_STATEMENT, "detail": str},
    "unresolved_variable": _IN_STATEMENT,
    "literal_variable": _IN_STATEMENT,
    "tag_case_collision": _IN_STATEMENT,
    # Policies and facts.
    "cannot_be_shared": {"check": str, "basis": int},
    "setting_check": {"check": str, "setting": str, "basis": int},
    "managed_policy": {"check": str, "basis": int},
    "fault": {"check": str, "layer": str, "malformed": bool, "concerned": bool, "basis": int},
    "missing_fact": {"check": str, "fact": str, "basis": int},
    "account_not_trusted": {"request": int, "basis": int},
    "sole_blocker": {"check": str},
    "decision": {"effect": str},
    "truncated": {"kept": int},
    # What AWS said.
    "denied_by_aws": {
        "request": int,
        "service": str,
        "action": str,
        "layer_named": bool,
        "caller_named": bool,
        "basis": int,
    },
    "reported": {"policy_type": str, "effect": str, "request": int, "matching": str, "ours": str, "basis": int},
    "reported_code": {"code": str, "service": str, "basis": int},
    "look_alike": {"of": str, "service": str, "basis": int},
    "symptom": {"of": str, "basis": int},
    "other_principal_reported": {"check": str, "basis": int},
    "other_action_reported": {"request": int, "basis": int},
    # The caller, the resource and its settings.
    "caller": {"type": str, "nature": str, "is_role": bool, "account": str, "basis": int},
    "credential_limit": {"limit": str, "basis": int},
    "self_assumption": {"request": int, "basis": int},
    "target": {"request": int, "type": str, "exists": str, "basis": int},
    "key_in_question": {"request": int, "basis": int},
    "setting": {"request": int, "name": str, "value": str, "basis": int},
}

CONCLUSIONS: Final[Schema] = {
    "denies": {"check": str, "layer": str, "effect": str, "request": int, "basis": int},
    "explicit_denial": {"request": int, "basis": int},
    "masked_by_explicit_deny": {"check": str, "basis": int},
    "only_blocker": {"check": str, "basis": int},
    "by_elimination": {"check": str, "basis": int},
    "message_confirms": {"check": str, "effect": str},
    "message_names": {"check": str, "effect": str},
    "message_contradicts": {"check": str, "layer": str, "ours": str, "aws": str},
    "facts_in_doubt": {"layer": str, "ours": str, "request": int, "service": str, "action": str, "basis": int},
    "dependent_request": {"check": str, "basis": int},
    "near_miss": {**_IN_STATEMENT, "element": str, "slip": str},
    "condition_decides": {**_IN_STATEMENT, "side": str, "effect": str},
    "statement_misses": _IN_STATEMENT,
    "inverted_element_decides": {"check": str, "basis": int},
    "structurally_unmeetable": {"check": str, "family": str, "basis": int},
    "resource_side_allows": {"request": int, "basis": int},
    "delegated_to_account": {"request": int, "basis": int},
    "service_not_trusted": {"check": str, "basis": int},
    "trust_statement_decides": {"check": str, "basis": int},
    "federation_decides": {"check": str, "through": str, "basis": int},
    "malformed_document": {"check": str, "basis": int},
    "session_attribute_denied": {"check": str, "basis": int},
    "data_lake_refuses": {"check": str, "basis": int},
    "delegation_denies": {"check": str, "basis": int},
    "bare_denial": {"request": int, "action": str, "basis": int},
    "object_may_be_missing": {"request": int, "basis": int},
    "foreign_object": {"check": str, "basis": int},
    "acl_has_no_effect": {"check": str, "basis": int},
    "key_use_not_allowed": {"check": str, "basis": int},
    "hidden_resource": {"basis": int},
    "not_enabled": {"basis": int},
    "object_lock_protects": {"basis": int},
    "protected_role": {"check": str, "basis": int},
    "key_condition_decides": {"check": str, "basis": int},
    "key_is_unusable": {"basis": int},
    "hypothesis": {"check": str, "of": str, "basis": int},
    "settled": {"basis": int},
    "located": {"basis": int},
    "undecided": {"basis": int},
    "unusable_candidate": {"check": str, "candidate": str},
    "cause": {"cause": str, "check": str, "group": str, "basis": int},
    "supersedes": {"what": str, "check": str, "basis": int},
    "superseded": {"cause": str, "check": str, "basis": int},
}

SCHEMA: Final[Schema] = {**FINDINGS, **CONCLUSIONS}
