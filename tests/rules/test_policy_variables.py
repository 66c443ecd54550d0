"""Whether a policy variable is what keeps a statement from matching."""

import pytest

from iam.checks import Element, Mismatch
from rules.policy_variables import variable_slip

HOME = "arn:aws:s3:::home/${aws:username}/*"
KNOWN = {"aws:username": ("alice",), "aws:PrincipalTag/team": ()}


def resource(expected, actual, *, resolved=()):
    found = Mismatch(Element.RESOURCE, "/Resource", expected=(expected,), actual=(actual,), resolved=resolved)
    return variable_slip(found, KNOWN.get)


def test_text_of_a_variable_that_would_match_is_literal():
    """F-15."""
    assert resource(HOME, "arn:aws:s3:::home/alice/notes") == "literal_variable"


@pytest.mark.parametrize("actual", ["arn:aws:s3:::reports/alice/notes", "arn:aws:s3:::home/bob/notes"])
def test_text_of_a_variable_that_would_not_match_decides_nothing(actual):
    assert resource(HOME, actual) is None


def test_variable_whose_value_is_not_known_may_match():
    assert resource("arn:aws:s3:::home/${aws:userid}/*", "arn:aws:s3:::home/x/notes") == "literal_variable"


def test_variable_without_value_is_unresolved_however_like_the_name_it_is():
    """F-16: no slip of the pen, though the two names are alike."""
    written = "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}/deploy"
    assert resource(written, "arn:aws:iam::111122223333:role/data/deploy", resolved=(written,)) == "unresolved_variable"


def test_variable_with_a_value_is_not_unresolved():
    assert resource(HOME, "arn:aws:s3:::home/bob/x", resolved=("arn:aws:s3:::home/alice/*",)) is None


@pytest.mark.parametrize("escape", ["${*}", "${?}", "${$}"])
def test_escapes_are_no_variables(escape):
    """A-84."""
    assert resource(f"arn:aws:s3:::home/{escape}", "arn:aws:s3:::home/x") is None


def condition(operator, *, actual):
    found = Mismatch(
        Element.CONDITION,
        f"/Condition/{operator}/aws:ResourceTag~1team",
        expected=("Team-${aws:PrincipalTag/team}",),
        actual=actual,
        operator=operator,
        key="aws:ResourceTag/team",
        resolved=("Team-${aws:PrincipalTag/team}",),
    )
    return variable_slip(found, KNOWN.get)


def test_value_of_a_condition_is_compared_as_its_operator_does():
    assert condition("StringEquals", actual=("Team-data",)) == "unresolved_variable"
    assert condition("StringEquals", actual=("team-data",)) is None
    assert condition("StringEqualsIgnoreCase", actual=("team-data",)) == "unresolved_variable"


def test_absent_key_is_not_missed_for_a_variable():
    """Whatever the value of the variable, a key that is not there would not equal it."""
    assert condition("StringEquals", actual=()) is None
