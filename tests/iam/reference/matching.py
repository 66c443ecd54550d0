"""Patterns, actions, resources and principals, compared as part A says, one rule at a time."""

from functools import cache

USER, SESSION, FEDERATED, ROOT, SERVICE, ANONYMOUS = "user", "session", "federated", "root", "service", "anonymous"


@cache
def glob(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text: `*` any run, `?` exactly one character (A-51, A-60)."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return glob(pattern[1:], text) or (text != "" and glob(pattern, text[1:]))
    return text != "" and pattern[0] in ("?", text[0]) and glob(pattern[1:], text[1:])


def listed(value):
    """A scalar stands for a list of one (A-09)."""
    return value if isinstance(value, list) else [value]


def action_matches(statement: dict, action: str) -> bool:
    """Action or NotAction (A-50, A-51, A-54)."""
    if "Action" in statement:
        return any(one_action(entry, action) for entry in listed(statement["Action"]))
    return not any(one_action(entry, action) for entry in listed(statement["NotAction"]))


def one_action(entry: str, action: str) -> bool:
    """A lone star is everything; otherwise the prefix is literal and the name may have wildcards (A-52)."""
    if entry == "*":
        return True
    prefix, _, name = entry.lower().partition(":")
    service, _, asked = action.lower().partition(":")
    return prefix == service and glob(name, asked)


def caller_kind(principal: str) -> str:
    """The type of caller (D.4)."""
    if principal == "*":
        return ANONYMOUS
    if not principal.startswith("arn:"):
        return SERVICE
    resource = principal.split(":", 5)[5]
    return {"root": ROOT, "user": USER, "assumed-role": SESSION, "federated-user": FEDERATED}[resource.split("/")[0]]


def account_of(principal: str) -> str | None:
    """The caller's account, None for services and anonymous callers."""
    return principal.split(":")[4] if principal.startswith("arn:") else None


def names_account(value: str, account: str | None) -> bool:
    """Whether an AWS principal value stands for the whole account (A-32)."""
    return account is not None and value in (account, f"arn:aws:iam::{account}:root")


def principal_values(element) -> list[tuple[str, str]]:
    """The (type, value) pairs of a Principal element (A-30)."""
    if element == "*":
        return [("AWS", "*")]
    return [(kind, value) for kind, values in element.items() for value in listed(values)]


def how_named(kind: str, value: str, caller: dict) -> str | None:
    """How one value names the caller: `direct`, `session`, `account` or not at all (table A.3, D.2 step 5)."""
    if kind == "Service":
        return "direct" if caller["kind"] == SERVICE and value == caller["arn"] else None
    if value == "*":
        return "direct"
    if names_account(value, caller["account"]):
        return "direct" if caller["kind"] == ROOT else "account"
    if value == caller["arn"]:
        return "direct"
    if caller["kind"] == SESSION and value == caller["role"]:
        return "session"
    if caller["kind"] == FEDERATED and value == caller["creator"]:
        return "session"
    return None


STRENGTH = {None: 0, "account": 1, "session": 2, "direct": 3}


def best_name(element, caller: dict, *, gateway: bool) -> str | None:
    """The best way a Principal element names the caller; at a gateway endpoint accounts are root users (A-90)."""
    ways = [how_named(kind, value, caller) for kind, value in principal_values(element)]
    if gateway:
        everyone = any(value == "*" for _, value in principal_values(element))
        ways = ["direct"] if everyone else [way for way in ways if caller["kind"] == ROOT]
    return max(ways, key=STRENGTH.__getitem__, default=None)


def not_principal_applies(element, caller: dict, *, has_boundary: bool) -> bool | None:
    """Whether a Deny with NotPrincipal applies (A-41, A-42); None = AWS does not document it."""
    if caller["kind"] in (USER, SESSION, FEDERATED) and has_boundary:
        return True
    values = [value for _, value in principal_values(element)]
    account = any(names_account(value, caller["account"]) for value in values)
    itself = caller["arn"] in values
    if caller["kind"] == ROOT:
        return not account
    if caller["kind"] in (SERVICE, ANONYMOUS):
        return not itself
    role = caller["kind"] == SESSION and caller["role"] in values
    if not itself and not role:
        return True
    complete = account and itself and (role or caller["kind"] != SESSION)
    return False if complete else None
