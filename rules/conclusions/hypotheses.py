"""What the facts suggest but cannot show, and what lies outside all policies."""

from __future__ import annotations

from typing import Final

from iam.checks import Effect, PolicyType
from iam.interpret.symptoms import Symptom
from rules.cause import derive, finding
from rules.rule import Basis, Compared, Comparison, Pattern, Rule, Var
from rules.vocabulary import UNKNOWN, WHOLE_REQUEST

_REQUEST: Final = Var("request")
_PLACE: Final = Var("place")
_CHECK: Final = Var("check")


_AFTER_ALL: Final = "_after_all"


def _hypothesis(name: str, *when: Pattern, check: str | Var = WHOLE_REQUEST) -> Rule:
    """What the facts suggest but cannot show; a name that ends in `_after_all` is another way to the same."""
    return Rule(
        name=f"hypothesis_{name}",
        when=when,
        then=(derive("hypothesis", check=check, of=name.removesuffix(_AFTER_ALL), basis=Basis.POSSIBLE),),
    )


_HYPOTHESES: Final = [
    _hypothesis(
        "organization_api",
        finding("denied_by_aws", service="organizations", layer_named=False),
        finding("caller", account="member"),
    ),
    _hypothesis(
        "organization_api_after_all",
        finding("bare_denial", request=_REQUEST),
        finding("denied_by_aws", service="organizations", caller_named=False, request=_REQUEST),
        finding("caller", account=UNKNOWN),
    ),
    _hypothesis("declarative_policy", finding("reported_code", code="operation_not_permitted")),
    _hypothesis(
        "permission_set",
        finding("identity_policy", effect=Effect.IMPLICIT_DENY),
        finding("caller", nature="permission_set"),
        check=_CHECK,
    ),
    _hypothesis(
        "not_attached",
        finding("identity_policy", effect=Effect.IMPLICIT_DENY, empty=True),
        check=_CHECK,
    ),
    _hypothesis("not_attached_after_all", finding("facts_in_doubt", layer=PolicyType.IDENTITY_POLICY)),
    _hypothesis(
        "other_version",
        finding("identity_policy", effect=Effect.IMPLICIT_DENY),
        finding("managed_policy"),
        check=_CHECK,
    ),
    _hypothesis(
        "other_version_after_all", finding("facts_in_doubt", layer=PolicyType.IDENTITY_POLICY, ours=Effect.ALLOW)
    ),
    _hypothesis(
        "stale_session",
        finding("condition_decides", place=_PLACE),
        finding("principal_tag_condition", place=_PLACE),
        finding("caller", is_role=True),
        check=_CHECK,
    ),
]


def _protected_roles() -> list[Rule]:
    """Roles that only a service or Identity Center may change (D-111)."""
    rules = [
        Rule(
            name="creating_a_service_linked_role_is_denied",
            when=(finding("identity_policy", effect=Effect.IMPLICIT_DENY, action="iam:createservicelinkedrole"),),
            then=(derive("protected_role"),),
        ),
        Rule(
            name="role_is_unmodifiable",
            when=(finding("reported_code", code="unmodifiable_entity"),),
            then=(derive("protected_role", check=WHOLE_REQUEST),),
        ),
    ]
    rules.extend(
        Rule(
            name=f"{kind}_is_the_target",
            when=(
                finding("facts_in_doubt", request=_REQUEST, service="iam"),
                finding("target", request=_REQUEST, type=kind),
            ),
            then=(derive("protected_role", check=WHOLE_REQUEST),),
        )
        for kind in ("service_linked_role", "reserved_role")
    )
    return rules


_KEYS: Final = [
    Rule(
        name="key_is_reported_unusable",
        when=(finding("reported_code", code="key_unusable"),),
        then=(derive("key_is_unusable"),),
    ),
    Rule(
        name="key_state_is_unusable",
        when=(finding("setting", name="kms_key_state", value="unusable"), finding("facts_in_doubt", service="kms")),
        then=(derive("key_is_unusable"),),
    ),
]


_SERVICES: Final = [
    Rule(
        name="document_breaks_the_grammar",
        when=(finding("fault", malformed=True), finding("denies", basis=Basis.POSSIBLE)),
        then=(derive("malformed_document"),),
    ),
    Rule(
        name="document_of_a_named_check_breaks_the_grammar",
        when=(finding("fault", malformed=True, concerned=True), finding("message_names")),
        then=(derive("malformed_document", basis=Basis.REPORTED),),
    ),
    Rule(
        name="document_was_refused",
        when=(finding("reported_code", code="malformed_policy"),),
        then=(derive("malformed_document", check=WHOLE_REQUEST),),
    ),
    Rule(
        name="service_is_not_trusted",
        when=(finding("role_trust_policy", effect=Effect.IMPLICIT_DENY), finding("caller", type="service")),
        then=(derive("service_not_trusted"),),
    ),
    Rule(
        name="service_cannot_assume_the_role",
        when=(finding("symptom", of=Symptom.ROLE_NOT_ASSUMABLE),),
        then=(derive("service_not_trusted", check=WHOLE_REQUEST),),
    ),
    Rule(
        name="session_attribute_is_not_trusted",
        when=(finding("role_trust_policy", effect=Effect.IMPLICIT_DENY, action="session_attribute"),),
        then=(derive("session_attribute_denied"),),
    ),
    Rule(
        name="session_attribute_is_not_allowed",
        when=(finding("identity_policy", effect=Effect.IMPLICIT_DENY, action="session_attribute"),),
        then=(derive("session_attribute_denied"),),
    ),
    Rule(
        name="lake_formation_grants_nothing",
        when=(finding("lake_formation_grant", effect=Effect.IMPLICIT_DENY),),
        then=(derive("data_lake_refuses"),),
    ),
    Rule(
        name="object_lock_is_named",
        when=(finding("symptom", of=Symptom.OBJECT_LOCK),),
        then=(derive("object_lock_protects"),),
    ),
    Rule(
        name="object_lock_may_protect_a_version",
        when=(finding("facts_in_doubt", action="s3:deleteobjectversion"),),
        then=(derive("object_lock_protects"),),
    ),
    Rule(
        name="boundary_of_a_delegation_denies",
        when=(
            finding("symptom", of=Symptom.TEMPORARY_DELEGATION),
            finding("permissions_boundary", effect=Effect.IMPLICIT_DENY),
        ),
        then=(derive("delegation_denies"),),
    ),
    Rule(
        name="delegated_call_is_denied",
        when=(
            finding("symptom", of=Symptom.TEMPORARY_DELEGATION),
            finding("denied_by_aws", layer_named=False),
        ),
        then=(derive("delegation_denies", check=WHOLE_REQUEST),),
    ),
    Rule(
        name="resource_does_not_exist",
        when=(
            finding("denied_by_aws", request=_REQUEST),
            finding("target", request=_REQUEST, exists="no", type=Compared(Comparison.DIFFERS, "s3_object")),
        ),
        then=(derive("hidden_resource"),),
    ),
    Rule(
        name="resource_is_not_found",
        when=(finding("look_alike", of="not_found"),),
        then=(derive("hidden_resource"),),
    ),
    Rule(
        name="account_is_not_enabled",
        when=(finding("reported_code", code="account_not_enabled"),),
        then=(derive("not_enabled"),),
    ),
    Rule(
        name="region_is_not_enabled",
        when=(finding("look_alike", of="not_enabled"),),
        then=(derive("not_enabled"),),
    ),
]

RULES: Final = (*_HYPOTHESES, *_protected_roles(), *_KEYS, *_SERVICES)
