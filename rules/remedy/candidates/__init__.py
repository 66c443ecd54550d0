"""Every candidate change by name, and which ones each kind of denial suggests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from iam.checks import Effect, PolicyType
from rules.remedy.candidates.ceilings import (
    allow_in_control_policy,
    allow_in_endpoint_policy,
    widen_boundary,
    widen_session_policy,
)
from rules.remedy.candidates.corrections import (
    correct_identity_action,
    correct_identity_resource,
    correct_resource_action,
    correct_resource_arn,
    correct_resource_principal,
    correct_trust_principal,
)
from rules.remedy.candidates.exceptions import (
    except_from_boundary_deny,
    except_from_control_policy_deny,
    except_from_endpoint_deny,
    except_from_identity_deny,
    except_from_resource_control_policy_deny,
    except_from_resource_deny,
    except_from_session_policy_deny,
    except_from_trust_deny,
)
from rules.remedy.candidates.grants import (
    add_identity_allow,
    add_key_policy_statement,
    add_kms_grant,
    add_lake_formation_grant,
    add_resource_statement,
    add_trust_statement,
)
from rules.remedy.candidates.relaxations import (
    relax_ceiling_condition,
    relax_identity_condition,
    relax_resource_condition,
    relax_trust_condition,
)
from rules.remedy.candidates.requests import meet_condition, tag_principal, tag_resource
from rules.remedy.candidates.settings import change_setting, make_grant_non_public
from rules.remedy.change import Change
from rules.remedy.situation import Situation

Candidate = Callable[[Situation], Iterator[Change]]
"""Proposes changes for the check of a situation; none where it has nothing to say about it."""

CANDIDATES: Final[Mapping[str, Candidate]] = MappingProxyType(
    {
        candidate.__name__: candidate
        for candidate in (
            meet_condition,
            correct_identity_action,
            correct_identity_resource,
            correct_resource_principal,
            correct_resource_arn,
            correct_resource_action,
            correct_trust_principal,
            make_grant_non_public,
            add_identity_allow,
            add_resource_statement,
            add_key_policy_statement,
            add_trust_statement,
            add_kms_grant,
            add_lake_formation_grant,
            change_setting,
            tag_principal,
            tag_resource,
            relax_identity_condition,
            relax_resource_condition,
            relax_trust_condition,
            relax_ceiling_condition,
            allow_in_control_policy,
            widen_boundary,
            widen_session_policy,
            allow_in_endpoint_policy,
            except_from_identity_deny,
            except_from_resource_deny,
            except_from_trust_deny,
            except_from_boundary_deny,
            except_from_session_policy_deny,
            except_from_endpoint_deny,
            except_from_control_policy_deny,
            except_from_resource_control_policy_deny,
        )
    }
)
"""The functions by the names that causes use."""

_CONDITIONS: Final = ("meet_condition", "tag_principal", "tag_resource")
_NO_ALLOW: Final = {
    PolicyType.IDENTITY_POLICY: (
        *_CONDITIONS,
        "correct_identity_action",
        "correct_identity_resource",
        "add_identity_allow",
        "add_resource_statement",
        "add_key_policy_statement",
        "add_trust_statement",
        "add_kms_grant",
        "relax_identity_condition",
    ),
    PolicyType.RESOURCE_POLICY: (
        *_CONDITIONS,
        "correct_resource_principal",
        "correct_resource_arn",
        "correct_resource_action",
        "add_resource_statement",
        "add_key_policy_statement",
        "add_kms_grant",
        "change_setting",
        "relax_resource_condition",
    ),
    PolicyType.ROLE_TRUST_POLICY: (
        *_CONDITIONS,
        "correct_trust_principal",
        "correct_resource_action",
        "add_trust_statement",
        "relax_trust_condition",
    ),
    PolicyType.SERVICE_CONTROL_POLICY: (*_CONDITIONS, "allow_in_control_policy", "relax_ceiling_condition"),
    PolicyType.PERMISSIONS_BOUNDARY: (*_CONDITIONS, "widen_boundary", "relax_ceiling_condition"),
    PolicyType.SESSION_POLICY: (*_CONDITIONS, "widen_session_policy", "relax_ceiling_condition"),
    PolicyType.VPC_ENDPOINT_POLICY: (*_CONDITIONS, "allow_in_endpoint_policy", "relax_ceiling_condition"),
    PolicyType.LAKE_FORMATION_GRANT: ("add_lake_formation_grant",),
}
_EXPLICIT_DENY: Final = {
    PolicyType.IDENTITY_POLICY: (*_CONDITIONS, "except_from_identity_deny"),
    PolicyType.RESOURCE_POLICY: (*_CONDITIONS, "except_from_resource_deny"),
    PolicyType.ROLE_TRUST_POLICY: (*_CONDITIONS, "except_from_trust_deny"),
    PolicyType.PERMISSIONS_BOUNDARY: (*_CONDITIONS, "except_from_boundary_deny"),
    PolicyType.SESSION_POLICY: (*_CONDITIONS, "except_from_session_policy_deny"),
    PolicyType.VPC_ENDPOINT_POLICY: (*_CONDITIONS, "except_from_endpoint_deny"),
    PolicyType.SERVICE_CONTROL_POLICY: (*_CONDITIONS, "except_from_control_policy_deny"),
    PolicyType.RESOURCE_CONTROL_POLICY: (*_CONDITIONS, "except_from_resource_control_policy_deny"),
    PolicyType.S3_BLOCK_PUBLIC_ACCESS: ("meet_condition", "make_grant_non_public"),
}


def suggested_by(policy_type: PolicyType, effect: Effect) -> tuple[str, ...]:
    """The names of the candidates for a check of this type and effect, whatever caused it."""
    table = _EXPLICIT_DENY if effect is Effect.EXPLICIT_DENY else _NO_ALLOW
    return table.get(policy_type, ())
