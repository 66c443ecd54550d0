"""PMapper's evaluator: every layer but endpoints and resource control policies, a bare yes or no."""

from __future__ import annotations

import collections
import collections.abc
from importlib.metadata import version
from typing import Any

from engine import Answer, Json, serve

# PMapper still looks for the abstract classes where Python 3.9 had them.
for _name in ("Mapping", "MutableMapping", "OrderedDict"):
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))


def prepare(scenario: Json) -> tuple[Answer, list[Any]]:
    """Build the principal, the SCP groups and the contexts once."""
    from principalmapper.common import Node, Policy  # noqa: PLC0415  after the abstract classes are in place
    from principalmapper.querying.query_interface import local_check_authorization_full  # noqa: PLC0415

    def policy(raw: Json) -> Any:
        return Policy(f"arn:aws:iam::{account}:policy/{raw['name']}", raw["name"], raw["document"])

    principal = scenario["facts"]["principal"]
    account = principal["account_id"]
    boundary = principal["permissions_boundary"]
    arn = principal["arn"]
    node = Node(
        arn=arn,
        id_value=principal["unique_id"],
        attached_policies=[policy(raw) for raw in principal["identity_policies"]],
        group_memberships=[],
        trust_policy={"Statement": []} if ":role/" in arn else None,
        instance_profile=None,
        num_access_keys=0,
        active_password=False,
        is_admin=False,
        permissions_boundary=policy(boundary) if boundary else None,
        has_mfa=False,
        tags={},
    )
    organization = principal["organization"] or {}
    levels = organization.get("service_control_policies")
    groups = [[policy(raw) for raw in level["policies"]] for level in levels] if levels else None
    bucket = scenario["facts"]["resource"]["policy"]

    def answer(request: Json) -> bool:
        return bool(
            local_check_authorization_full(
                node,
                request["action"],
                request["resource"],
                request["context"],
                bucket["document"] if bucket else None,
                account if bucket else None,
                groups,
            )
        )

    return answer, scenario["requests"]


if __name__ == "__main__":
    serve(version("principalmapper"), prepare)
