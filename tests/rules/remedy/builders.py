"""Documents for the tests of remedies: a caller, a resource, and policies around them."""

from __future__ import annotations

from typing import Any

from iam.checks import Decision
from iam.evaluate import evaluate_document
from rules.cause import FoundCause
from rules.remedy import Fix, Remedy, parsed, propose

ACCOUNT = "111122223333"
OTHER = "444455556666"
MANAGEMENT = "999999999999"
USER = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/run-1"
BUCKET = "arn:aws:s3:::reports"
OBJECT = f"{BUCKET}/2026/q3.csv"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TARGET = f"arn:aws:iam::{ACCOUNT}:role/deploy"
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}

Json = dict[str, Any]


def policy(*statements: Json, name: str = "p", **more: Any) -> Json:
    """A policy with these statements."""
    return {"name": name, "document": {"Version": "2012-10-17", "Statement": list(statements)}, **more}


def allow(action: Any = "s3:GetObject", resource: Any = OBJECT, **more: Any) -> Json:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "s3:GetObject", resource: Any = f"{BUCKET}/*", **more: Any) -> Json:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def organization(*levels: list[Json], kind: str = "service_control_policies") -> Json:
    """An organization with a root, perhaps a unit, and the account, each with these policies."""
    targets = ["r-ab12", "ou-ab12-11111111", ACCOUNT]
    if len(levels) == 2:
        targets = ["r-ab12", ACCOUNT]
    listed = [{"target": target, "policies": found} for target, found in zip(targets, levels, strict=True)]
    return {"id": "o-aa11bb22cc", "management_account_id": MANAGEMENT, kind: listed}


def document(
    principal: str = SESSION,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    *,
    account: str = ACCOUNT,
    context: Json | None = None,
    identity: list[Json] | None = None,
    **facts: Any,
) -> Json:
    """A document in which everything is known; `facts` replace members of the principal or of the resource."""
    about_resource = {name: facts.pop(name) for name in ("policy", "s3", "kms", "tags_of_resource") if name in facts}
    tags = about_resource.pop("tags_of_resource", {})
    own = {
        "arn": ROLE if "assumed-role/app/" in principal else principal if ":iam::" in principal else None,
        "account_id": ACCOUNT if principal.startswith("arn:") and "provider/" not in principal else None,
        "unique_id": None,
        "tags": {},
        "identity_policies": [] if identity is None else identity,
        "permissions_boundary": None,
        "session_policies": [],
        "organization": None,
    }
    own.update({name: facts.pop(name) for name in tuple(facts) if name in own})
    return {
        "request": {
            "principal": principal,
            "action": action,
            "resource": resource,
            "resource_account": account,
            "context": {} if context is None else context,
            "context_complete": True,
        },
        "facts": {
            "principal": own,
            "resource": {
                "account_id": account,
                "exists": True,
                "tags": tags,
                "policy": None,
                "organization": facts.pop("resource_organization", None),
                **about_resource,
            },
            "network": {"vpc_endpoint": facts.pop("endpoint", None)},
            "dependencies": facts.pop("dependencies", []),
            **facts,
        },
    }


def noted(found: Json) -> Json:
    """The document with what a diagnosis assumes of the context written down, as an answer shows it."""
    assumptions = evaluate_document(found, diagnosis=True).assumptions
    keys = {one.fact.removeprefix("context."): one.value for one in assumptions if one.fact.startswith("context.")}
    return {**found, "request": {**found["request"], "context": {**keys, **found["request"]["context"]}}}


def remedy_of(found: Json, causes: tuple[FoundCause, ...] = ()) -> Remedy:
    """The remedy of a document as a diagnosis evaluates it."""
    return propose(found, evaluate_document(found, diagnosis=True), causes)


def fix_of(found: Json) -> Fix:
    """Its fix, which there must be."""
    remedy = remedy_of(found)
    assert remedy.fix is not None, remedy.no_fix_reason
    return remedy.fix


def applied(found: Json, fix: Fix) -> Json:
    """The document with all changes of a fix made."""
    changed = parsed(found)
    for change in fix.changes:
        changed = change.apply(changed)
    return changed


def decision_after(found: Json, fix: Fix) -> Decision:
    """What a simulation of the changed document decides."""
    return evaluate_document(applied(found, fix)).decision


def candidates_of(fix: Fix) -> list[str]:
    """The names of its changes, sorted."""
    return sorted(change.candidate for change in fix.changes)
