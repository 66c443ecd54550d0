"""Hold one statement against one (action, resource): whether it matches, and why not (B-02, B-13)."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from iam.principal import EVERYONE, CallerKind, Match, match_not_principal, match_principals
from iam.record import record
from iam.unsettled import unsettled_rule
from iam.values import UNKNOWN
from iam.wildcards import compile_glob

if TYPE_CHECKING:
    from iam.conditions import ConditionBlock
    from iam.context import Context
    from iam.policy import Statement
    from iam.principal import Caller

_ARN_KEY = "aws:principalarn"
_WILDCARD, _FEDERATED = Match.WILDCARD, CallerKind.FEDERATED_USER


@record
class Subject:
    """What statements are held against: the caller, one lower-case action, one resource and the context.

    `resource` None = not known. `has_boundary` None = not known. `gateway` = the policy is that of a gateway endpoint,
    whose account principals mean the root user only (A-90). `strict` = what AWS does not document is unknown;
    otherwise the reading of `iam.unsettled` is taken and noted in the context.
    """

    caller: Caller
    action: str
    resource: str | None
    context: Context
    has_boundary: bool | None
    gateway: bool = False
    strict: bool = False


@record
class Outcome:
    """How a statement compares: `matched` (None = unknown) and, with a Principal, how well it names the caller."""

    matched: bool | None
    certain: Match | None = None
    possible: Match | None = None


NOT_MATCHED = Outcome(matched=False)
MATCHED = Outcome(matched=True)
_UNKNOWN = Outcome(matched=None)


def compare(statement: Statement, subject: Subject) -> Outcome:
    """Compare every element but Action, which the caller has already matched (`Policy.concerning`)."""
    result: bool | None = True
    resources = statement.resources
    if resources is not None and (not resources.everything or statement.not_resource):
        found = resources.match(subject.resource, subject.context.lookup)
        if found is None:
            result = None
        elif found is statement.not_resource:
            return NOT_MATCHED
    certain: Match | None = None
    possible: Match | None = None
    if statement.principals is not None:
        named, certain, possible = compare_principal(statement, subject)
        if named is False:
            return NOT_MATCHED
        if named is None:
            result = None
    if statement.condition is not None:
        held = holds(statement.condition, subject)
        if held is False:
            return NOT_MATCHED
        if held is None:
            result = None
    if statement.principals is None:
        return MATCHED if result else _UNKNOWN
    return Outcome(result, certain if result else None, possible)


def compare_principal(statement: Statement, subject: Subject) -> tuple[bool | None, Match | None, Match | None]:
    """Whether Principal or NotPrincipal names the caller, and the best certain and best possible way it does."""
    principals = statement.principals or ()
    if statement.deny and principals == EVERYONE and not statement.not_principal and not subject.gateway:
        return True, _WILDCARD, _WILDCARD
    if statement.not_principal:
        applies = match_not_principal(principals, subject.caller, has_boundary=subject.has_boundary)
        return applies, None, None
    certain, possible = match_principals(principals, subject.caller)
    if subject.gateway:
        certain = certain if certain is Match.WILDCARD or subject.caller.kind is CallerKind.ROOT else None
        possible = certain
    if possible is None:
        return False, None, None
    if certain is _WILDCARD and subject.caller.is_role and _names_role_by_condition(statement):
        # D.2, row 6 of the exceptions table: the documentation says both that this is limited and that it is not.
        subject.context.unsettled["D.2"] = None
        if subject.strict:
            certain = Match.ROLE_OF_SESSION
    if statement.deny and subject.caller.kind is _FEDERATED and certain is Match.USER_OF_SESSION:
        return None, None, possible  # a Deny naming the user who made the session is not documented
    return (True if certain is not None else None), certain, possible


def _names_role_by_condition(statement: Statement) -> bool:
    if statement.deny or statement.condition is None:
        return False
    return any(e.key_lower == _ARN_KEY and not e.negated for e in statement.condition.entries)


def holds(block: ConditionBlock, subject: Subject) -> bool | None:
    """Evaluate a condition block, under each alternative where a key's value is one of a few."""
    context = subject.context
    result = block.evaluate(context.lookup)
    if context.has_path and not block.doubtful and not context.alternatives:
        return result
    asked = [key for key in context.alternatives if key in block.keys]
    if asked:
        ways = product(*(context.alternatives[key] for key in asked))
        found = {block.evaluate(context.with_values(dict(zip(asked, way, strict=True))).lookup) for way in ways}
        result = found.pop() if len(found) == 1 else None
    if result is not None and not context.has_path and _ARN_KEY in block.keys and _asks_for_path(block, subject.caller):
        hidden = block.evaluate(context.with_values({_ARN_KEY: UNKNOWN}).lookup)
        if hidden is not result:
            return None
    return _as_documented(block, subject, result) if block.doubtful and result is not None else result


