"""Importing never claims that there is none of what a source does not say."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.imports.documents import import_document
from service.imports.origin import origin_of_file
from service.problems import Problem

DATA = Path(__file__).parent.parent.parent / "data" / "imports"
DOCUMENTS = [
    path
    for path in sorted(DATA.rglob("*.json"))
    if path.relative_to(DATA).parts[0]
    in {"organizations", "outputs", "terraform", "account-authorization-details.json"}
]
SAID_BY_LEAVING_OUT = {
    "PermissionsBoundary",
    "Tags",
    "UserPolicyList",
    "GroupList",
    "AttachedManagedPolicies",
    "RolePolicyList",
    "GroupPolicyList",
    "ResourcePolicy",
    "Policy",
    "PolicyTypes",
    "Constraints",
    "Type",
}
"""Members whose absence is how AWS says none: of whole principals, of all attributes of a queue, of a secret."""


def claims(facts):
    """Where a set of facts says that there is none."""
    return {
        (kind, name, member)
        for kind, name, entry in facts
        for member, value in entry.items()
        if value in (None, [], {}) and member not in entry.get("incomplete", ())
    }


def members(value, path=()):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from members(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from members(inner, (*path, index))


def without(document, path):
    cut = deepcopy(document)
    holder = cut
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return cut


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(DATA))[:60])
@given(data=st.data())
def test_a_member_less_is_never_one_none_more(path, data):
    document = json.loads(path.read_text(encoding="utf-8"))
    origin = origin_of_file(path, region="eu-west-1")
    removed = data.draw(st.sampled_from(sorted(members(document), key=str)))
    if removed[-1] in SAID_BY_LEAVING_OUT:
        return
    try:
        cut = import_document(without(document, removed), origin)[1]
    except Problem:
        return

    assert claims(cut) - claims(import_document(document, origin)[1]) == set()
