"""What a service can change in the default rule for resource-based policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.grammar import Kind
from iam.record import record

if TYPE_CHECKING:
    from iam.layers import Layer


@record
class Departure:
    """How one (action, resource) departs from the default rule (D.2 step 5).

    - `kind`: what the resource's policy is compiled as.
    - `ignored`: the resource's policy plays no part (`iam:GetRole` and the trust policy, `kms:ListKeys`).
    - `open_across_accounts`: another account's resource may be named without any policy of it (`sts:AssumeRoot`).
    - `strict`: the resource policy must allow even in the resource's own account.
    - `refused`: the resource side cannot allow, whatever its policies say (D-72, D-73).
    - `always_allowed`: no policy can deny (D-21).
    - `spared`: a Deny of the resource policy does not bind this caller (D-90).
    - `unreachable`: Allows of the resource policy and of identity policies do not reach the resource (D-82).
    - `barred`: the credentials cannot call this API at all (D-20, D-22).
    - `grants`: further layers that can grant: ACLs, KMS grants.
    - `ceilings`: further layers that must not refuse: block public access, an access point's network, Lake Formation.
    - `unsettled_across_accounts`: whether `grants` alone suffice across accounts is not documented (D-77).
    """

    kind: Kind = Kind.RESOURCE
    ignored: bool = False
    open_across_accounts: bool = False
    strict: bool = False
    refused: bool = False
    always_allowed: bool = False
    spared: bool = False
    unreachable: bool = False
    barred: bool = False
    grants: tuple[Layer, ...] = ()
    ceilings: tuple[Layer, ...] = ()
    unsettled_across_accounts: bool = False
