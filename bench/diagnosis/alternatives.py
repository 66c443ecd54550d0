"""Where part F documents two causes for one fault: both count as right, and this says why; the first is preferred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Equal:
    """Causes that count alike for one kind of fault."""

    causes: tuple[str, ...]
    reason: str


API_NAME: Final = Equal(
    ("wrong-action-for-api", "action-typo-or-nonexistent"),
    "F-05 gives names of APIs (`s3:ListObjects`, `lambda:Invoke`) as its own examples of actions that do not exist",
)
CONTROL_NOT_ACTION: Final = Equal(
    ("notaction-notresource-confusion", "scp-explicit-deny"),
    "F-14 is any deciding statement with Not*, F-30 any Deny at any level",
)
TRUST_DELETED: Final = Equal(
    ("principal-deleted-and-recreated", "trust-policy-no-match"), "F-63 lists the deleted principal, as F-39 does"
)
TRUST_CONDITION: Final = Equal(
    ("trust-policy-condition-or-deny",), "F-64 lists MFA, IP, tags, org, name and date, which have causes of their own"
)
RCP_ORGANIZATION: Final = Equal(
    ("rcp-explicit-deny", "condition-org-membership"), "the fix of F-32 is an organization excepted, as that of F-51"
)
KEY_VIA_SERVICE: Final = Equal(
    ("kms-condition-blocked", "condition-via-service"), "F-58 and F-78 both list `kms:ViaService`"
)
SHARED_TAG: Final = Equal(
    ("condition-resource-tag", "condition-principal-or-session-tag"),
    "two tags must be alike, and either may be the wrong one (F-54, F-55)",
)
NOBODY_LET_IN: Final = Equal(
    ("identity-no-allow",), "F-37 and F-41 need a resource policy that allows, which a second fault may have ended"
)
ALLOW_NOT_ACTION: Final = Equal(
    ("notaction-notresource-confusion", "identity-no-allow", "resource-policy-account-delegation-only"),
    "no Action matches (F-01), because NotAction leaves it out (F-14)",
)
SOURCE_WILDCARD: Final = Equal(
    ("wildcard-in-exact-operator", "confused-deputy-condition"),
    "F-59 lists the wildcard under an exact operator, as F-13",
)
PERIMETER_OF_SERVICES: Final = Equal(
    ("confused-deputy-condition", "rcp-explicit-deny"), "F-32 is any Deny of an RCP, F-59 any condition on the source"
)
ANOTHER_SESSION: Final = Equal(
    ("identity-no-allow", "resource-policy-wrong-principal"),
    "in one account either an identity Allow or the right session in the resource policy would do (D-80, F-38)",
)
FEDERATED_ACTION: Final = Equal(
    ("oidc-claim-mismatch", "trust-policy-no-match"),
    "F-67 lists the wrong action, F-63 is any trust that allows nobody",
)
SAML_ACTION: Final = Equal(("saml-mismatch", "trust-policy-no-match"), "as for OIDC")
LET_IN_BY_ACL: Final = Equal(
    ("cross-account-caller-side-missing", "identity-no-allow"),
    "F-41 speaks of a resource policy that allows, not of an ACL",
)
EVERY: Final = (
    LET_IN_BY_ACL,
    FEDERATED_ACTION,
    SAML_ACTION,
    ALLOW_NOT_ACTION,
    SOURCE_WILDCARD,
    PERIMETER_OF_SERVICES,
    ANOTHER_SESSION,
    API_NAME,
    CONTROL_NOT_ACTION,
    TRUST_DELETED,
    TRUST_CONDITION,
    RCP_ORGANIZATION,
    KEY_VIA_SERVICE,
    SHARED_TAG,
    NOBODY_LET_IN,
)
