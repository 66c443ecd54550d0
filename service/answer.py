"""Joins causes with their pages by id, and says why each missing fact matters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from iam.arn import parse_arn
from iam.checks import Check, Decision, Effect, Evaluation, PolicyType
from iam.errors import RequestError
from iam.fact_reader import read_facts
from iam.request import read_request
from kb.catalogue import load_pages
from kb.facts import explain
from kb.page import Page, fill
from kb.placeholders import fill_command
from rules.cause import FoundCause
from rules.remedy import Owner
from rules.remedy.owner import owner_of
from rules.remedy.situation import Case, Situation
from rules.resource_names import resource_names
from service.evidence import check_json, evidence_of
from service.standing import Standing, standings

Json = dict[str, Any]
_DEPENDENCY: Final = re.compile(r"dependencies\[(\d+)\]\.")
_COMMANDS: Final = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RESOURCE_POLICY: Final = "resource.policy"
_EXAMPLES: Final = frozenset(("s3api", "lambda", "sqs", "secretsmanager"))
"""Commands by which pages show, for example, how a resource's policy is printed."""
_OF_ROLE: Final = "--role-name {principal_name}"


@cache
def pages() -> Mapping[str, Page]:
    """The page of every cause, read once a process."""
    return load_pages()


def kb_url(cause: str) -> str:
    """Where the knowledge base explains a cause."""
    return f"/kb/causes/{cause}/"


def causes_json(causes: Sequence[FoundCause], evaluation: Evaluation | None, document: Mapping[str, Any]) -> list[Json]:
    """The ranked causes in the contract's shape."""
    names = case_names(document)
    case = _case(document, evaluation)
    return [
        _cause_json(found, standing, evaluation, names={**names, **found.values}, owner=_owner(found, case))
        for found, standing in zip(causes, standings(causes), strict=True)
    ]


def _case(document: Mapping[str, Any], evaluation: Evaluation | None) -> Case | None:
    """The case that owners are computed from; None where too little is known of the request."""
    try:
        facts = read_facts(document["facts"])
        request = read_request(document["request"], facts, complete_by_default=False)
    except RequestError:
        return None
    known = evaluation or Evaluation(Decision.UNDETERMINED, ())
    return Case(document=document, facts=facts, request=request, evaluation=known)


def _owner(found: FoundCause, case: Case | None) -> Owner | None:
    """Who can change the layer that a cause is about; None where no layer is known."""
    if case is None or found.policy_type is None:
        return None
    if found.check is not None:
        check = case.evaluation.checks[found.check]
    else:
        # AWS named the layer, and no check of ours stands for it.
        request = case.request
        check = Check(
            request=0,
            action=request.action,
            resource=request.resource or "*",
            policy_type=found.policy_type,
            effect=found.effect or Effect.UNKNOWN,
        )
    return owner_of(Situation(case, check), check.policy_type)


def _cause_json(
    found: FoundCause,
    standing: Standing,
    evaluation: Evaluation | None,
    *,
    names: Mapping[str, str],
    owner: Owner | None,
) -> Json:
    page = pages()[found.id]
    return {
        "id": found.id,
        "title": fill(page.title, names),
        "certainty": str(found.certainty),
        "rank_reason": str(standing.reason),
        "rank_explanation": standing.sentence,
        "policy_type": None if found.policy_type is None else str(found.policy_type),
        "check": None if found.check is None else {"request": found.request, "target": found.target},
        "sufficient_alone": None if found.check is None else found.sufficient_alone,
        "also_blocking": [] if evaluation is None else [check_json(evaluation.checks[n]) for n in found.other_blockers],
        "summary": fill(page.summary, names),
        "evidence": evidence_of(found, evaluation),
        "owner": None if owner is None else {"role": str(owner.role), "account_id": owner.account_id},
        "confirm": _confirmed_for(found, names),
        "remediation": [fill(step, names) for step in page.remediation],
        "kb_url": kb_url(found.id),
    }


