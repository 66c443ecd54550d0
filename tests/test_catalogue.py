"""The gate of the catalogue: each fact about a cause has one home, and all homes agree."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from kb.catalogue import load_pages
from rules.catalogue import load_causes, program_of
from rules.cause import Group
from rules.remedy.candidates import CANDIDATES
from rules.vocabulary import CONCLUSIONS, FINDINGS

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "rules" / "causes").glob("[!_]*.py"))
CASES = {path.stem: path for path in (ROOT / "tests" / "rules" / "cases").glob("*.yaml")}
DOCUMENTED = tuple((ROOT / "tests" / "rules" / "causes.txt").read_text(encoding="utf-8").split())
CAUSES = load_causes()
PAGES = load_pages()
LONGEST_MODULE = 25


def test_every_documented_cause_has_a_module_and_no_other_cause_has_one():
    assert sorted(CAUSES) == sorted(DOCUMENTED), "write rules/causes/<id>.py, or list the id in tests/rules/causes.txt"


def test_every_cause_has_a_page_and_every_page_a_cause():
    assert sorted(PAGES) == sorted(CAUSES), "write or remove kb/pages/causes/<id>.md"


def test_every_cause_has_cases_and_all_cases_a_cause():
    assert sorted(CASES) == sorted(CAUSES), "write or remove tests/rules/cases/<id>.yaml"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module_of_a_cause_is_short_and_opens_with_one_sentence(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    sentence = ast.get_docstring(ast.parse(text))
    assert re.fullmatch(r"[A-Z][^\n]*\.", sentence)
    assert ". " not in sentence


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module_of_a_cause_is_data(path):
    """Imports and one assignment, without anything that decides."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    docstring, *imports, assignment = body
    assert isinstance(docstring, ast.Expr)
    assert all(isinstance(node, ast.ImportFrom) for node in imports)
    assert isinstance(assignment, ast.Assign)
    forbidden = (ast.If, ast.IfExp, ast.Lambda, ast.comprehension, ast.For, ast.BoolOp)
    assert not any(isinstance(node, forbidden) for node in ast.walk(assignment))


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.id)
def test_cause_names_only_what_exists(cause):
    assert cause.when
    assert {pattern.kind for pattern in cause.when} <= FINDINGS.keys() | CONCLUSIONS.keys()
    assert set(cause.candidates) <= CANDIDATES.keys()
    assert set(cause.supersedes) <= CAUSES.keys() | set(Group)
    assert cause.id not in cause.supersedes
    assert cause.group is Group.NONE or cause.group not in cause.supersedes


@pytest.mark.parametrize("name", sorted(CASES))
def test_cases_of_a_cause_show_it_firing_and_silent(name):
    cases = yaml.safe_load(CASES[name].read_text(encoding="utf-8"))
    assert {case["fires"] for case in cases} == {True, False}
    assert len({case["name"] for case in cases}) == len(cases)


def test_every_candidate_is_suggested_by_some_cause():
    suggested = {candidate for cause in CAUSES.values() for candidate in cause.candidates}
    assert suggested == CANDIDATES.keys()


def depths():
    """How many rules in a row it takes at least to conclude each kind, findings taking none."""
    program = program_of(CAUSES.values())
    depth = dict.fromkeys(FINDINGS, 0)
    depth["absent"] = 0
    changed = True
    while changed:
        changed = False
        for rule in program.rules:
            if all(pattern.kind in depth for pattern in rule.when):
                reached = 1 + max(depth[pattern.kind] for pattern in rule.when)
                for conclusion in rule.then:
                    if reached < depth.get(conclusion.kind, 1000):
                        depth[conclusion.kind] = reached
                        changed = True
    return program, depth


def test_chaining_is_real():
    """At least thirty rules use what others concluded, and at least ten causes are three rules away from findings."""
    program, depth = depths()
    using = [rule for rule in program.rules if any(pattern.kind in CONCLUSIONS for pattern in rule.when)]
    assert len(using) >= 30
    chained = [cause for cause in CAUSES.values() if 1 + max(depth[pattern.kind] for pattern in cause.when) >= 3]
    assert len(chained) >= 10


def test_every_kind_of_finding_and_conclusion_has_a_use():
    """Findings that no rule reads are read from the conclusions of a diagnosis; these are few and named."""
    program, _ = depths()
    read = {pattern.kind for rule in program.rules for pattern in rule.when}
    concluded = defaultdict(int)
    for rule in program.rules:
        for conclusion in rule.then:
            concluded[conclusion.kind] += 1
    assert set(CONCLUSIONS) <= concluded.keys()
    assert set(CONCLUSIONS) - read <= {"masked_by_explicit_deny", "unusable_candidate", "superseded", "located"}
    unread = {kind for kind in FINDINGS if kind not in read}
    assert unread <= {"truncated", "missing_fact", "session_name_condition", "principal_condition", "other_condition"}
