"""`make new-cause` writes three files that nothing accepts until they are filled."""

import runpy
from pathlib import Path

import pytest
import yaml

from kb.errors import PageError
from kb.page import parse
from rules.cause import rules_of
from rules.program import check_program
from rules.rule import Program, RuleError
from rules.vocabulary import SCHEMA
from scripts.new_cause import write


def test_new_cause_writes_its_module_its_page_and_its_cases(tmp_path: Path):
    written = [str(path.relative_to(tmp_path)) for path in write("some-new-cause", tmp_path)]

    assert written == [
        "rules/causes/some_new_cause.py",
        "kb/pages/causes/some-new-cause.md",
        "tests/rules/cases/some-new-cause.yaml",
    ]


def test_unfilled_page_is_refused(tmp_path: Path):
    _, page, _ = write("some-new-cause", tmp_path)

    with pytest.raises(PageError, match=r"some-new-cause\.md"):
        parse(page)


def test_unfilled_cause_is_refused(tmp_path: Path):
    module, _, _ = write("some-new-cause", tmp_path)
    cause = runpy.run_path(str(module))["CAUSE"]

    assert cause.id == "some-new-cause"
    with pytest.raises(RuleError, match="rule `cause_some_new_cause` has 0 patterns"):
        check_program(Program(schema=SCHEMA, rules=rules_of(cause)))


def test_new_cause_comes_with_no_case(tmp_path: Path):
    _, _, cases = write("some-new-cause", tmp_path)

    assert yaml.safe_load(cases.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "cause", ["", "Some-Cause", "some_cause", "-some", "some--cause", "1-cause", "../cause", "some cause"]
)
def test_what_cannot_be_an_id_is_refused(cause: str, tmp_path: Path):
    with pytest.raises(ValueError, match="is no id of a cause"):
        write(cause, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_one_of_the_files_exists(tmp_path: Path):
    _, page, cases = write("some-new-cause", tmp_path)
    page.unlink()
    cases.unlink()

    with pytest.raises(FileExistsError, match=r"`rules/causes/some_new_cause\.py` exists already"):
        write("some-new-cause", tmp_path)

    assert not page.exists()