def _confirmed_for(found: FoundCause, names: Mapping[str, str]) -> str:
    """The command that confirms a cause.

    What it asks of a role it asks of the user where an IAM user called; and the policy of a resource is printed by the
    command of its service, whatever the page has for an example.
    """
    service = names.get("service", "").lower()
    command = _confirmation(found.id, service)
    asked = next(iter(command.split()[1:2]), "")
    if found.policy_type is PolicyType.RESOURCE_POLICY and asked in _EXAMPLES - {service, f"{service}api"}:
        return explain(_RESOURCE_POLICY, names).how
    if _OF_ROLE in command and command.startswith("aws iam ") and ":user/" in names.get("principal", ""):
        command = command.replace(_OF_ROLE, "--user-name {principal_name}").replace("-role", "-user", 1)
    return fill_command(command, names)


@cache
def _confirmation(cause: str, service: str) -> str:
    """The first command of a page's `Confirm it` that asks this service, else its first; placeholders stay open."""
    found = _COMMANDS.search(pages()[cause].confirm)
    lines = "" if found is None else found[1].replace("\\\n", " ")
    told = (" ".join(line.split()) for line in lines.splitlines())
    commands = [line for line in told if line and not line.startswith("#")]
    asking = [one for one in commands if one.split()[1:2] and one.split()[1] in (service, f"{service}api")]
    return next(iter((*asking, *commands)), "")


def explain_missing_facts(missing: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> list[Json]:
    """Each missing fact with why it matters and the command that settles it."""
    names = case_names(document)
    found = []
    for one in missing:
        fact, of_dependency = _of_dependency(one["fact"], document)
        explanation = explain(fact, names if of_dependency is None else of_dependency)
        found.append({"fact": one["fact"], "why": explanation.why, "how": explanation.how})
    return found


def _of_dependency(fact: str, document: Mapping[str, Any]) -> tuple[str, dict[str, str] | None]:
    """A fact of a dependency as one of its own request, and the names of that; None for a fact of the request."""
    found = _DEPENDENCY.match(fact)
    facts = document.get("facts") or {}
    dependencies = facts.get("dependencies") or []
    if found is None or int(found[1]) >= len(dependencies):
        return fact, None
    dependency = dependencies[int(found[1])]
    request = {"principal": (document.get("request") or {}).get("principal"), **(dependency.get("request") or {})}
    resource = dependency.get("resource") or {}
    names = case_names({"request": request, "facts": {**facts, "resource": resource}})
    return fact[found.end() :], names


def case_names(document: Mapping[str, Any]) -> dict[str, str]:
    """What this case has for the placeholders of pages, as far as its request and facts tell; the rest is left out."""
    request, facts = document.get("request") or {}, document.get("facts") or {}
    principal_facts, resource_facts = facts.get("principal") or {}, facts.get("resource") or {}
    endpoint = (facts.get("network") or {}).get("vpc_endpoint") or {}
    principal: str = request.get("principal") or principal_facts.get("arn") or ""
    resource: str = request.get("resource") or resource_facts.get("arn") or ""
    action = request.get("action")
    caller, target = parse_arn(principal), parse_arn(resource)
    names = {
        "principal": principal,
        "action": action,
        "service": action.partition(":")[0] if action else None,
        "resource": resource,
        "resource_account": request.get("resource_account") or resource_facts.get("account_id"),
        "endpoint": endpoint.get("id"),
        "principal_account": principal_facts.get("account_id"),
    }
    if caller is not None:
        parts = caller.resource.split("/")
        names["principal_name"] = parts[1] if parts[0] == "assumed-role" and len(parts) > 1 else parts[-1]
        names["principal_account"] = caller.account or names["principal_account"]
    if target is not None:
        names |= resource_names(resource)
        if target.service == "kms":
            names["key_id"] = resource  # by its ARN a key is found from other accounts too
        names["region"] = target.region
        names["resource_account"] = names["resource_account"] or target.account
    return {name: value for name, value in names.items() if value}
