"""Every cause on its own cases: bodies of diagnoses in which it is found, first or not, and in which it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rules.conclude import conclude
from tests.rules.bodies import read

CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("cause", "case"), CASES)
def test_cause_fires_where_its_case_says_so(cause, case):
    document, evaluation, reported = read(case["body"])
    found = [one.id for one in conclude(document, evaluation, reported=reported).causes]

    assert (cause in found) == case["fires"], found
    if case["fires"]:
        assert (found[0] == cause) == case.get("first", True), found
