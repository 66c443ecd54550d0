"""Facts left out of a document in which everything is known: every path by which knowledge can be partial."""

from copy import deepcopy

from tests.iam.reference.strategies import Source

_LISTS = ("/principal/identity_policies", "/principal/session_policies", "/principal/tags", "/resource/tags")
_ORGANIZATIONS = (("principal", "service_control_policies"), ("resource", "resource_control_policies"))


def forgettable(document: dict) -> list[tuple]:
    """Ways to know less: `("drop", path)`, `("incomplete", pointer)`, `("context",)`, `("context", key)`."""
    facts = document["facts"]
    everything = document["request"]["resource"] == "*"  # whether RCPs bind such actions is not documented (D-11)
    ways = [("drop", "facts", "principal", key) for key in ("tags", "identity_policies", "permissions_boundary")]
    ways += [("drop", "facts", "principal", key) for key in ("session_policies", "organization", "created_by")]
    ways += [("drop", "facts", "resource", key) for key in ("tags", "policy", "organization")[: 2 if everything else 3]]
    ways += [("drop", "facts", "network"), ("drop", "request", "resource_account"), ("context",)]
    ways += [("context", key) for key in document["request"]["context"]]
    ways += [("incomplete", pointer) for pointer in _LISTS]
    for side, key in _ORGANIZATIONS:
        organization = facts[side]["organization"]
        if organization is None:
            continue
        path = ("facts", side, "organization")
        ways += [("drop", *path, key), ("drop", *path, "management_account_id")]
        ways += [("incomplete", f"/{side}/organization/{key}")]
        for index, level in enumerate(organization[key]):
            if index in (0, len(organization[key]) - 1):  # an account may be right under the root: no gap shows between
                ways.append(("drop", *path, key, index))
            ways.append(("drop", *path, key, index, "policies"))
            ways += [("incomplete", f"/{side}/organization/{key}/{index}/policies")]
            ways += [("drop", *path, key, index, "policies", n, "document") for n in range(len(level["policies"]))]
    for key in ("identity_policies", "session_policies"):
        ways += [("drop", "facts", "principal", key, n, "document") for n in range(len(facts["principal"][key]))]
    if facts["principal"]["permissions_boundary"]:
        ways.append(("drop", "facts", "principal", "permissions_boundary", "document"))
    if facts["resource"]["policy"]:
        ways.append(("drop", "facts", "resource", "policy", "document"))
    if facts["network"]["vpc_endpoint"]:
        ways.append(("drop", "facts", "network", "vpc_endpoint", "policy"))
    return ways


def forget(document: dict, source: Source, count: int) -> dict:
    """The document with so many facts left out; one that a former step took along is passed over."""
    known = deepcopy(document)
    for _ in range(count):
        leave_out(known, source.pick(forgettable(document)))
    return known


def leave_out(document: dict, way: tuple) -> None:
    """Leave one fact out, in place."""
    kind, *path = way
    if kind == "incomplete":
        document["facts"]["incomplete"].append(path[0])
        return
    if kind == "context":
        document["request"]["context_complete"] = False
        for key in path:
            document["request"]["context"].pop(key, None)
        return
    holder = document
    for step in path[:-1]:
        try:
            holder = holder[step]
        except (LookupError, TypeError):
            return
    if isinstance(holder, dict):
        holder.pop(path[-1], None)
    elif isinstance(holder, list) and path[-1] < len(holder):
        del holder[path[-1]]
