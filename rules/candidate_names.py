"""The names of candidate changes that several causes have in common; the changes are in `rules.remedy.candidates`."""

from __future__ import annotations

from typing import Final

EXCEPTIONS: Final = (
    "except_from_identity_deny",
    "except_from_resource_deny",
    "except_from_trust_deny",
    "except_from_boundary_deny",
    "except_from_session_policy_deny",
    "except_from_endpoint_deny",
    "except_from_control_policy_deny",
    "except_from_resource_control_policy_deny",
)
"""An exception in the denying statement, whatever its layer."""

CONDITION_CHANGES: Final = (
    "meet_condition",
    "tag_principal",
    "tag_resource",
    "relax_identity_condition",
    "relax_resource_condition",
    "relax_trust_condition",
    "relax_ceiling_condition",
    "allow_in_endpoint_policy",
    "allow_in_control_policy",
    "widen_boundary",
    "widen_session_policy",
    *EXCEPTIONS,
)
"""What ends a condition that is unmet in an Allow or met in a Deny: first the request, then the statement."""

RESOURCE_CORRECTIONS: Final = ("correct_identity_resource", "correct_resource_arn")
"""A corrected ARN in the statement that nearly matched."""
