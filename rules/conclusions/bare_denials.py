"""What else may stand behind a denial of S3 of which neither AWS's words nor the facts name the layer."""

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
        finding("denied_by_aws", service="s3", action=_ACTION, layer_named=False, request=_REQUEST),
        finding("decision", effect=Compared(Comparison.DIFFERS, "not_evaluated")),
    ),
    then=(derive("bare_denial", request=_REQUEST, action=_ACTION, basis=Basis.POSSIBLE),),
)

# F-82 and F-84.
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
]

# F-76: S3 passes on that the use of the key was denied.
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
]

RULES: Final = (_BARE, *_OBJECTS, *_KEYS)