def _as_documented(block: ConditionBlock, subject: Subject, result: bool) -> bool | None:  # noqa: FBT001  a value, not a flag
    """The result if it rests on documented rules; otherwise unknown, or noted (`Subject.strict`)."""
    lookup = subject.context.lookup
    doubtful = {id(e): rule for e in block.doubtful if (rule := unsettled_rule(e, lookup)) is not None}
    if not doubtful or any(e.evaluate(lookup) is False for e in block.entries if id(e) not in doubtful):
        return result
    subject.context.unsettled.update(dict.fromkeys(doubtful.values()))
    return None if subject.strict else result


def _asks_for_path(block: ConditionBlock, caller: Caller) -> bool:
    """Whether the block compares `aws:PrincipalArn` with a role ARN whose path could be the caller's (A-35)."""
    for entry in block.entries:
        if entry.key_lower == _ARN_KEY:
            for value in entry.values:
                path, slash, name = value.partition(":role/")[2].rpartition("/")
                if slash and path and compile_glob(name)(caller.name or ""):
                    return True
    return False


def unknown_facts(statement: Statement, subject: Subject) -> tuple[str, ...]:
    """The facts that leave a statement unknown, named as the contract names them."""
    context = subject.context
    found: dict[str, None] = {}
    if statement.resources is not None and statement.resources.match(subject.resource, context.lookup) is None:
        if subject.resource is None:
            found["request.resource"] = None
        for key in sorted(statement.resources.keys):
            if context.lookup(key) is UNKNOWN:
                found[context.fact_of(key)] = None
    if statement.principals is not None and compare_principal(statement, subject)[0] is None:
        found.update(dict.fromkeys(_facts_about_caller(statement, subject)))
    if statement.condition is not None and holds(statement.condition, subject) is None:
        written = {entry.key_lower: entry.key for entry in statement.condition.entries}
        for key in sorted(statement.condition.unknown_keys(context.lookup)):
            fact = context.fact_of(key)
            found[f"context.{written[key]}" if fact == f"context.{key}" and key in written else fact] = None
        if _ARN_KEY in statement.condition.keys and not context.has_path:
            found["principal.arn"] = None
        for key in context.alternatives:
            if key in statement.condition.keys:
                found[context.fact_of(key)] = None
    return tuple(found)


def unsettled_rules(statement: Statement, subject: Subject) -> frozenset[str]:
    """The rules without a documented answer that a statement rests on for this request."""
    lookup = subject.context.lookup
    doubtful = statement.condition.doubtful if statement.condition is not None else ()
    found = {rule for entry in doubtful if (rule := unsettled_rule(entry, lookup)) is not None}
    if statement.resources is not None and statement.resources.matches_unfinished(subject.resource):
        found.add("A-63")
    return frozenset(found)


def _facts_about_caller(statement: Statement, subject: Subject) -> tuple[str, ...]:
    """What would tell whether a Principal or NotPrincipal element names the caller."""
    caller = subject.caller
    if caller.is_role and not caller.path_known:
        return ("principal.arn",)
    if caller.kind is CallerKind.FEDERATED_USER and caller.created_by is None:
        return ("principal.created_by",)
    if statement.not_principal and subject.has_boundary is None:
        return ("principal.permissions_boundary",)
    return ()
