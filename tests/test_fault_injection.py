"""Breaks allowed requests in known ways and holds every diagnosis to its cause and its fix (part F)."""

import copy
from collections import Counter

import pytest

from bench.diagnosis import probes, report
from bench.diagnosis.cases import FAULTS, TOPOLOGIES, Skipped, double, single
from bench.diagnosis.names import Names
from bench.diagnosis.patching import PatchError, applied
from bench.diagnosis.scoring import score
from bench.diagnosis.topologies import cross_account
from iam.checks import Decision

SEED = 7


@pytest.fixture(scope="module")
def skipped():
    return Skipped()


@pytest.fixture(scope="module")
def one_fault(skipped):
    return [score(case) for case in single(SEED, 1, skipped)]


@pytest.fixture(scope="module")
def two_faults(skipped):
    return [score(case) for case in double(SEED, 40, skipped)]


@pytest.mark.parametrize("topology", TOPOLOGIES, ids=lambda topology: topology.__name__)
def test_a_scene_is_allowed_before_it_is_broken(topology):
    decisions = Counter(topology(Names(f"{SEED}/{number}")).decision() for number in range(8))
    assert decisions[Decision.ALLOWED] >= 6, decisions


def test_equal_seeds_make_equal_cases():
    first, second = ([case.body for case in double(SEED, 5, Skipped())] for _ in range(2))
    assert first == second


def test_twelve_services_and_six_topologies_are_covered():
    cases = list(single(SEED, 1, Skipped()))
    services = {part.call.service for case in cases for part in case.scene.parts}
    assert len(services) >= 12, services
    assert len({case.topology for case in cases}) >= 6


def test_nearly_every_fault_can_be_made(one_fault):
    absent = {fault.name for fault in FAULTS} - {one.name for one in one_fault}
    assert len(absent) <= 3, absent


def test_one_fault_is_found_first(one_fault):
    wrong = [(one.name, one.causes) for one in one_fault if not one.first]
    assert report.share(one_fault, [one.first for one in one_fault]) >= report.FIRST, wrong


def test_two_faults_are_among_the_first_three(two_faults):
    wrong = [(one.name, one.causes) for one in two_faults if not one.within_three]
    assert report.share(two_faults, [one.within_three for one in two_faults]) >= report.BOTH, wrong


def test_a_fix_is_verified_and_works_where_a_change_can_end_the_denial(one_fault, two_faults):
    scores = [one for one in (*one_fault, *two_faults) if one.fixable]
    wrong = [(one.name, one.error) for one in scores if not one.fixed]
    assert report.share(scores, [one.fixed for one in scores]) >= report.VERIFIED, wrong


def test_no_fix_is_proposed_where_none_may_be(one_fault):
    assert [one.name for one in one_fault if not one.fixable and one.has_fix] == []


def test_a_fix_allows_nothing_else(one_fault, two_faults):
    assert [(one.name, one.effects) for one in (*one_fault, *two_faults) if one.effects] == []


def test_a_fix_bypasses_no_guardrail_and_asks_nothing_impossible(one_fault, two_faults):
    assert [(one.name, one.bypasses) for one in (*one_fault, *two_faults) if one.bypasses] == []


def test_every_alternative_works_as_it_claims(one_fault, two_faults):
    assert [(one.name, one.bad_alternatives) for one in (*one_fault, *two_faults) if one.bad_alternatives] == []


def test_the_probes_notice_a_grant_to_everyone():
    scene = cross_account(Names(f"{SEED}/grant"))
    before = scene.document()
    after = copy.deepcopy(before)
    after["facts"]["resource"]["policy"]["document"]["Statement"].append({**scene.main.grant, "Principal": "*"})
    sides = [before, after, before]
    assert any(probes.flips(probe) for probe in probes.others(sides, scene.account, scene.owner, scene.names.accounts))


def test_the_probes_notice_a_deny_that_is_gone():
    case = next(case for case in single(SEED, 1, Skipped()) if case.name == "SCP: Deny")
    before = case.scene.document()
    after = case.original().document()
    assert probes.bypassed({**before, "request": after["request"]}, after) == ["a Deny statement is gone"]


def test_a_patch_is_applied_as_the_standard_says():
    document = {"a": {"b/c": [1, 2]}}
    patch = [
        {"op": "add", "path": "/b~1c/-", "value": 3},
        {"op": "replace", "path": "/b~1c/0", "value": 0},
        {"op": "remove", "path": "/b~1c/1"},
    ]
    assert applied(document, [{"at": "/a", "patch": patch}]) == {"a": {"b/c": [0, 3]}}
    assert document == {"a": {"b/c": [1, 2]}}
    with pytest.raises(PatchError):
        applied(document, [{"at": "/a", "patch": [{"op": "remove", "path": "/nothing"}]}])
