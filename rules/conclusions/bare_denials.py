"""What else may stand behind a denial of S3 or KMS of which neither AWS's words nor the facts name the layer."""

from __future__ import annotations

from typing import Final

from iam.checks import Effect
from rules.cause import derive, finding
from rules.rule import Basis, Compared, Comparison, Rule, Var
from rules.vocabulary import UNSEEN_CHECK, WHOLE_REQUEST

_REQUEST: Final = Var("request")
_ACTION: Final = Var("action")


_BARE: Final = Rule(
    name="denial_is_bare",
    when=(
        finding("absent", of="settled"),
        finding("denied_by_aws", action=_ACTION, layer_named=False, request=_REQUEST),
        finding("decision", effect=Compared(Comparison.DIFFERS, "not_evaluated")),
    ),
    then=(derive("bare_denial", request=_REQUEST, action=_ACTION, basis=Basis.POSSIBLE),),
)

# F-82 to F-84.
_OBJECTS: Final = [
    Rule(
        name="object_may_be_missing",
        when=(
            finding("bare_denial", request=_REQUEST, action="s3:getobject"),
            finding("target", request=_REQUEST, exists=Compared(Comparison.DIFFERS, "yes")),
        ),
        then=(derive("object_may_be_missing", request=_REQUEST),),
    ),
    Rule(
        name="object_may_be_missing_after_all",
        when=(
            finding("facts_in_doubt", request=_REQUEST, action="s3:getobject"),
            finding("target", request=_REQUEST, type="s3_object", exists=Compared(Comparison.DIFFERS, "yes")),
        ),
        then=(derive("object_may_be_missing", request=_REQUEST),),
    ),
    Rule(
        name="object_is_another_accounts",
        when=(
            finding("resource_policy", effect=Effect.IMPLICIT_DENY, service="s3", request=_REQUEST),
            finding("setting", name="s3_object_owner", value="other", request=_REQUEST),
            finding("setting", name="s3_acls", value="enabled", request=_REQUEST),
        ),
        then=(derive("foreign_object"),),
    ),
    Rule(
        name="object_may_be_another_accounts",
        when=(
            finding("bare_denial", request=_REQUEST, action="s3:getobject"),
            finding("setting", name="s3_object_owner", value="unknown", request=_REQUEST),
        ),
        then=(derive("foreign_object", check=WHOLE_REQUEST),),
    ),
    Rule(
        name="acl_would_let_the_caller_in",
        when=(
            finding("resource_policy", effect=Effect.IMPLICIT_DENY, service="s3", request=_REQUEST),
            finding("setting", name="s3_acl_grants", value="yes", request=_REQUEST),
            finding("setting", name="s3_acls", value="disabled", request=_REQUEST),
        ),
        then=(derive("acl_has_no_effect"),),
    ),
    Rule(
        name="acl_was_refused",
        when=(finding("reported_code", code="acls_disabled"),),
        then=(derive("acl_has_no_effect", check=WHOLE_REQUEST),),
    ),
]

# F-76: S3 passes on that the use of the key was denied. F-80: KMS says the same of keys that are denied and not there.
_KEYS: Final = [
    Rule(
        name="use_of_a_key_is_not_allowed",
        when=(finding("identity_policy", effect=Effect.IMPLICIT_DENY, service="kms"),),
        then=(derive("key_use_not_allowed"),),
    ),
    Rule(
        name="use_of_a_key_may_not_be_allowed",
        when=(
            finding("bare_denial", request=_REQUEST),
            finding("key_in_question", request=_REQUEST),
        ),
        then=(derive("key_use_not_allowed", check=UNSEEN_CHECK),),
    ),
    Rule(
        name="key_may_not_be_there",
        when=(
            finding("bare_denial", request=_REQUEST),
            finding("denied_by_aws", request=_REQUEST, service="kms", caller_named=False),
        ),
        then=(derive("key_is_unusable"),),
    ),
]

RULES: Final = (_BARE, *_OBJECTS, *_KEYS)
